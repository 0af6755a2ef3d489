"""Registries of which only answers were seen: their regions, and whether they have a private endpoint somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import Member
from acrdns.regions import GUESS

if TYPE_CHECKING:
    from acrdns.exchange.imports.estate.estate import ObservedEndpoint
    from acrdns.exchange.imports.sections.assembly import Assembly

_MOST = 20
"""Answers of one registry that its comment shows."""


def write(assembly: Assembly) -> None:
    """Write what the names say; addresses stand in comments, since nobody configured them here."""
    registries = assembly.sketch.data["registries"]
    labels = {label: key for key, label in assembly.labels.items()} | {key: key for key in registries}
    seen: dict[str, list[ObservedEndpoint]] = {}
    for each in assembly.estate.observed:
        if each.cloud == assembly.cloud.name:
            seen.setdefault(each.label, []).append(each)
    for label, answers in seen.items():
        key = labels.get(label, label.split("-")[0])
        if key not in registries:
            _write(assembly, key, label, answers)
        for each in list(dict.fromkeys(answers))[:_MOST]:
            addresses = ", ".join(each.addresses) or "nothing"
            what = f"TODO: {each.member} was seen as {addresses}; no address is configured by that"
            assembly.sketch.note(each.origin, ("registries", key), what)


def _write(assembly: Assembly, key: str, label: str, answers: list[ObservedEndpoint]) -> None:
    members = [Member.parse(each.member) for each in answers]
    regions = list(dict.fromkeys(member.region for member in members if member and member.region))
    entry = {
        "location": regions[0] if regions else GUESS[assembly.cloud.name],
        "replications": regions[1:],
        "dns_label": label if label != key else None,
        "regional_endpoints_enabled": any(member and member.kind == "regional" for member in members) or None,
        "private_link": "elsewhere" if any(each.private for each in answers) else None,
    }
    path = assembly.sketch.put("registries", key, entry)
    where = "regions are those of the names seen" if regions else "the location is a guess"
    what = f"TODO: known from answers alone; {where}"
    assembly.sketch.note(answers[0].origin, path, what, f"add az acr show -n {key}")
