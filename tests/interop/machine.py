"""A machine with acrdns and another resolver, as the recipes have it; to be run in network and mount namespaces.

python -m tests.interop.machine FOLDER RECIPE [DNSSEC WORLD]

The recipe's text is used as it stands: acrdns is at the recipe's address, and the real resolver at 127.0.0.9. Prints, as
JSON, the addresses of each name as the machine resolves it, and which of the names acrdns was asked. With a value of
DNSSEC=, systemd-resolved validates, and the real resolver is NSD with the signed zones, the configuration and the trust
anchor of a folder (`test_validating`). Exit code 77: this system does not let a container run, and stderr says why.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.exchange.exports.clients import program
from acrdns.exchange.exports.pin import ClientExport
from acrdns.topology.load import load
from tests.interop.outside import simulated
from tests.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).resolve().parents[2] / "acrdns/pages/resolver-recipes.md"
NAMES = ("contoso.azurecr.io", "mytenant.azurecr.io", "www.example")
SIGNED = ("contoso.azurecr.io", "mytenant.azurecr.io", "www.io")
OUTSIDE = """$ORIGIN .
$TTL 300
. SOA ns.example. host.example. 1 3600 300 2419200 60
. NS ns.example.
ns.example. A 192.0.2.1
www.example. A 20.45.122.144
mytenant.azurecr.io. A 203.0.113.9
"""
RESOLVED = "/usr/local/lib/systemd/systemd-resolved"
RESOLVECTL = "/usr/local/lib/systemd/resolvectl"
BUS = """<busconfig>
<type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="false"/><allow receive_sender="*"/>
</policy>
</busconfig>
"""
EXPORT, INBOUND = "acrdns export resolved", "10.0.1.4"
"""No recipe, but a file that is written for an office; and the address of the inbound endpoint in it."""
CANNOT = 77
SECONDS = 20.0


def recipe(heading: str) -> str:
    """Return the configuration below a heading of the page."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return "".join(re.findall(r"```conf\n(.*?)```", text, re.DOTALL))


def commands(heading: str, program: str) -> list[list[str]]:
    """Return the words of each command of a program below a heading of the page."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [shlex.split(line) for line in re.findall(rf"^{program} .*$", text, re.MULTILINE)]


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


@contextmanager
def _program(*command: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=sys.stderr) as process:
        try:
            yield
        finally:
            process.kill()


@contextmanager
def _resolved(folder: Path) -> Iterator[str]:
    """Run systemd-resolved with the recipe's file."""
    dnssec = (folder / "dnssec").read_text()
    with _started_resolved(folder, recipe("systemd-resolved").replace("allow-downgrade", dnssec)):
        yield "127.0.0.53"


@contextmanager
def _resolved_for_links(folder: Path) -> Iterator[str]:
    """Run systemd-resolved without servers; acrdns0 gets what the recipe says."""
    with _beside_real_one(folder, "[Resolve]\nDNS=\n"):
        assert subprocess.run([RESOLVECTL, "dns", "lo", "127.0.0.9"], capture_output=True, check=False).returncode
        for _, *words in commands("systemd-resolved with servers for each link", "resolvectl"):
            _run(RESOLVECTL, *words)
        yield "127.0.0.53"


@contextmanager
def _exported(folder: Path) -> Iterator[str]:
    """Run systemd-resolved with the drop-in of an office that asks an inbound endpoint."""
    with _beside_real_one(
        folder, program("resolved").forwarded(ClientExport(load("on-premises-forwarding"), "office"))
    ):
        yield "127.0.0.53"


@contextmanager
def _beside_real_one(folder: Path, configuration: str) -> Iterator[None]:
    """Run systemd-resolved with a bus; d0 gets the real resolver, as from DHCP."""
    (folder / "bus.conf").write_text(BUS)
    with _started_resolved(folder, f"{configuration}FallbackDNS=\nDNSSEC=no\n", bus=folder / "bus.conf"):
        for words in (["dns", "d0", "127.0.0.9"], ["default-route", "d0", "yes"]):
            _run(RESOLVECTL, *words)
        yield


@contextmanager
def _started_resolved(folder: Path, configuration: str, bus: Path | None = None) -> Iterator[None]:
    """Run systemd-resolved, which wants its user, its folder, and a link that is up; and a bus where it is told things."""
    _run("mount", "-t", "tmpfs", "tmpfs", "/run")
    for file, line in (("passwd", "systemd-resolve:x:990:990::/:/bin/false\n"), ("group", "systemd-resolve:x:990:\n")):
        text = Path("/etc", file).read_text(encoding="utf-8")
        Path("/run", file).write_text(text if "systemd-resolve:" in text else text + line, encoding="utf-8")
        _run("mount", "--bind", f"/run/{file}", f"/etc/{file}")
    Path("/run/systemd/resolve").mkdir(parents=True)
    shutil.chown("/run/systemd/resolve", "systemd-resolve", "systemd-resolve")
    Path("/run/systemd/resolved.conf.d").mkdir()
    Path("/run/systemd/resolved.conf.d/acrdns.conf").write_text(configuration, encoding="utf-8")
    if (folder / "anchor").exists():
        Path("/run/dnssec-trust-anchors.d").mkdir()
        shutil.copy(folder / "anchor", "/run/dnssec-trust-anchors.d/root.positive")
    _run("ip", "link", "add", "d0", "type", "veth", "peer", "name", "acrdns0")
    _run("ip", "address", "add", "10.99.0.1/24", "dev", "d0")
    _run("ip", "address", "add", "10.99.1.1/24", "dev", "acrdns0")
    for link in ("d0", "acrdns0"):
        _run("ip", "link", "set", link, "up")
    _run("ip", "route", "add", "default", "via", "10.99.0.2")
    if bus is None:
        with _program(RESOLVED):
            yield
        return
    Path("/run/dbus").mkdir(exist_ok=True)
    with _program("dbus-daemon", f"--config-file={bus}", "--nofork"):
        _until(Path("/run/dbus/system_bus_socket").exists)
        with _program(RESOLVED):
            _until(lambda: subprocess.run([RESOLVECTL, "status"], capture_output=True, check=False).returncode == 0)
            yield


def _until(look: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def _dnsmasq(folder: Path) -> Iterator[str]:
    (folder / "conf").write_text(
        recipe("dnsmasq") + "no-resolv\nno-hosts\nstop-dns-rebind\nbind-interfaces\nserver=127.0.0.9\n"
    )
    with _program(
        "dnsmasq", "-k", "-C", str(folder / "conf"), "--listen-address=127.0.0.1", "--user=root", "--pid-file="
    ):
        yield "127.0.0.1"


@contextmanager
def _unbound(folder: Path) -> Iterator[str]:
    more = f'server:\n  directory: "{folder}"\n  chroot: ""\n  username: ""\n  pidfile: ""\n  use-syslog: no\n'
    more += "  private-address: 10.0.0.0/8\n  do-ip6: no\n  module-config: iterator\nremote-control:\n  control-enable: no\n"
    more += 'forward-zone:\n  name: "."\n  forward-addr: 127.0.0.9\n'
    (folder / "conf").write_text(recipe("unbound") + more)
    with _program("unbound", "-d", "-c", str(folder / "conf")):
        yield "127.0.0.1"


@contextmanager
def _resolv_conf(folder: Path) -> Iterator[str]:
    (folder / "resolv.conf").write_text(recipe("resolv.conf"))
    (folder / "nsswitch.conf").write_text("hosts: dns\n")
    for file in ("resolv.conf", "nsswitch.conf"):
        _run("mount", "--bind", str(folder / file), str(Path("/etc", file).resolve()))
    yield ""


@contextmanager
def _container(folder: Path) -> Iterator[str]:
    """Make what `docker run --dns` makes: a network namespace behind a bridge, with that resolv.conf."""
    (folder / "resolv.conf").write_text(recipe("Docker and podman"))
    yield "container"


@contextmanager
def _podman(folder: Path) -> Iterator[str]:
    """Make a root file system of busybox, and try whether this system lets podman run it."""
    root = folder / "root"
    busybox = shutil.which("busybox")
    assert busybox
    listed = subprocess.run(["ldd", busybox], capture_output=True, text=True, check=False).stdout
    for file in (busybox, *re.findall(r"(/\S+) \(", listed)):
        target = root / ("bin/busybox" if file == busybox else file.lstrip("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    for name in ("etc", "proc", "sys", "dev", "tmp", "run"):
        (root / name).mkdir()
    # crun refuses the mixture of cgroup versions that some systems have; the limits of a container are no matter here.
    subprocess.run(["umount", "-R", "/sys/fs/cgroup"], check=False)
    subprocess.run(["mount", "-t", "cgroup2", "none", "/sys/fs/cgroup"], check=False)
    tried = subprocess.run(_in_container(folder, "true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        print(tried.stderr, file=sys.stderr)
        sys.exit(CANNOT)
    yield "podman"


def _in_container(folder: Path, *command: str) -> list[str]:
    """Return the recipe's `podman run`, with a root file system for the image and a network that is there already."""
    state = ["--root", str(folder / "images"), "--runroot", "/run/containers", "--storage-driver", "vfs"]
    quiet = ["--cgroup-manager", "cgroupfs", "--events-backend", "none"]
    (said,) = commands("Docker and podman", "podman")
    at = said.index("alpine")
    options = [word.replace("bridge", "ns:/run/netns/inside") for word in said[2:at]]
    return [
        *("podman", *state, *quiet, "run", "--rm", "--cgroups", "disabled", *options),
        *("--rootfs", str(folder / "root"), "/bin/busybox", *command),
    ]


RECIPES = {
    "resolv.conf": (_resolv_conf, "127.0.0.1:53"),
    "systemd-resolved": (_resolved, "127.0.0.1:5300"),
    "systemd-resolved with servers for each link": (_resolved_for_links, "127.0.0.1:5300"),
    EXPORT: (_exported, f"{INBOUND}:53"),
    "dnsmasq": (_dnsmasq, "127.0.0.1:5300"),
    "unbound": (_unbound, "127.0.0.1:5300"),
    "Docker and podman": (_container, "172.17.0.1:53"),
    "podman itself": (_podman, "172.17.0.1:53"),
}
_LOOKUP = "import socket, sys; print(socket.gethostbyname(sys.argv[1]))"


def _resolve(name: str, how: str, folder: Path) -> list[str]:
    if how == "podman":
        command = _in_container(folder, "nslookup", name)
    elif how and how != "container":
        command = ["dig", f"@{how}", "+short", "+tries=1", "+timeout=3", name]
    elif how:
        mounted = f"mount --bind {folder}/resolv.conf $(readlink -f /etc/resolv.conf) && exec ip netns exec inside "
        command = ["unshare", "--mount", "sh", "-c", mounted + f'{sys.executable} -c "{_LOOKUP}" {name}']
    else:
        command = [sys.executable, "-c", _LOOKUP, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if how == "podman":
        return re.findall(r"^Address: ([\d.]+)$", done.stdout, re.MULTILINE)
    return [line for line in done.stdout.split() if re.fullmatch(r"[\d.]+", line)]


def _bridge() -> None:
    _run("ip", "netns", "add", "inside")
    _run("ip", "link", "add", "docker0", "type", "veth", "peer", "name", "eth0", "netns", "inside")
    _run("ip", "address", "add", "172.17.0.1/16", "dev", "docker0")
    _run("ip", "link", "set", "docker0", "up")
    for command in ("link set lo up", "address add 172.17.0.2/16 dev eth0", "link set eth0 up"):
        _run("ip", "-n", "inside", *command.split())


@contextmanager
def _outside(folder: Path, world: Path | None) -> Iterator[None]:
    if world is None:
        (folder / "outside.zone").write_text(OUTSIDE)
        with Running("--zone-file", str(folder / "outside.zone"), "--listen=127.0.0.9:53", "--workers=1"):
            yield
        return
    text = re.sub(r"ip-address: .*", "ip-address: 127.0.0.9@53", (world / "nsd.conf").read_text())
    (folder / "nsd.conf").write_text(text)
    shutil.copy(world / "anchor", folder / "anchor")
    with _program("nsd", "-d", "-c", str(folder / "nsd.conf")):
        yield


def main(folder: Path, name: str, dnssec: str = "no", world: str = "") -> None:
    """Resolve all names on that machine."""
    (folder / "dnssec").write_text(dnssec)
    names = SIGNED if world else NAMES
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "address", "add", f"{INBOUND}/32", "dev", "lo")
    start, listen = RECIPES[name]
    if listen.startswith("172."):
        _run("mount", "-t", "tmpfs", "tmpfs", "/run")
        _bridge()
    topology = str(simulated(folder))
    with (
        _outside(folder, Path(world) if world else None),
        Running(topology, f"--listen=hub={listen}", "--upstream=127.0.0.9", "--workers=1", "--log-queries") as ours,
        start(folder) as how,
    ):
        end = time.monotonic() + SECONDS
        found: dict[str, list[str]] = {}
        while time.monotonic() < end and not all(found.get(each) for each in names):
            time.sleep(0.1)
            found = {each: _resolve(each, how, folder) for each in names}
        ours.stop()
        log = "\n".join(ours.err.all())
        found["asked of acrdns"] = [each for each in names if f" {each} IN A" in log]
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
