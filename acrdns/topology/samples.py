"""The sample topologies, found by name: `private-link-geo`, `broken/ipv6-bypass`, with or without `.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_SUFFIX = ".yaml"


def located(topology: str) -> str:
    """Return the path of a topology that a command is given: a file as it is, else the sample of that name, if any."""
    path = Path(topology)
    if path.exists() or path.is_absolute() or ".." in path.parts:
        return topology
    name = topology.removesuffix(_SUFFIX)
    return str(_directory() / f"{name}{_SUFFIX}") if name in samples() else topology


@cache
def samples() -> tuple[str, ...]:
    """Return the names of all samples, the broken twins last."""
    directory = _directory()
    names = (path.relative_to(directory).with_suffix("").as_posix() for path in directory.rglob(f"*{_SUFFIX}"))
    return tuple(sorted(names, key=lambda name: ("/" in name, name)))


def sample_text(name: str) -> str:
    """Return the text of the sample of that name, never of a file. Raises KeyError."""
    if name not in samples():
        raise KeyError(name)
    return (_directory() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def page() -> str:
    """Return the page that lists the samples, as Markdown."""
    return (_directory() / "README.md").read_text(encoding="utf-8")


def _directory() -> Path:
    """Return where the samples are: in the package, or next to it in a checkout."""
    packaged = _PACKAGE / "zones"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "zones"
