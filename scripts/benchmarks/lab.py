"""Blobs and manifests of the lab's registry beside docker-registry: both with TLS, one core each, on the same disk.

The two are measured in turns, round by round, and a ratio is the median of the rounds' ratios, so that a slow moment of
the machine hits both. Each has the first core to itself; curl and wrk have the others. Ratios are throughput of the lab
to that of docker-registry, by the clock and by the registry's CPU time; the limits are those that the project has set
itself. Where the clients have more to do than the registry, the ratio by CPU time is judged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from scripts.benchmarks._lab_registries import both

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.benchmarks._lab_registries import Registry

LIMITS = {"GET of a blob": 1.0, "PUT of a blob": 0.9, "pulls at once": 1.5, "manifests a second": 5.0}
PULLS = 200
LAYER = 5 << 20
CONNECTIONS = 32
CIPHER = ("--tls13-ciphers", "TLS_AES_128_GCM_SHA256")
"""The cipher that skopeo and podman get of either registry; curl's own choice would be another one for each."""
SECONDS = 3
MEMORY = 64
"""Mebibytes that a server may use for one transfer of any size."""
MEBIBYTE = 1 << 20


STARTS = {
    "lab run -- true": (1.5, ("true",)),
    "lab run -- skopeo inspect": (2.0, ("skopeo", "inspect", "docker://contoso.azurecr.io/hello-world:latest")),
}
"""Commands with the seconds that they may take, the start of the lab included."""


@dataclass(frozen=True)
class Row:
    """One measurement: medians, and the ratio of ours to docker-registry's."""

    what: str
    ours: float
    peer: float
    ratio: float
    cpu_ratio: float
    """The same of the work that a second of CPU time does."""
    clients: float
    """CPU time that the clients used while ours answered, in times of ours; each side has one core at least."""
    limit: float
    ours_memory: float
    peer_memory: float

    @property
    def counts(self) -> float:
        """Return the ratio that the limit is for: by CPU time where the clients have more to do than the registry.

        The clock shows how fast they are then.
        """
        return self.cpu_ratio if self.clients > 1 else self.ratio


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench lab", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--size", type=int, default=1024, metavar="MIB", help="size of the large blob")
    parser.add_argument("--disk", default=None, metavar="DIR", help="where both keep their files")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    if missing := [name for name in ("docker-registry", "curl", "wrk", "skopeo") if shutil.which(name) is None]:
        print(f"scripts/bench lab: needs {', '.join(missing)}; scripts/setup --interop installs them", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(dir=options.disk) as folder:
        rows = measure(Path(folder), options.rounds, options.size * MEBIBYTE)
    print(table(rows))
    seconds = {what: _start(command, options.rounds) for what, (_, command) in STARTS.items()}
    for what, (limit, _) in STARTS.items():
        print(f"{what:28}{seconds[what]:>6.2f} s{limit:>8.1f} wanted")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    kept = all(row.counts >= row.limit for row in rows) and all(seconds[what] <= STARTS[what][0] for what in STARTS)
    return 0 if kept and all(row.ours_memory <= _allowed(row) for row in rows) else 1


def _allowed(row: Row) -> float:
    return row.peer_memory if row.what == "pulls at once" else MEMORY


def measure(folder: Path, rounds: int, size: int) -> list[Row]:
    """Return a row for each thing that is measured."""
    large, image = folder / "large", folder / "image"
    _random(large, size)
    _random(image, LAYER)
    blob = _digest(large)
    with both(folder) as registries:
        for registry in registries:
            _push_image(registry, folder, image)
            _put(registry, large, "bench/large", blob)
        steps: dict[str, Callable[[Registry], float]] = {
            "GET of a blob": lambda registry: _rate(size, lambda: _get(registry, "bench/large", blob, size)),
            "PUT of a blob": lambda registry: _rate(size, lambda: _put_new(registry, large, blob)),
            "pulls at once": lambda registry: _rate(PULLS, lambda: _pulls(registry, folder, image)),
            "manifests a second": _manifests,
        }
        return [_row(what, step, registries, rounds) for what, step in steps.items()]


def _start(command: tuple[str, ...], rounds: int) -> float:
    """Return the median of the seconds that a command in a lab of its own takes, from its start to its end."""
    whole = (sys.executable, "-m", "acrdns", "lab", "run", "private-link", "--from", "hub", "--", *command)
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(whole, check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - start)
    return median(found)


def _row(what: str, step: Callable[[Registry], float], registries: tuple[Registry, Registry], rounds: int) -> Row:
    found: dict[str, list[float]] = {registry.name: [] for registry in registries}
    work: dict[str, list[float]] = {registry.name: [] for registry in registries}
    memory = dict.fromkeys(found, 0.0)
    busy: list[float] = []
    for number in range(rounds):
        for registry in registries if number % 2 else reversed(registries):
            registry.reset()
            before, clients, start = registry.cpu(), _clients(), time.perf_counter()
            found[registry.name].append(step(registry))
            used, seconds = max(registry.cpu() - before, 0.01), time.perf_counter() - start
            work[registry.name].append(found[registry.name][-1] * seconds / used)
            if registry is registries[0]:
                busy.append((_clients() - clients) / used / len(os.sched_getaffinity(0)))
            memory[registry.name] = max(memory[registry.name], registry.peak())
    ours, peer = found.values()
    ratio, cpu = (median(a / b for a, b in zip(*each.values(), strict=True)) for each in (found, work))
    return Row(what, median(ours), median(peer), ratio, cpu, median(busy), LIMITS[what], *memory.values())


def _clients() -> float:
    """Return the seconds of CPU time that all clients have used, this process among them."""
    return sum(os.times()[:4])


def _rate(amount: float, action: Callable[[], None]) -> float:
    """Return an amount in a second; bytes count as MiB."""
    start = time.perf_counter()
    action()
    seconds = time.perf_counter() - start
    return (amount / MEBIBYTE if amount > MEBIBYTE else amount) / seconds


def _curl(registry: Registry, *arguments: str) -> str:
    user = ("-u", registry.user) if registry.user else ()
    command = ["curl", "-sS", "--fail", *CIPHER, *registry.curl, *user, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _get(registry: Registry, repository: str, digest: str, size: int) -> None:
    url = f"{registry.url}/v2/{repository}/blobs/{digest}"
    taken = _curl(registry, "-L", "-o", "/dev/null", "-w", "%{size_download}", url)
    if int(float(taken)) != size:
        raise SystemExit(f"scripts/bench lab: {registry.name} sent {taken} of {size} bytes")


def _put(registry: Registry, file: Path, repository: str, digest: str) -> None:
    """Push a blob as clients do: POST, PATCH, PUT."""
    uploads = f"{registry.url}/v2/{repository}/blobs/uploads/"
    location = _location(registry, uploads, "-X", "POST", "-d", "")
    octets = ("-H", "Content-Type: application/octet-stream", "-H", "Expect:")
    location = _location(registry, location, "-X", "PATCH", *octets, "-T", str(file))
    _curl(registry, "-X", "PUT", "-d", "", f"{location}&digest={digest}")


def _location(registry: Registry, url: str, *arguments: str) -> str:
    headers = _curl(registry, "-D", "-", "-o", "/dev/null", *arguments, url)
    location = str(re.findall(r"(?im)^location: (\S+)", headers)[-1])
    return location if location.startswith("https:") else registry.url + location


def _put_new(registry: Registry, file: Path, digest: str) -> None:
    """Push a blob that the registry has none of: the one of the round before goes first."""
    _put(registry, file, "bench/put", digest)


def _push_image(registry: Registry, folder: Path, layer: Path) -> None:
    config = folder / "config"
    config.write_bytes(b'{"architecture":"amd64","os":"linux"}')
    for file in (config, layer):
        _put(registry, file, "bench/image", _digest(file))
    manifest = folder / "manifest"
    types = "application/vnd.oci.image."
    document = {
        "schemaVersion": 2,
        "mediaType": f"{types}manifest.v1+json",
        "config": {"mediaType": f"{types}config.v1+json", "digest": _digest(config), "size": config.stat().st_size},
        "layers": [{"mediaType": f"{types}layer.v1.tar", "digest": _digest(layer), "size": layer.stat().st_size}],
    }
    manifest.write_text(json.dumps(document), encoding="utf-8")
    url = f"{registry.url}/v2/bench/image/manifests/latest"
    _curl(registry, "-X", "PUT", "-H", f"Content-Type: {document['mediaType']}", "--data-binary", f"@{manifest}", url)


def _pulls(registry: Registry, folder: Path, layer: Path) -> None:
    """Pull the image many times at once, with one curl: many processes of it would be slower than the registries.

    Its transfers stand in the order of a pull, so that each of the connections asks for a manifest, then for a config,
    then for a layer.
    """
    config = folder / "config"
    blobs = [(f"blobs/{_digest(file)}", file) for file in (config, layer)]
    parts = [("manifests/latest", folder / "manifest"), *blobs]
    lines = ["parallel", "parallel-immediate", f"parallel-max = {PULLS}", "location"]
    lines.append('header = "Accept: application/vnd.oci.image.manifest.v1+json, */*"')
    for path, _ in parts:
        lines += [f'url = "{registry.url}/v2/bench/image/{path}"', 'output = "/dev/null"'] * PULLS
    transfers = folder / "transfers"
    transfers.write_text("\n".join(lines), encoding="utf-8")
    printed = _curl(registry, "-w", "%{size_download} %{num_connects}\n", "-K", str(transfers))
    sizes, connections = zip(*(map(int, line.split()) for line in printed.splitlines()), strict=True)
    wanted = sorted(file.stat().st_size for _, file in parts for _ in range(PULLS))
    if sorted(sizes) != wanted or sum(connections) < PULLS:
        raise SystemExit(f"scripts/bench lab: not all of {PULLS} pulls from {registry.name} were whole and at once")


def _manifests(registry: Registry) -> float:
    """Return the manifests that wrk reads in a second over its connections."""
    headers = ["-H", "Accept: application/vnd.oci.image.manifest.v1+json"]
    url = f"{registry.url}/v2/bench/image/manifests/latest"
    if registry.user:
        service = "contoso.azurecr.io"
        token = f"{registry.url}/oauth2/token?service={service}&scope=repository:bench/image:pull"
        bearer = str(json.loads(_curl(registry, token))["access_token"])
        port = registry.curl[1].rpartition(":")[2]
        headers += ["-H", f"Authorization: Bearer {bearer}", "-H", f"Host: {service}"]
        url = url.replace(service, f"127.0.0.1:{port}")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *headers, url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed:
        raise SystemExit(f"scripts/bench lab: {registry.name} did not answer all: {printed}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", printed)[0])


def _random(file: Path, size: int) -> None:
    with file.open("wb") as stream:
        for _ in range(0, size, MEBIBYTE):
            stream.write(os.urandom(min(MEBIBYTE, size)))


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def table(rows: list[Row]) -> str:
    """Write rows as a table."""
    head = f"{'':22}{'lab':>10}{'docker-registry':>17}{'ratio':>8}{'by CPU':>8}{'clients':>9}{'wanted':>8}"
    lines = [f"{head}{'MiB':>8}{'peer':>8}"]
    lines += [
        f"{row.what:22}{row.ours:>10.1f}{row.peer:>17.1f}{row.ratio:>8.2f}{row.cpu_ratio:>8.2f}{row.clients:>9.2f}"
        f"{row.limit:>8.1f}{row.ours_memory:>8.0f}{row.peer_memory:>8.0f}"
        for row in rows
    ]
    return "\n".join(lines)
