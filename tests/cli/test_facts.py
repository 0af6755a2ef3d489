"""`acrdns facts`: entries are shown as pages cite them."""

from __future__ import annotations

import pytest

from acrdns.cli import main
from acrdns.cli.facts import entries


def test_the_list_has_a_line_for_each_entry(capsys: pytest.CaptureFixture[str]) -> None:
    """Its id, its marks and its title."""
    assert main.run(["facts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(entries())
    assert "F12           inferred                      Empty zone for a region's data endpoints" in lines
    assert all(len(line) <= 144 for line in lines)


def test_an_entry_shows_text_mark_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    """Letter case is no difference, and a leading zero may be left out."""
    assert main.run(["facts", "f9"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("F09 Stale record after a private endpoint was made again (inferred)\n\n- DNS: ")
    assert shown.endswith("\n\nSource: follows from records made by hand; terraform-provider-azurerm#7726.\n")
    assert main.run(["facts", "F09"]) == 0
    assert capsys.readouterr().out == shown


def test_a_citation_shows_all_that_it_names(capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands in the references of a rule's page."""
    assert main.run(["facts", "facts section 2.1, F07 and behaviours 28 to 29"]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(f"{head} ") for head in ("2.1", "F07", "behaviour 28", "behaviour 29")]
    assert places == sorted(places)


def test_a_section_with_parts_shows_each(capsys: pytest.CaptureFixture[str]) -> None:
    """Docstrings cite section 1, which is 1.1 to 1.5."""
    assert main.run(["facts", "section 1"]) == 0
    shown = capsys.readouterr().out
    assert all(f"1.{part} " in shown for part in range(1, 6))


def test_a_plain_section_number_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    """No word has to stand before it."""
    assert main.run(["facts", "1.4"]) == 0
    assert capsys.readouterr().out.startswith("1.4 TTLs and the SOA (confirmed, inferred, unknown)\n")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("behavior 12", "there is no entry 'behavior 12'; did you mean behaviour 12"),
        ("F98", "there is no entry 'F98'; acrdns facts lists them all"),
        ("F999", "there is no entry 'F999'; acrdns facts lists them all"),
        ("F01x", "there is no entry 'F01x'; did you mean F01"),
        ("f01x", "there is no entry 'f01x'; did you mean F01"),
        ("behaviour 12x", "there is no entry 'behaviour 12x'; did you mean behaviour 12"),
        ("wildcards", "there is no entry 'wildcards'; acrdns facts lists them all"),
    ],
)
def test_an_unknown_entry_is_a_usage_error(text: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What may have been meant is named."""
    assert main.run(["facts", text]) == 2
    assert hint in capsys.readouterr().err
