"""Two records of a registry have each other's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return each pair of records of a registry in a zone."""
    for (key, registry), every in site.by_registry.items():
        for at, one in enumerate(every):
            for other in every[at + 1 :]:
                if one.addresses != other.addresses:
                    yield Candidate(
                        f"{key}/{registry}",
                        f"the records {one.owner} and {other.owner} in {key} have each other's address",
                        (*one.pointed_at(*other.addresses), *other.pointed_at(*one.addresses)),
                        (one.mended(*other.addresses), other.mended(*one.addresses)),
                        one.path,
                    )


FAULT = Fault(
    "swapped-address",
    summary="two records of a registry have each other's address",
    client="""\
Login or layers fail: behind each address stands another service, which does not know the other's requests.""",
    lesson="""\
The order of a private endpoint's addresses says nothing about their roles; requiredMemberName does.""",
    references=("facts behaviour 37",),
    find=find,
)
