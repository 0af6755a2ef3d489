"""Which findings count: codes, settings files, acceptances."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from acrdns.check.lint import could_find, lint
from acrdns.check.policy.accepting import excuse
from acrdns.check.policy.codes import code_of, codes_of
from acrdns.check.policy.settings import PolicySettings, profile, settings_for
from acrdns.check.rules import TABLE
from acrdns.errors import SettingsError
from acrdns.topology.load import load_octets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["ACR308"], {"ACR308"}),
        (["acr308"], {"ACR308"}),
        (["ipv6-bypass"], {"ACR308"}),
        (["ACR901,ACR902", " missing-record "], {"ACR901", "ACR902", "ACR305"}),
        (["ACR15"], {f"ACR15{number}" for number in range(1, 8)}),
        (["ACR"], set(TABLE)),
        ([], set()),
    ],
)
def test_codes(texts: list[str], codes: set[str]) -> None:
    """Codes, beginnings of codes and names, with commas."""
    assert codes_of(texts) == codes


@pytest.mark.parametrize("text", ["ACR5", "A", "3", "missing", "ACR3088"])
def test_an_unknown_rule_is_an_error(text: str) -> None:
    """A beginning of a name is none."""
    with pytest.raises(ValueError, match="there is no rule"):
        codes_of([text])


def test_a_beginning_is_no_code() -> None:
    """Where one rule is asked for."""
    with pytest.raises(ValueError, match="several rules"):
        code_of("ACR3")


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    """Upwards, acrdns.toml before pyproject.toml, and past a pyproject.toml of others."""
    written(tmp_path, "acrdns.toml", 'select = ["ACR1"]\n')
    written(tmp_path, "a/pyproject.toml", "[tool.ruff]\nline-length = 88\n")
    written(tmp_path, "a/b/pyproject.toml", '[tool.acrdns]\nignore = "ACR308, missing-record"\nexit-zero = true\n')
    written(tmp_path, "a/b/c/acrdns.toml", "strict = true\n")
    written(tmp_path, "a/b/c/pyproject.toml", "[tool.acrdns]\nexit_zero = true\n")
    assert settings_for(tmp_path / "a").select == codes_of(["ACR1"])
    deeper = settings_for(tmp_path / "a/b")
    assert deeper.ignore == frozenset(("ACR308", "ACR305"))
    assert (deeper.exit_zero, deeper.select) == (True, None)
    assert settings_for(tmp_path / "a/b/c").strict is True
    assert settings_for(tmp_path / "a/b/c").exit_zero is None


def test_severities(tmp_path: Path) -> None:
    """A profile beside the file, and the file's own table above it."""
    written(tmp_path, "strict.toml", '[severity]\nACR206 = "error"\nACR210 = "off"\nACR308 = "off"\n')
    written(tmp_path, "acrdns.toml", 'profile = "strict.toml"\n[severity]\nipv6-bypass = "info"\nACR206 = "off"\n')
    severities, off = profile(tmp_path / "strict.toml")
    assert severities == {"ACR206": "error"}
    assert off == {"ACR210", "ACR308"}
    found = settings_for(tmp_path)
    assert found.severities == {"ACR308": "info"}
    assert found.off == {"ACR206", "ACR210"}


def test_nothing_is_found_where_there_is_nothing(tmp_path: Path) -> None:
    """Then everything counts, as the rules say."""
    written(tmp_path, "pyproject.toml", "[tool.other\n")  # not ours to judge
    assert settings_for(tmp_path).select is None
    assert PolicySettings().severities == {}


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        ("acrdns.toml", "selct = []\n", ["1:1: selct: unknown key; did you mean select?"]),
        ("acrdns.toml", "\nformat = 'json'\nselect = 'ACR5'\n", ["2:1: format: unknown key; allowed: select, ignore", "3:1: select: there is no rule 'ACR5'"]),
        ("acrdns.toml", "select = 3\n", ["1:1: select: 3 is no list of codes"]),
        ("acrdns.toml", "strict = 'yes'\n", ["1:1: strict: 'yes' is no switch; allowed: true, false"]),
        ("acrdns.toml", "exit-zero = true\nexit_zero = true\n", ["2:1: exit_zero: given twice"]),
        ("acrdns.toml", "profile = 'missing.toml'\n", ["1:1: profile: missing.toml cannot be read: no such file"]),
        ("acrdns.toml", "[severity]\nACR308 = 'fatal'\nACR9 = 'error'\n", ["2:1: ACR308: 'fatal' is no severity; allowed: error, warning, info, off", "3:1: ACR9: 'ACR9' stands for several"]),
        ("acrdns.toml", "severity = 'off'\n", ["1:1: severity: no table"]),
        ("acrdns.toml", "select = [\n", ["1:1: no TOML"]),
        ("pyproject.toml", "[tool.acrdns]\nselct = []\n", ["2:1: selct: unknown key"]),
        ("pyproject.toml", "tool.acrdns = 3\n", ["1:1: acrdns: no table"]),
    ],
)  # fmt: skip
def test_a_settings_file_with_problems(tmp_path: Path, name: str, text: str, problems: list[str]) -> None:
    """All at once, each with its place."""
    path = written(tmp_path, name, text)
    with pytest.raises(SettingsError) as error:
        settings_for(tmp_path)
    lines = str(error.value).splitlines()
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        assert line.startswith(f"{path}:{problem}"), line


ESTATE = """
version: 1
registries:
  contoso: {{location: eastus, public: {{addresses: {{registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}}}}}}
networks:
  {section}
  hub: {{address_space: [10.0.0.0/16], peerings: [spoke]}}
  spoke:
    address_space: [10.1.0.0/16]
    peerings: [hub]
    {spoke}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}}}
{top}
"""
LINK = "{rule: vnet-without-zone-link, reason: next week}"
ENDED = "{rule: ACR101, reason: next week, until: 2026-11-29}"
ELSEWHERE = "{rule: ACR207, reason: none}"
UNKNOWN = "{rule: no-such-rule, reason: none}"


@pytest.mark.parametrize(
    ("where", "entry", "day", "codes", "accepted"),
    [
        ("spoke", "", 29, ["ACR101"], 0),
        ("spoke", LINK, 29, [], 1),
        ("section", LINK, 29, [], 1),
        ("top", LINK, 29, [], 1),
        ("spoke", ENDED, 29, [], 1),
        ("spoke", ENDED, 30, ["ACR101", "ACR901"], 0),
        ("spoke", ELSEWHERE, 29, ["ACR101", "ACR902"], 0),
        ("spoke", UNKNOWN, 29, ["ACR101", "ACR902"], 0),
        ("spoke", f"{ENDED}, {LINK}", 30, ["ACR901"], 1),
    ],
)
def test_acceptances(where: str, entry: str, day: int, codes: list[str], accepted: int) -> None:
    """At the object, in its section, at the top; until its last day; with the line of its rule."""
    places = {name: f"accept: [{entry}]" if name == where and entry else "" for name in ("section", "spoke", "top")}
    text = ESTATE.format(**places)
    topology = load_octets(text.encode(), "estate.yaml")
    found = excuse(topology, lint(topology), date(2026, 11, day), could_find)
    assert [finding.code for finding in found.findings] == codes
    assert [each.finding.code for each in found.accepted] == ["ACR101"] * accepted
    told = " ".join(finding.message for finding in found.findings if finding.code.startswith("ACR9"))
    assert ("ended on 2026-11-29, and what it excused (next week) is still there" in told) is ("ACR901" in codes)
    assert ("excuses nothing" in told) is ("ACR902" in codes)
    lines = [finding.place.line for finding in found.findings if finding.place and finding.code.startswith("ACR9")]
    assert lines == [1 + text.partition("accept:")[0].count("\n")] * len(lines)


def test_an_object_excuses_nothing_elsewhere() -> None:
    """The hub's entry is not for the spoke."""
    text = ESTATE.format(section="", spoke="", top="").replace(
        "peerings: [spoke]}", f"peerings: [spoke], accept: [{LINK}]}}"
    )
    topology = load_octets(text.encode(), "estate.yaml")
    found = excuse(topology, lint(topology), date(2026, 11, 29), could_find)
    assert [finding.code for finding in found.findings] == ["ACR101", "ACR902"]


def test_what_a_run_cannot_find_is_not_called_unused() -> None:
    """Rules that were not run say nothing."""
    text = ESTATE.format(section="", spoke=f"accept: [{ELSEWHERE}]", top="")
    topology = load_octets(text.encode(), "estate.yaml")
    assert excuse(topology, (), date(2026, 11, 29)).findings == ()
    assert excuse(topology, (), date(2026, 11, 29), lambda _: False).findings == ()
