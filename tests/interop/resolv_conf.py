"""A machine whose resolver is `acrdns serve`; to be run in network and mount namespaces of its own.

python -m tests.interop.resolv_conf TOPOLOGY DIRECTORY VANTAGE PROGRAM [ARGUMENT...]

Serves the vantage point on port 53, writes that into /etc/resolv.conf, and runs the program, whose output and exit code
are the result.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.serve.running import Running

ADDRESS = "127.0.0.53"


def main(topology: str, directory: Path, vantage: str, command: list[str]) -> int:
    """Run a program on that machine."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for name, text in {"resolv.conf": f"nameserver {ADDRESS}\n", "nsswitch.conf": "hosts: dns\n"}.items():
        (directory / name).write_text(text)
        target = Path("/etc") / name
        subprocess.run(["mount", "--bind", str(directory / name), str(target.resolve())], check=True)
    with Running(topology, f"--listen={vantage}={ADDRESS}:53", "--workers=1"):
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:]))
