"""A record stands under the registry's name in place of its label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_record import SetRecord
from acrdns.topology.text.edit import Put, Rename

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return the records of registries that have a domain name label."""
    for held in site.concerned:
        registry = held.endpoint.registry
        plain = registry.name.lower()
        if registry.dns_label != plain:
            owner = plain + held.owner.removeprefix(registry.dns_label)
            path = (*held.path[:-1], owner)
            gone = site.without(held)
            edits = (*gone, Put(path, {"ttl": held.zone.ttl, "A": list(held.addresses)}))
            if not held.writers and len(gone) == 1:  # no zone group writes it, too
                edits = (Rename(held.path, owner),)
            yield Candidate(
                held.subject,
                f"{held.zone.key} has the record {owner} in place of {held.owner}",
                edits,
                (held.mended(), SetRecord(ZoneName.of(held.zone), owner, remove=held.addresses)),
                held.path,
            )


FAULT = Fault(
    "dnl-record-without-hash",
    summary="the record stands under the plain name instead of `name-hash`",
    client="""\
The endpoint is NXDOMAIN: `no such host`, though a record for the registry seems to be there.""",
    lesson="""\
With a domain name label every name of the registry begins with the label, name and hash.""",
    references=("facts F33",),
    find=find,
)
