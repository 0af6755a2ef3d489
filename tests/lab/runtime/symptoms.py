"""The symptom of each broken twin: the step at which skopeo fails in the lab, and its words.

python -m tests.lab.runtime.symptoms writes the table of the page anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from acrdns.check.estate.matrix import matrix
from acrdns.resolve.world import World
from acrdns.topology.load import load
from acrdns.topology.samples import located, samples
from tests.lab.conftest import Labs

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

PAGE = Path(__file__).resolve().parents[3] / "acrdns/pages/lab-symptoms.md"
HEAD = "| broken topology | from | registry | fails at | skopeo says | curl says |"
SCRIPT = """
cd {folder}
curl -sS -o /dev/null -w 'code %{{http_code}}\\n' https://{host}/v2/ 2>&1
skopeo copy --override-os linux --override-arch amd64 -q docker://{host}/hello-world:latest dir:image 2>&1
"""


class Symptom(NamedTuple):
    """A row of the table."""

    twin: str
    vantage: str
    host: str
    step: str
    """`login`, `layer`, or `nothing` where the pull passes."""
    words: str
    """Skopeo's, from where the names of the image end; the parts that differ from run to run are left out."""
    curl: str
    """Exit code, or the status of `GET /v2/`."""

    @property
    def line(self) -> str:
        """The row as it stands on the page."""
        words = f"`{self.words}`" if self.words else ""
        return f"| `{self.twin}` | {self.vantage} | {self.host} | {self.step} | {words} | {self.curl} |"


def twins() -> list[str]:
    """Return the names of all broken topologies."""
    return [sample for sample in samples() if sample.startswith("broken/")]


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


def symptom(labs: Labs, twin: str, folder: Path) -> Symptom:
    """Return what skopeo and curl say in the lab of a broken topology."""
    vantage, host = place(load(located(twin)))
    script = SCRIPT.format(folder=folder, host=host)
    done = labs.run(twin, vantage, "--patience", "quick", script=script)
    asked, _, pulled = done.stdout.partition("code ")
    status, _, said = pulled.partition("\n")
    error = re.search(r"\((\d+)\)", asked)
    curl = f"({error[1]})" if error else status
    if done.returncode == 0:
        return Symptom(twin, vantage, host, "nothing", "", curl)
    found = re.search(r'msg="(.*)"$', said.strip())
    assert found, done
    words = found[1].replace('\\"', '"')
    step = "layer" if "blob" in words else "login"
    return Symptom(twin, vantage, host, step, _shortened(words), curl)


def _shortened(words: str) -> str:
    words = re.sub(r"^.*(?:reading blob sha256:\w+|pinging container registry [\w.-]+): ", "", words)
    words = re.sub(r'^Get "[^"]*": ', "", words)
    return re.sub(r"read udp [\d.:]+->", "read udp ...->", words)


def rows(page: str) -> list[str]:
    """Return the rows of the table on the page."""
    return [line for line in page.splitlines() if line.startswith("| `broken/")]


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        lines = [symptom(Labs(), twin, Path(name)).line for twin in twins()]
    text = PAGE.read_text(encoding="utf-8").partition(HEAD)[0]
    rule = "| " + " | ".join(["---"] * HEAD.count(" | ") + ["---"]) + " |"
    PAGE.write_text("\n".join([text + HEAD, rule, *lines, ""]), encoding="utf-8")
