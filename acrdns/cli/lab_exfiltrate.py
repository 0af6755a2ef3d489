"""`acrdns lab exfiltrate`: which allow-list lets layers leave to an account that is not the registry's."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import TopologyArgument, vantage_of
from acrdns.cli.lab_run import need_linux

if TYPE_CHECKING:
    from acrdns.lab.exfiltrate import Attempt

_STOPPED = 3


def exfiltrate(
    topology: TopologyArgument,
    *,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="VANTAGE", help="The network to be in; the first.", autocompletion=completion.vantages
        ),
    ] = None,
) -> int:
    """Push a marked layer to a storage account of somebody else and pull it back, through two allow-lists.

    The list with a wildcard on blob storage lets it leave, that of dedicated data endpoints does not: exit 0 then.
    """
    need_linux("acrdns lab exfiltrate")
    from acrdns.cli.target import read_topology
    from acrdns.lab.exfiltrate import attempts, with_somebody
    from acrdns.topology.dump import dumps

    loaded = read_topology(topology)
    vantage = vantage_of(loaded, from_ or loaded.vantages[min(1, len(loaded.vantages) - 1)])
    widened, host = with_somebody(loaded)
    print(f"from {vantage} to {host}, an account that no registry of {loaded.file} has")
    as_expected = True
    with TemporaryDirectory() as directory:
        file = Path(directory, "topology.yaml")
        file.write_text(dumps(widened), encoding="utf-8")
        for attempt in attempts(loaded):
            code, said = _tried(Path(directory), file, vantage, host, attempt)
            outcome = "the layer left, and came back" if code == 0 else f"the layer was stopped: {said}"
            print(f"{attempt.name}: {outcome}\n  allowed: {', '.join(attempt.hosts)}")
            as_expected = as_expected and (code == 0) == attempt.leaves
    return 0 if as_expected else 1


def _tried(directory: Path, file: Path, vantage: str, host: str, attempt: Attempt) -> tuple[int, str]:
    """Return the exit code of an attempt: 0 where the layer left; and the reason where it was stopped."""
    from acrdns.errors import LabError
    from acrdns.lab.exfiltrate import PROGRAM

    allowed = directory / "list"
    allowed.write_text("\n".join(attempt.hosts), encoding="utf-8")
    options = ("--from", vantage, "--firewall", str(allowed), "--patience", "quick")
    url = f"https://{host}/layers/{secrets.token_hex(16)}"
    command = (sys.executable, "-P", "-c", PROGRAM, url, secrets.token_hex(32))
    done = subprocess.run(  # noqa: S603 -- this program
        (*(sys.executable, "-P", "-m", "acrdns", "lab", "run", str(file), *options, "--"), *command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, _STOPPED):
        raise LabError(done.stderr.strip() or f"{host} gave back another layer")
    return done.returncode, done.stdout.strip()
