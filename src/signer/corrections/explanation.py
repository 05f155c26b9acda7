"""README.txt beside the correction files: what they hold, and how to fill them in."""

from __future__ import annotations

from signer.corrections.sheet_columns import COLUMNS, EXPLAINED, FILL_IN

__all__ = ["README_NAME", "explanation"]

README_NAME = "README.txt"

TEXT = """\
PERSONAL DATA of {people}: names, dates of birth, numbers and vaccinations.
Give each facility its own file and nobody else any; delete copies that are not needed any more.

WHAT THIS IS
{n_files:,} file(s), one for each facility, in folders by province and district. One row is one shot that
could not be confirmed: column "problem" says why. A folder or file that begins with "_no" is of shots that
name no such place. Where a name could not be a file's name, some letters became "_" and digits follow "~".

HOW TO FILL IT IN
1. Look at the person's documents, and into the register where you may.
2. Write what is right into the columns "correct_...". Leave empty what is right already.
3. If the shot is to go, as one that was entered twice, write yes into "withdraw" and correct nothing else.
4. Write into "corrected_by" who says so, and the day (YYYY-MM-DD) into "corrected_on". A row without them is
   not taken.
5. Rows with nothing to correct stay as they are. Do not change the other columns: they show whether the row
   is out of date. Columns may stand in another order, and others may be added.
6. Do not write one shot twice with different corrections: then neither is taken.

Excel changes numbers and dates in a CSV that is opened by a double click: 001... loses its zeros, 12 digits
become 1.2E+11. Ask for files in xlsx, or open the CSV by Data > From Text/CSV with all columns as text.
Save as "CSV UTF-8" or as xlsx. An apostrophe before = + - @ keeps a spreadsheet from calculating; leave it.

Hand the file back as you were told to; where files must be signed, sign it after the last change
(signer attest sign FILE), and hand in FILE.p7s beside it.

THE COLUMNS (* to fill in)
{columns}
"""


def explanation(n_shots: int, n_files: int) -> str:
    """The text, for the people at a facility."""
    width = max(map(len, COLUMNS))
    lines = (f"{'*' if name in FILL_IN else ' '} {name:{width}}  {EXPLAINED[name]}" for name in COLUMNS)
    people = f"the people of {n_shots:,} shot(s)"
    return TEXT.format(people=people, n_files=n_files, columns="\n".join(lines))
