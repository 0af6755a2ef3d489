"""A root zone, a TLD and a child zone, each on two servers at addresses and ports of the real kind, for zone checkers.

Run as `python -m tests.interop.hierarchy FOLDER NSD|"" COMMAND...` in a network namespace of its own, where port 53 of any
address is free: it serves the zones, by NSD where its path is given and by acrdns where it is empty, runs the command in
FOLDER, and ends with its exit code.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TIMES = "2024010101 14400 3600 1209600 3600"

ZONES = {
    ".": f"""$ORIGIN .
$TTL 86400
@ SOA a.root-servers.net. hostmaster.nic.test. {_TIMES}
@ NS a.root-servers.net.
@ NS b.root-servers.net.
a.root-servers.net. A 198.41.0.4
b.root-servers.net. A 170.247.170.2
test. NS a.nic.test.
test. NS b.nic.test.
a.nic.test. A 185.49.140.1
b.nic.test. A 194.0.28.1
""",
    "test.": f"""$ORIGIN test.
$TTL 86400
@ SOA a.nic hostmaster.nic {_TIMES}
@ NS a.nic
@ NS b.nic
nic MX 10 a.nic
a.nic A 185.49.140.1
b.nic A 194.0.28.1
child NS ns1.child
child NS ns2.child
ns1.child A 193.0.9.1
ns2.child A 200.7.86.1
""",
    "child.test.": f"""$ORIGIN child.test.
$TTL 86400
@ SOA ns1 hostmaster {_TIMES}
@ NS ns1
@ NS ns2
@ MX 10 mail
@ A 193.0.9.80
@ TXT "v=spf1 mx -all"
www A 193.0.9.80
mail A 193.0.9.25
alias CNAME www
*.wild TXT "any"
ns1 A 193.0.9.1
ns2 A 200.7.86.1
""",
}
ADDRESSES = {
    ".": ("198.41.0.4", "170.247.170.2"),
    "test.": ("185.49.140.1", "194.0.28.1"),
    "child.test.": ("193.0.9.1", "200.7.86.1"),
}
"""Of the zones' servers. Checkers find fault with private ones."""

HINTS = """. 3600000 NS a.root-servers.net.
. 3600000 NS b.root-servers.net.
a.root-servers.net. 3600000 A 198.41.0.4
b.root-servers.net. 3600000 A 170.247.170.2
"""

_NSD = """server:
{listens}
  database: ""
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  pidfile: ""
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
"""

START = 20.0
"""Seconds that a server has to start in."""


def nsd_configuration(folder: Path, listens: Iterable[str], zones: Mapping[str, Path]) -> str:
    """Write what NSD needs to serve zone files, by apex, at addresses as it writes them."""
    addresses = "\n".join(f"  ip-address: {each}" for each in listens)
    served = (f'zone:\n  name: "{apex}"\n  zonefile: "{file}"\n' for apex, file in zones.items())
    return _NSD.format(listens=addresses, folder=folder) + "".join(served)


def _command(apex: str, folder: Path, nsd: str) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "zone"
    file.write_text(ZONES[apex])
    if nsd:
        config = folder / "nsd.conf"
        config.write_text(nsd_configuration(folder, ADDRESSES[apex], {apex: file}))
        return [nsd, "-d", "-c", str(config)]
    listens = [f"--listen={address}:53" for address in ADDRESSES[apex]]
    return [sys.executable, "-m", "acrdns", "serve", "--zone-file", str(file), *listens]


def _wait(address: str, apex: str) -> None:
    deadline = time.monotonic() + START
    while True:
        try:
            dns.query.udp(dns.message.make_query(apex, "SOA"), address, 0.2)
        except (dns.exception.Timeout, OSError):
            if time.monotonic() > deadline:
                raise
        else:
            return


def main(folder: Path, nsd: str, command: list[str]) -> int:
    """Serve, run the command, and give its exit code."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    (folder / "hints").write_text(HINTS)
    with ExitStack() as stack:
        for number, (apex, addresses) in enumerate(ADDRESSES.items()):
            for address in addresses:
                subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
            log = stack.enter_context((folder / f"{number}.log").open("wb"))
            started = _command(apex, folder / str(number), nsd)
            process = subprocess.Popen(started, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        for apex, addresses in ADDRESSES.items():
            for address in addresses:
                _wait(address, apex)
        return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
