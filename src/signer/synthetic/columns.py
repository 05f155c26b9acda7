"""What is written of the people of a chunk: the right texts, behind them the wrong ones, and the details."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from signer.synthetic import faults
from signer.synthetic.digits import Characters
from signer.synthetic.dose_faults import conflict_details
from signer.synthetic.draws import Ints
from signer.synthetic.numbers import (
    NumberOffice,
    contradictions,
    malformed,
    mistyped,
    number_texts,
    old_numbers,
)
from signer.synthetic.people import People
from signer.synthetic.phones import phone_texts
from signer.synthetic.planted import Detail, Fault
from signer.synthetic.planting import whose_numbers
from signer.synthetic.writings import Writing

__all__ = ["Columns", "written_columns"]

DETAIL_OF_FAULT = {
    Fault.NUMBER_OF_HOUSEMATE: Detail.NUMBER_OF_OTHER,
    Fault.NOT_REGISTERED: Detail.NOT_REGISTERED,
    Fault.NUMBER_MISTYPED: Detail.NUMBER_MISTYPED,
    Fault.NUMBER_OLD: Detail.OLD_NUMBER,
    Fault.SEX_DIFFERS: Detail.SEX,
}
_details = np.array([DETAIL_OF_FAULT.get(fault, Detail.NONE) for fault in Fault], dtype=np.int64)


@dataclass(frozen=True)
class Columns:
    """Texts and where in them to find what each person shows with and without their fault.

    `fault_detail` is the Detail of the person's fault, `writing_detail` that of a right name. `again` finds
    the name as it is written a second time.
    """

    numbers: pa.StringArray
    names: pa.StringArray
    phones: pa.StringArray
    registered_names: pa.StringArray
    wrong_number: Ints
    wrong_name: Ints
    wrong_birth: Ints
    again: Ints
    fault_detail: Ints
    writing_detail: Ints

    @property
    def no_number(self) -> int:
        """Where the empty number stands."""
        return len(self.numbers) - 1


def _rows(planted: Ints, *wanted: Fault) -> Ints:
    return np.flatnonzero(np.isin(planted, wanted))


def _wrong_numbers(
    rng: np.random.Generator, people: People, planted: Ints, numbers: Characters, lengths: Ints
) -> tuple[list[pa.StringArray], Ints, tuple[Ints, Ints]]:
    """Columns of wrong numbers to stand behind the right ones, where each person's is, and (rows, details) of
    the malformed ones."""
    shown = whose_numbers(people, planted)
    mistypes, olds, bad = (
        _rows(planted, fault) for fault in (Fault.NUMBER_MISTYPED, Fault.NUMBER_OLD, Fault.NUMBER_MALFORMED)
    )
    typed = number_texts(mistyped(rng, numbers[mistypes], lengths[mistypes]), lengths[mistypes])
    before = old_numbers(people, olds)
    spoilt, spoilt_lengths, details = malformed(rng, numbers[bad], lengths[bad])
    texts = [typed, number_texts(before, np.full(len(olds), 9)), number_texts(spoilt, spoilt_lengths)]
    wrong = np.concatenate([mistypes, olds, bad])
    shown[wrong] = people.n + np.arange(len(wrong))
    return texts, shown, (bad, details)


def written_columns(rng: np.random.Generator, office: NumberOffice, people: People, planted: Ints) -> Columns:
    """The texts of a chunk of people with the faults `planted`."""
    n = people.n
    numbers, lengths = office.issue(people, planted)
    wrong_texts, wrong_number, (bad, how_bad) = _wrong_numbers(rng, people, planted, numbers, lengths)
    bad_name = _rows(planted, Fault.NAME_DIFFERS, Fault.BOTH_DIFFER)
    bad_birth = _rows(planted, Fault.BIRTH_DIFFERS, Fault.BOTH_DIFFER)
    names, how_named = faults.wrong_names(rng, people, bad_name)
    wrong_birth, detail = people.registered_birth.copy(), _details[planted]
    wrong_birth[bad_birth], how_born = faults.wrong_births(rng, people, bad_birth)
    detail[bad], detail[bad_name], detail[bad_birth] = how_bad, how_named, how_born
    by_sex, by_year = contradictions(people, planted)
    detail[by_sex == 1], detail[by_year == 1] = Detail.REGISTER_SEX, Detail.REGISTER_YEAR
    conflict = _rows(planted, Fault.DOSE_CONFLICT)
    detail[conflict] = conflict_details(rng, len(conflict))
    writings, writing_detail = faults.shown_writings(rng, people.names, n)
    shown = faults.name_texts(people.names, writings)
    wrong_name = np.arange(n)
    wrong_name[bad_name] = n + np.arange(len(bad_name))
    registered = faults.name_texts(people.names, np.full(n, int(Writing.PLAIN)))
    unreadable = pa.array(faults.UNREADABLE_NAMES, pa.string())
    return Columns(
        numbers=pa.concat_arrays([number_texts(numbers, lengths), *wrong_texts, pa.array([""])]),
        names=pa.concat_arrays([shown, names, registered, unreadable]),
        phones=phone_texts(rng, people.household),
        registered_names=registered,
        wrong_number=wrong_number,
        wrong_name=wrong_name,
        wrong_birth=wrong_birth,
        again=n + len(bad_name) + np.arange(n),
        fault_detail=detail,
        writing_detail=writing_detail,
    )
