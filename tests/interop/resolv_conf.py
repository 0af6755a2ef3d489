"""A machine whose resolver is `acrdns serve`; to be run in network and mount namespaces of its own.

python -m tests.interop.resolv_conf TOPOLOGY DIRECTORY VANTAGE[,VANTAGE...][:OPTION] PROGRAM [ARGUMENT...]

Serves each vantage point on port 53 of an address (`-`: nothing answers there), writes them and the option into
/etc/resolv.conf, and runs the program, whose output and exit code are the result.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.serve.running import Running


def main(topology: str, directory: Path, resolvers: str, command: list[str]) -> int:
    """Run a program on that machine."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    vantages, _, option = resolvers.partition(":")
    addresses = {f"127.0.0.{number}": vantage for number, vantage in enumerate(vantages.split(","), 53)}
    lines = [f"nameserver {address}\n" for address in addresses] + [f"options {option}\n"] * bool(option)
    for name, text in {"resolv.conf": "".join(lines), "nsswitch.conf": "hosts: dns\n"}.items():
        (directory / name).write_text(text)
        target = Path("/etc") / name
        subprocess.run(["mount", "--bind", str(directory / name), str(target.resolve())], check=True)
    listens = [f"--listen={vantage}={address}:53" for address, vantage in addresses.items() if vantage != "-"]
    with Running(topology, *listens, "--workers=1"):
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:]))
