"""`lab exfiltrate`: a wildcard on blob storage lets layers leave, dedicated data endpoints do not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from acrdns.cli.main import run
from acrdns.lab.exfiltrate import Attempt, attempts, with_somebody
from acrdns.topology.dump import dumps
from acrdns.topology.load import load
from acrdns.topology.samples import located

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize("arguments", [["geo-replicated"], ["connected-registry", "--from", "plant"]])
def test_what_leaves(capfd: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Whatever the file says of its own registries."""
    assert run(["lab", "exfiltrate", *arguments]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith(f"from {arguments[-1] if '--from' in arguments else 'internet'} to ")
    assert lines[1] == "*.blob.core.windows.net: the layer left, and came back"
    assert lines[3].startswith("dedicated data endpoints: the layer was stopped: ")
    assert "Errno" not in lines[3]
    assert [line.startswith("  allowed: contoso.azurecr.io, ") for line in lines] == [False, False, True, False, True]


@pytest.mark.slow
@pytest.mark.usefixtures("labs")
def test_another_outcome_than_expected_is_exit_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that lets everything pass, where a layer should be stopped."""
    leaky = Attempt("leaky", ("*.net",), leaves=False)
    monkeypatch.setattr("acrdns.lab.exfiltrate.attempts", lambda _: iter([leaky]))
    assert run(["lab", "exfiltrate", "private-link"]) == 1


def test_the_lists_are_those_of_the_documents() -> None:
    """Login servers are on both; the account is on neither by its name."""
    topology = load(located("geo-replicated"))
    (wildcard, dedicated), (_, host) = attempts(topology), with_somebody(topology)
    assert "*.blob.core.windows.net" in wildcard.hosts
    assert "contoso.westus.data.azurecr.io" in dedicated.hosts
    assert host.endswith(".blob.core.windows.net")
    assert host not in (*wildcard.hosts, *dedicated.hosts)


def test_a_registry_of_the_thief_s_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The line says what to rename."""
    topology = load(located("single-region"))
    (registry,) = topology.registries.values()
    named = replace(topology, registries={"somebodyelse": replace(registry, name="somebodyelse")})
    (tmp_path / "file.yaml").write_text(dumps(named))
    assert run(["lab", "exfiltrate", str(tmp_path / "file.yaml")]) == 2
    assert "has a registry 'somebodyelse'" in capsys.readouterr().err
