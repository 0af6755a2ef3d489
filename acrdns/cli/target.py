"""The target of `acrdns check`: a topology file, or a registry of which only the name is known."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from acrdns.azure import CLOUDS
from acrdns.topology.samples import samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.azure import Cloud
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology

_LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HINT = "TARGET"
_KEY = re.compile(r"""^(?:\{ *)?["']?(\w+)["']?\s*:""", re.MULTILINE)
"""A key at the top of a YAML file."""


_IMAGE = re.compile(r"(?:[a-z][a-z0-9+.-]*://(?:[^/@]*@)?)?([^/:@?#]+)(?:[/:@?#].*)?", re.IGNORECASE | re.DOTALL)
"""A login server as people paste it: in an image reference or a URL, with a tag, a digest, a port or credentials."""
_AROUND = " \t\r\n\u00a0\u200b\ufeff\"'`<>,;"
"""Quotes, brackets and spaces that are pasted with it."""


STDIN = "<stdin>"


def read_topology(target: str, assumptions: Assumptions | None = None) -> Topology:
    """Load a topology file, a sample, or standard input as `-`. Raises TopologyError."""
    from acrdns.topology.load import load, load_octets

    if target in ("-", STDIN):
        return load_octets(sys.stdin.buffer.read(), STDIN, assumptions)
    return load(target, assumptions)


def topology_files(targets: Iterable[str]) -> list[str]:
    """Return the files that targets of `lint` mean: `-` is standard input, a directory all topologies below it.

    A file there that is no topology is named on stderr. A usage error says so where a directory has no topology at all.
    """
    files: list[str] = []
    for target in targets:
        if not Path(target).is_dir():
            files.append(STDIN if target == "-" else target)
            continue
        lacks = {str(path): _lack(path) for path in _yaml_files(target)}
        for path, lack in lacks.items():
            if lack:
                print(f"acrdns lint: {path} is no topology: it {lack}", file=sys.stderr)
        if all(lacks.values()):
            raise typer.BadParameter(f"{target} has no topology in it", param_hint="TOPOLOGY")
        files += [path for path, lack in lacks.items() if not lack]
    return files


def _yaml_files(directory: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(names) if name.endswith((".yaml", ".yml")))


def _lack(path: Path) -> str:
    """Return which keys of a topology a file lacks at its top, also if the rest of it is no YAML; else empty."""
    from acrdns.errors import TopologyError
    from acrdns.topology.load import decode
    from acrdns.topology.schema.schema import TopologyFile

    try:
        keys = set(_KEY.findall(decode(path.read_bytes(), str(path))))
    except OSError:
        return ""  # to load it says why it cannot be read
    except TopologyError:
        return "is no text"
    sections = [key for key in TopologyFile.model_fields if key in keys - {"version", "cloud", "chains"}]
    if "version" in keys:
        return "" if sections else "has no section of one"
    return f"has {' and '.join(sections)}, but no `version: 1`" if sections else "has no version, and no section of one"


def without_image(target: str) -> str:
    """Return the login server of an image reference such as `contoso.azurecr.io/app:1`; other targets as they are."""
    found = _IMAGE.fullmatch(target.strip(_AROUND))
    host = found[1].lower().removesuffix(".") if found else ""
    is_registry = any(host.endswith(f".{cloud.registry}") for cloud in CLOUDS.values())
    return host if host != target and is_registry and not Path(target).is_file() else target


def is_topology(target: str) -> bool:
    """Return whether a target is meant as a file or a sample: it is there, or is called like one.

    A name without a hyphen, such as `public`, is a registry's.
    """
    is_file = target == STDIN or target.endswith((".yaml", ".yml")) or "/" in target or Path(target).is_file()
    return is_file or ("-" in target and target in samples())


def login_server(target: str) -> tuple[str, Cloud]:
    """Return the label and the cloud of a login server; a name without a suffix is taken for one in AzureCloud."""
    text = target.lower().removesuffix(".")
    _refuse_privatelink(text)
    label, cloud = _split(target, text) if "." in text else (text, CLOUDS["AzureCloud"])
    if not _LABEL.fullmatch(label):
        raise typer.BadParameter(f"{target!r} is no registry; write contoso.azurecr.io", param_hint=_HINT)
    return label, cloud


def _refuse_privatelink(text: str) -> None:
    for cloud in CLOUDS.values():
        if text.endswith(f".{cloud.privatelink}"):
            public = text.removesuffix(cloud.privatelink) + cloud.registry
            raise typer.BadParameter(
                f"{text} is a name inside the private zone, which clients never use; check {public}", param_hint=_HINT
            )


def _split(target: str, text: str) -> tuple[str, Cloud]:
    cloud = next((cloud for cloud in CLOUDS.values() if text.endswith(f".{cloud.registry}")), None)
    if cloud is None:
        suffixes = ", ".join(f".{cloud.registry}" for cloud in CLOUDS.values())
        raise typer.BadParameter(
            f"{target!r} is neither a topology file nor a login server; names of registries end in {suffixes}",
            param_hint=_HINT,
        )
    label, *rest = text.removesuffix(f".{cloud.registry}").split(".")
    if rest:
        region = f" --regions {rest[0]}" if rest[-1] in ("data", "geo") else ""
        raise typer.BadParameter(
            f"{target!r} is one endpoint of a registry; write the login server: {label}.{cloud.registry}{region}",
            param_hint=_HINT,
        )
    return label, cloud


def regions_of(text: str, cloud: Cloud) -> tuple[list[str], list[str]]:
    """Return the regions of a list separated by commas, and a note for each that the cloud does not have.

    `East US` is read as `eastus`. Azure opens regions faster than acrdns is released, and DNS answers for any name.
    """
    from acrdns.regions import REGIONS, complaint, normalize

    regions = dict.fromkeys(normalize(region) for region in text.split(",") if region.strip())
    complaints = {region: found for region in regions if (found := complaint(region, cloud.name))}
    for region, found in complaints.items():
        if not _LABEL.fullmatch(region):
            raise typer.BadParameter("; ".join(filter(None, found)), param_hint="--regions")
    notes = ["; ".join(filter(None, found)) for found in complaints.values()]
    unheard = [region for region in regions if region not in REGIONS and region not in complaints]
    notes += [f"{region!r} is no region that acrdns knows; it may be newer" for region in unheard]
    return list(regions), notes
