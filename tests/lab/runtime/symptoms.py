"""The symptom of each fault: the step at which skopeo fails in the lab, and its words.

python -m tests.lab.runtime.symptoms writes the tables of the page anew.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.check.estate.matrix import matrix
from acrdns.check.faults import PRIORS
from acrdns.check.repair.breaking import breaking
from acrdns.resolve.world import World
from acrdns.topology.load import load
from acrdns.topology.samples import located, samples
from acrdns.topology.text.rewrite import edited
from tests.lab.conftest import Labs

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

PAGE = Path(__file__).resolve().parents[3] / "acrdns/pages/lab-symptoms.md"
HEAD = "| broken topology | from | registry | fails at | skopeo says | curl says |"
OTHERS = "| what is wrong | from | registry | fails at | skopeo says | curl says |"
NOT_IN_A_FILE = {"stale-cache"}
FAULTS = (
    "forwarding-loop hub-and-spoke-resolver",
    "hosts-file-pin hub-and-spoke",
    "missing-record hand-made-records",
    "shared-address hand-made-records",
    "shared-address private-link --at privatelink.azurecr.io/contoso.eastus.data",
    "shared-record-deleted two-regions",
    "swapped-address hand-made-records",
    "unreachable-dns-server hub-and-spoke-dns-server",
    "vnet-without-zone-link private-link",
)
"""The arguments of `acrdns break` for each fault that no broken topology has the name of."""
ACRDNS = f"{sys.executable} -m acrdns"
SCRIPT = """
cd {folder}
{before}
curl -sS -o /dev/null -w 'code %{{http_code}}\\n' https://{host}/v2/ 2>&1
skopeo copy --override-os linux --override-arch amd64 -q docker://{host}/hello-world:latest dir:image 2>&1
"""


@dataclass(frozen=True)
class Case:
    """Something that is wrong, and where it shows."""

    name: str
    """As the row has it."""
    topology: str
    vantage: str
    host: str
    allowed: str | None = None
    """The lines of an allow-list."""
    before: str = ""
    """Commands that come first in the lab."""
    without: str = ""
    """What the topology's file lacks."""


GEO = " && ".join(f"{ACRDNS} lab region {region} --down" for region in ("eastus", "westeurope", "westus"))
SITUATIONS = (
    Case("public access is off, and the client is outside (F21)", "private-link", "internet", "contoso.azurecr.io"),
    Case("the image has the privatelink name (F25)", "private-link", "hub", "contoso.privatelink.azurecr.io"),
    Case("a route or rule keeps packets from the endpoint (F26)", "private-link", "hub", "contoso.azurecr.io", ""),
    Case(
        "a firewall admits the login server alone (F27)",
        *("private-link", "hub", "contoso.azurecr.io", "contoso.azurecr.io"),
    ),
    Case("all regions are down", "private-link-geo", "hub", "contoso.azurecr.io", before=GEO),
    Case(
        "a replica without a record serves (F05)",
        *("broken/replica-without-record", "hub", "contoso.azurecr.io"),
        before=f"{ACRDNS} lab region eastus --down",
    ),
    Case(
        "records lead to the endpoint of a network that is not peered (F07)",
        *("broken/endpoint-records-collide", "east", "contoso.azurecr.io"),
        without="    peerings: [west]\n",
    ),
)


def twins() -> list[str]:
    """Return the names of all broken topologies."""
    return [sample for sample in samples() if sample.startswith("broken/")]


def faults_without_twin() -> set[str]:
    """Return the faults of the catalogue that no broken topology has the name of."""
    return set(PRIORS) - {twin.removeprefix("broken/") for twin in twins()} - NOT_IN_A_FILE


def count() -> int:
    """Return how many rows both tables have."""
    return len(twins()) + len(FAULTS) + len(SITUATIONS)


def case(number: int, folder: Path) -> Case:
    """Return what is wrong in a row; the topology of a fault without a twin is written into a folder."""
    if number < len(twins()):
        twin = twins()[number]
        return Case(f"`{twin}`", twin, *place(load(located(twin))))
    number -= len(twins())
    file = folder / "broken.yaml"
    if number >= len(FAULTS):
        found = SITUATIONS[number - len(FAULTS)]
        if not found.without:
            return found
        written = Path(located(found.topology)).read_text(encoding="utf-8")
        assert found.without in written
        file.write_text(written.replace(found.without, ""), encoding="utf-8")
        return replace(found, topology=str(file))
    fault, sample, *at = FAULTS[number].split()
    chosen = breaking(fault, load(located(sample)), at[1] if at else None)
    file.write_text(edited(Path(located(sample)).read_text(encoding="utf-8"), chosen.edits, sample), encoding="utf-8")
    return Case(f"`acrdns break {FAULTS[number]}`", str(file), *place(load(str(file))))


def place(topology: Topology) -> tuple[str, str]:
    """Return where the fault shows: the first vantage point and login server with a wrong answer, else any."""
    table = matrix(World(topology))
    for row in table.rows:
        for vantage, cell in zip(table.vantages, row.cells, strict=True):
            if not cell.expected:
                registry = topology.registries[row.registry]
                return vantage, f"{registry.dns_label}.{topology.cloud.registry}"
    registry = next(iter(topology.registries.values()))
    return topology.vantages[1], f"{registry.dns_label}.{topology.cloud.registry}"


def line(labs: Labs, wrong: Case, folder: Path) -> str:
    """Return the row that the table has for a case: what skopeo and curl say of it in the lab.

    The step is `login`, `layer`, or `nothing` where the pull passes. Skopeo's words are those from where the names of
    the image end, without the parts that differ from run to run; curl's are its exit code, or the status of `GET /v2/`.
    """
    options = ["--patience", "quick"]
    if wrong.allowed is not None:
        (folder / "allowed").write_text(f"{wrong.allowed}\n")
        options += ["--firewall", str(folder / "allowed")]
    script = SCRIPT.format(folder=folder, host=wrong.host, before=wrong.before)
    done = labs.run(wrong.topology, wrong.vantage, *options, script=script)
    asked, _, pulled = done.stdout.partition("code ")
    status, _, said = pulled.partition("\n")
    error = re.search(r"\((\d+)\)", asked)
    curl = f"({error[1]})" if error else status
    if done.returncode == 0:
        step, words = "nothing", ""
    else:
        found = re.search(r'msg="(.*)"$', said.strip())
        assert found, done
        step = "layer" if "blob" in found[1] else "login"
        said = found[1].replace('\\"', '"')
        words = f"`{_shortened(said)}`"
    return f"| {wrong.name} | {wrong.vantage} | {wrong.host} | {step} | {words} | {curl} |"


def _shortened(words: str) -> str:
    words = re.sub(r"^.*(?:reading blob sha256:\w+|pinging container registry [\w.-]+): ", "", words)
    words = re.sub(r'^Get "[^"]*": ', "", words)
    return re.sub(r"read udp [\d.:]+->", "read udp ...->", words)


def rows(page: str) -> list[str]:
    """Return the rows of both tables on the page."""
    found = page.partition(HEAD)[2].replace(OTHERS, "").splitlines()
    return [row for row in found if row.startswith("| ") and not row.startswith("| ---")]


def table(head: str, lines: list[str]) -> str:
    """Return a table."""
    return "\n".join([head, "| " + " | ".join(["---"] * (head.count(" | ") + 1)) + " |", *lines, ""])


def main() -> None:
    """Write the tables."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        lines = [line(Labs(), case(number, Path(name)), Path(name)) for number in range(count())]
    above, _, rest = PAGE.read_text(encoding="utf-8").partition(HEAD)
    between = re.search(r"\n\n(.*?)\n\n" + re.escape(OTHERS), rest, re.DOTALL)
    number = len(twins())
    words = between[1] if between else ""
    text = f"{above}{table(HEAD, lines[:number])}\n{words}\n\n{table(OTHERS, lines[number:])}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
