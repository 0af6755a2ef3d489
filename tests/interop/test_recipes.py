"""The recipes for other resolvers, each run as the page has it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.interop.machine import CANNOT, PAGE, RECIPES, RESOLVECTL, commands, recipe

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.interop

ROUTING = ("systemd-resolved with servers for each link", "dnsmasq", "unbound")
"""The recipes that send other names elsewhere."""
DOMAINS = ("azurecr.io", "azcr.io", "trafficmanager.net", "cloudapp.azure.com", "blob.core.windows.net")


def resolved_on_a_machine(program: Callable[[str], str], root: Path, *arguments: str) -> dict[str, list[str]]:
    """Run `tests.interop.machine` in namespaces, and return what it prints."""
    if os.geteuid():
        pytest.skip("only root has port 53 and the mounts of a machine")
    if any("resolved" in each for each in arguments) and not Path(RESOLVECTL).exists():
        program("systemd-resolved")
    for each in ("ip", "dig", "dnsmasq", "unbound", "dbus-daemon", "podman", "busybox"):
        program(each)
    space = [program("unshare"), "--net", "--mount", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make namespaces")
    command = [*space, sys.executable, "-m", "tests.interop.machine", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, timeout=120)
    if done.returncode == CANNOT:
        pytest.skip(f"this system does not let podman run a container: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works(program: Callable[[str], str], tmp_path: Path, root: Path, name: str) -> None:
    """Private names are the simulator's, other tenants' names and all others are the real resolver's.

    Also with a file of `acrdns export resolved`, which says that other names are asked, too. Where the recipe has routing domains, names elsewhere are not asked of acrdns.
    """
    assert resolved_on_a_machine(program, root, str(tmp_path), name) == {
        "contoso.azurecr.io": ["10.0.0.7"],
        "mytenant.azurecr.io": ["203.0.113.9"],
        "www.example": ["20.45.122.144"],
        "asked of acrdns": [
            "contoso.azurecr.io",
            "mytenant.azurecr.io",
            *([] if name in ROUTING else ["www.example"]),
        ],
    }


@pytest.mark.parametrize("name", ["systemd-resolved", *ROUTING])
def test_a_recipe_names_all_shared_suffixes(name: str) -> None:
    """Those that the public chains of a registry lead through."""
    text = recipe(name) or str(commands(name, "resolvectl"))
    assert [domain for domain in DOMAINS if not re.search(rf'[~/"]{re.escape(domain)}\b', text)] == []


def test_the_texts_for_elsewhere_are_well_formed() -> None:
    """CoreDNS and Windows are not run here."""
    page = PAGE.read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    server = yaml.safe_load(text)["data"]["acrdns.server"]
    assert server.count("{") == server.count("}") == 1
    (windows,) = re.findall(r"```powershell\n(.*?)```", page, re.DOTALL)
    assert all(f"{domain}:53" in server and f'".{domain}"' in windows for domain in DOMAINS)
