"""Offers of a shell for an argument: topologies, and names from the topology that the line has already.

Nothing here fails or prints: a topology that does not load has nothing to offer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from acrdns.errors import InputError

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def topologies(incomplete: str) -> list[str]:
    """Return the YAML files that begin like this, then the samples."""
    from acrdns.topology.samples import samples

    directory, _, start = incomplete.rpartition("/")
    files = sorted(
        f"{directory}/{path.name}" if directory else path.name
        for path in Path(directory or ".").glob("*.y*ml")
        if path.name.startswith(start)
    )
    return [*files, *(name for name in samples() if name.startswith(incomplete))]


def vantages(context: typer.Context, incomplete: str) -> list[str]:
    """Return the vantage points of the topology on the line."""
    topology = _topology(context)
    return [name for name in topology.vantages if name.startswith(incomplete)] if topology else []


def registries(context: typer.Context, incomplete: str) -> list[str]:
    """Return the registries of the topology on the line."""
    topology = _topology(context)
    return [name for name in topology.registries if name.startswith(incomplete)] if topology else []


def rules(incomplete: str) -> list[str]:
    """Return codes, in the letter case in which one was begun, and names."""
    from acrdns.check.rules import TABLE

    codes = (code if incomplete.isupper() else code.lower() for code in TABLE)
    return [word for word in (*codes, *TABLE.values()) if word.startswith(incomplete)]


def faults(incomplete: str) -> list[str]:
    """Return the faults that begin like this."""
    from acrdns.check.faults import PRIORS

    return [name for name in PRIORS if name.startswith(incomplete)]


def lessons(context: typer.Context, incomplete: str) -> list[str]:
    """Return the lessons that begin like this, of the folder on the line or of the package."""
    from acrdns.teach.lessons.curriculum import readable

    try:
        found, _ = readable(context.params.get("folder"))
    except InputError:
        return []
    return [lesson.id for lesson in found if lesson.id.startswith(incomplete)]


def subjects(context: typer.Context, incomplete: str) -> list[str]:
    """Return the places in the topology where the fault can be."""
    from acrdns.check.faults import PRIORS, named
    from acrdns.check.faults.site import Site

    bound = [context.params[name] for name in ("fault", "topology") if context.params.get(name)]
    fault, path = (*bound, *context.args, None, None)[:2]
    topology = _loaded(path) if path else None
    if topology is None or fault not in PRIORS:
        return []
    found = dict.fromkeys(candidate.subject for candidate in named(fault).find(Site(topology), None))
    return [subject for subject in found if subject.startswith(incomplete)]


def _topology(context: typer.Context) -> Topology | None:
    # Where the line ends in an option without its value, as it does here, the arguments are not bound to names yet.
    named = context.params.get("topology") or context.params.get("target") or next(iter(context.args), "")
    return _loaded(named)


def _loaded(path: str) -> Topology | None:
    from acrdns.topology.load import load

    try:
        return load(path)
    except InputError:
        return None
