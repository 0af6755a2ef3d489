"""Citations of the facts in prose, and those that lead to no entry."""

from __future__ import annotations

import re

from acrdns.cli.facts import cited, named

# `facts.md 1.2 and 1.3` leaves out the word section.
IN_PROSE = re.compile(r"\bfacts(?:\.md)? ((?=F\d|section|behaviour|\d)[^();:\"]+)")


def missing(citation: str) -> list[str]:
    """Return the entries that a citation names and that the page does not have."""
    ids = list(cited(re.sub(r"^(?=\d)", "sections ", citation)))
    assert ids, f"no entry is named by: {citation}"
    return [each for each in ids if not named(each)]
