"""One BIND with a view for each vantage point; to be run in a network of its own, where lo may have more addresses.

python -m tests.interop.bind_views NAMED TOPOLOGY KEY DIRECTORY
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.free_ports import free_address
from tests.interop.fleet import Fleet, Primary, Program, export
from tests.interop.test_secondaries import VANTAGES, questions, zones_of


def main(named: str, topology: Path, key: Path, directory: Path) -> None:
    """Take every view, and hold the answers against the vantage points'."""
    addresses = {vantage: f"127.99.0.{number}" for number, vantage in enumerate(VANTAGES, 1)}
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in addresses.values():
        subprocess.run(["ip", "address", "add", f"{address}/8", "dev", "lo"], check=True)
    listens = {vantage: free_address(address) for vantage, address in addresses.items()}
    notify = [f"--notify={vantage}={host}:{port}" for vantage, (host, port) in listens.items()]
    arguments = [str(topology), "--allow-transfer=127.0.0.0/8", f"--tsig-key={key}", *notify]
    primary = Primary(directory, VANTAGES, *arguments)
    for vantage in VANTAGES:
        (directory / vantage).mkdir()
    path = directory / "named.conf"
    path.write_text(export("bind", topology, primary, listens, directory, f"--tsig-key={key}"))
    with Fleet(primary, listens, [Program([named, "-g", "-c", str(path)], directory)]) as fleet:
        text = topology.read_text()
        for _ in range(2):
            fleet.agree(zones_of(text))
            for vantage in VANTAGES:
                fleet.compare(vantage, questions(text))
            text = text.replace("10.0.0.7,", "10.0.0.77,")
            topology.write_text(text)
            fleet.primary.reload()
            fleet.heard("^reloaded")
        fleet.agree(zones_of(text))


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
