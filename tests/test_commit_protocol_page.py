"""The page on the commit protocol speaks of every failpoint of a registry, and of none that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signer.failpoints import OF_REGISTRY

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "commit-protocol.md").read_text("utf-8")
PICTURE = (DOCS / "commit-protocol.svg").read_text("utf-8")
KINDS = "|".join(sorted({name.partition("-")[0] for name in OF_REGISTRY}))
NOT_IN_THE_PICTURE = {"checkpoint-made", "registry-made", "registry-cleaned"}


def test_the_page_tells_what_a_crash_at_each_failpoint_leaves_behind() -> None:
    _, _, crashes = PAGE.partition("## What a crash leaves behind")
    rows = [line for line in crashes.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    assert set(re.findall(rf"`((?:{KINDS})-[a-z-]+)`", "\n".join(rows))) == set(OF_REGISTRY)


@pytest.mark.parametrize("name", sorted(set(OF_REGISTRY) - NOT_IN_THE_PICTURE))
def test_the_order_of_steps_has_each_failpoint_in_words_and_picture(name: str) -> None:
    steps = PAGE.partition("## The order of steps")[2].partition("\n## ")[0]
    assert f"`{name}`" in steps
    assert f">{name}<" in PICTURE


def test_the_picture_names_no_failpoint_that_is_gone() -> None:
    assert set(re.findall(rf">((?:{KINDS})-[a-z-]+)<", PICTURE)) <= set(OF_REGISTRY)
