"""The memory of an import stays below ten times its input."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.exchange.imports.importing import fixture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEGABYTES = 50
TIMES = 10
# Not ru_maxrss: the memory of the test that starts the process counts in it, over fork and exec.
_IMPORT = """
import sys
from pathlib import Path
from acrdns.cli import main
code = main.run(["import", sys.argv[1], "-o", sys.argv[2]])
print(code, Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def compact(values: list[Any]) -> str:
    """Return a page of Azure Resource Manager, as small as it can be written."""
    return json.dumps({"value": values}, separators=(",", ":"))


def indented(values: list[Any]) -> str:
    """Return a list as az writes it."""
    return json.dumps(values, indent=2)


@pytest.mark.slow
@pytest.mark.parametrize("write", [compact, indented])
def test_memory_stays_below_ten_times_the_input(write: Callable[[list[Any]], str], tmp_path: Path) -> None:
    """Of a subscription with many machines, of which each has an interface."""
    interface = fixture("az_network_nic_show") | {"privateEndpoint": None, "virtualMachine": {"id": "x"}}
    text = json.dumps(interface)
    number = MEGABYTES * 1_000_000 // len(write([interface]))
    values = [json.loads(text.replace("pe-contoso", f"vm-{at}")) for at in range(number)]
    path = tmp_path / "interfaces.json"
    path.write_text(write([*values, *fixture("az_network_vnet_list")]))
    size = path.stat().st_size
    assert size > MEGABYTES * 900_000
    command = [sys.executable, "-c", _IMPORT, str(path), str(tmp_path / "out.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, kilobytes = done.stdout.split()
    assert code == "0"
    assert int(kilobytes) * 1024 < TIMES * size
