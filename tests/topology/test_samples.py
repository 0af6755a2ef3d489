"""Samples are found by name, from anywhere, and a file comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from acrdns.errors import TopologyError
from acrdns.topology.load import load
from acrdns.topology.samples import located, samples

ZONES = Path(__file__).resolve().parents[2] / "zones"


def test_every_sample_has_its_name() -> None:
    """The names are those of the files, the broken twins last."""
    assert {ZONES / f"{name}.yaml" for name in samples()} == set(ZONES.rglob("*.yaml"))
    broken = [name.startswith("broken/") for name in samples()]
    assert broken == sorted(broken)


@pytest.mark.parametrize(
    "name", ["private-link-geo", "private-link-geo.yaml", "broken/ipv6-bypass", "broken/ipv6-bypass.yaml"]
)
def test_a_sample_is_found_by_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With or without its suffix, in any directory."""
    monkeypatch.chdir(tmp_path)
    assert Path(located(name)) == ZONES / f"{name.removesuffix('.yaml')}.yaml"
    assert load(name).registries


def test_a_file_of_that_name_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a file `public` means it."""
    monkeypatch.chdir(tmp_path)
    Path("public").touch()
    assert located("public") == "public"


@pytest.mark.parametrize("name", ["none", "none.yaml", "../zones/public", "/zones/public", "broken", "", "."])
def test_what_is_no_sample_stays_as_it_is(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are never taken for samples."""
    monkeypatch.chdir(tmp_path)
    assert located(name) == name


@pytest.mark.parametrize("name", ["privat-link-geo", "private-link-gep.yaml"])
def test_a_sample_that_was_meant_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the error of a file that is not there."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TopologyError, match=r"no such file or directory; did you mean the sample private-link-geo\? "):
        load(name)
