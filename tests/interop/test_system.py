"""`check --system` on a machine of its own: hosts file, nsswitch and search domains as the C library goes by them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.interop

SAMPLE = "zones/private-link-geo.yaml"
PIN = "10.9.9.9 contoso.azurecr.io\n"


@pytest.mark.parametrize(
    ("hosts", "order", "more", "found"),
    [
        (PIN, "files dns", "", ["hosts-file-pin contoso.azurecr.io"]),
        (PIN, "dns files", "", []),
        (PIN, "dns", "", []),
        ("", "files dns", "", []),
        ("", "files dns", "search corp.example azurecr.io\noptions ndots:5\n", []),
        ("10.9.9.9 contoso.azurecr.io.corp.example\n", "files dns", "search corp.example\noptions ndots:5\n", []),
    ],
    ids=["pinned", "DNS comes first", "no files", "no pin", "search domains", "a pin that a search domain leads to"],
)
def test_programs_are_compared_with_dns(
    program: Callable[[str], str], root: Path, tmp_path: Path, hosts: str, order: str, more: str, found: list[str]
) -> None:
    """A finding where programs get another address than the DNS server gives, and nowhere else."""
    space = [program("unshare"), "--user", "--map-root-user", "--net", "--mount"]
    if subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make namespaces (unshare --user --net --mount)")
    (tmp_path / "hosts").write_text(hosts)
    check = f"{sys.executable} -m acrdns check {SAMPLE} --from hub --system --format json"
    script = (
        f"mount --bind {tmp_path}/hosts /etc/hosts; printf 'hosts: {order}\\n' > {tmp_path}/nsswitch.conf; "
        f"printf '{more}' >> {tmp_path}/resolv.conf; {check}"
    )
    inside = [sys.executable, "-m", "tests.interop.resolv_conf", SAMPLE, str(tmp_path), "hub", "/bin/sh", "-c", script]
    done = subprocess.run([*space, *inside], capture_output=True, text=True, check=False, cwd=root, timeout=300)
    document = json.loads(done.stdout)
    assert [f"{each['name']} {each['fqdn']}" for each in document["findings"]] == found, done.stderr
    assert done.returncode == bool(found)
    assert document["summary"]["error"] == 0
