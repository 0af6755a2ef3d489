"""The base of every fix, and how commands and resources are written.

Names that only the reader knows stand in capital letters (`RESOURCE_GROUP`): a shell, Terraform and Bicep take such a
word as it is, and Azure answers that there is no such thing.
"""

from __future__ import annotations

import json
import re
import shlex
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.topology.model import Topology
from acrdns.topology.text.edit import Append, Drop, Edit, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.errors import Path
    from acrdns.topology.model import PrivateZone

__all__ = ["Edit", "Topology"]

GROUP = "RESOURCE_GROUP"
NETWORK = "VIRTUAL_NETWORK"
ADDRESS, WRONG = "PRIVATE_IP", "WRONG_IP"
THEN = "; then "
"""Stands between steps of which one is not a command."""


class Fix(ABC):
    """One change in Azure or at a DNS server, with the user's own names."""

    __slots__ = ()

    @property
    @abstractmethod
    def az(self) -> tuple[str, ...]:
        """The az commands, in order; none where nothing in Azure is to be changed."""

    @property
    @abstractmethod
    def terraform(self) -> str:
        """The change as Terraform: resources of the azurerm provider, or a comment that says which one goes."""

    @property
    @abstractmethod
    def bicep(self) -> str:
        """The change as Bicep."""

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        return " && ".join(self.az)

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        """Return the edits of the topology file that the fix stands for; none where the file does not change."""
        return ()

    def apply(self, topology: Topology) -> Topology:
        """Return the topology with the fix made."""
        from acrdns.topology.amend import amend

        return amend(topology, self.edits(topology))


class FixOutsideAzure(Fix):
    """One change at a DNS server or a client's machine: there is nothing for az, Terraform or Bicep to do."""

    __slots__ = ()

    @property
    def az(self) -> tuple[str, ...]:
        return ()

    @property
    @abstractmethod
    def text(self) -> str:
        """The change in one line, as reports show it."""

    @property
    def terraform(self) -> str:
        return f"# nothing in Azure to change; {self.text}"

    @property
    def bicep(self) -> str:
        return f"// nothing in Azure to change; {self.text}"


def joined(fixes: Iterable[Fix]) -> str:
    """Write fixes that belong together in one line: a shell can run the commands, and steps in words stand apart."""
    texts = [fix.text for fix in fixes]
    written = "".join(texts[:1])
    for before, text in pairwise(texts):
        written += (" && " if before.startswith("az ") and text.startswith("az ") else THEN) + text
    return written


def edits_of(topology: Topology, fixes: Iterable[Fix]) -> Iterator[tuple[Fix, tuple[Edit, ...]]]:
    """Return fixes that are made one after another, each with its edits of the topology that the earlier ones leave."""
    for fix in fixes:
        edits = tuple(_named(topology, edit) for edit in fix.edits(topology))
        yield fix, edits
        topology = fix.apply(topology)


def _named(topology: Topology, edit: Edit) -> Edit:
    """Return an edit that names the item of a zone group that it deletes, in the place of the item's number."""
    match edit:
        case Drop(("private_endpoints", str(endpoint), "dns_zone_group", int(at))):
            return Drop((*edit.path[:-1], topology.private_endpoints[endpoint].dns_zone_group[at]))
        case _:
            return edit


def made_by(edits: Iterable[Edit]) -> Iterator[Path]:
    """Return the paths of what edits of `edits_of` make; an item of a list ends with its value."""
    for edit in edits:
        if isinstance(edit, Put):
            yield edit.path
        elif isinstance(edit, Append):
            yield (*edit.path, edit.value)


def takes_back(made: Iterable[Path], edits: Iterable[Edit]) -> bool:
    """Return whether edits of `edits_of` delete what others have made."""
    gone = [edit.path for edit in edits if isinstance(edit, Drop)]
    return bool(gone) and any(path[: len(each)] == each for path in made for each in gone)


def taken_back(topology: Topology, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return the first fix that a later one takes back or writes over, and that one; or none."""
    made: list[tuple[Fix, tuple[Edit, ...]]] = []
    for fix, edits in edits_of(topology, fixes):
        for earlier, before in made:
            if takes_back(made_by(before), edits) or any(map(_writes_over, before, edits)):
                return earlier, fix
        made.append((fix, edits))
    return ()


def _writes_over(before: Edit, edit: Edit) -> bool:
    """Return whether an edit puts another value in the place of one that an earlier edit has put there."""
    if not isinstance(before, Put) or not isinstance(edit, Put) or before.path != edit.path:
        return False
    lists = isinstance(before.value, list) and isinstance(edit.value, list)
    return not (lists and all(each in edit.value for each in before.value))


@dataclass(frozen=True, slots=True)
class ZoneName:
    """A private zone: its name in DNS, and its key in the topology file where that is another."""

    apex: str
    key: str = ""

    @classmethod
    def new(cls, apex: str, network: str) -> ZoneName:
        """Return a further zone of a name that a topology has, to be made for a network in a group of the user's."""
        return cls(apex, f"{apex} of {network}")

    @classmethod
    def of(cls, zone: PrivateZone) -> ZoneName:
        """Return the name of a zone of a topology."""
        return cls(show(zone.apex), zone.key)

    @property
    def path(self) -> Path:
        """Where the zone stands in the topology file."""
        return ("private_dns_zones", self.key or self.apex)

    @property
    def group(self) -> str:
        """The resource group. Zones of one name lie in several, so one with a key of its own has one of its own.

        An import writes it into the key: `privatelink.azurecr.io@rg-east`.
        """
        if self.key in ("", self.apex):
            return GROUP
        named = re.fullmatch(r"@([\w.()-]+)(@.*)?", self.key.removeprefix(self.apex))
        if named and self.key.startswith(self.apex):
            return named[1]
        return f"{GROUP}_OF_{symbol(self.key).upper()}"


def link_of(network: str) -> str:
    """Return a placeholder for the name of a network's link, which the topology file does not have."""
    return f"LINK_OF_{symbol(network).upper()}"


PRIVATELINK = ZoneName("privatelink.azurecr.io")
"""The zone of the public cloud, which the pages of rules speak of."""


# --- writing ----------------------------------------------------------------------------------------------------------


def az(command: str, *words: str) -> str:
    """Write an az command; words that a shell would take apart are quoted."""
    return " ".join((f"az {command}", *(shlex.quote(word) if word else '""' for word in words)))


def symbol(name: str) -> str:
    """Return a name that Terraform and Bicep take as an identifier."""
    found = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "this"
    return found if found[0].isalpha() else f"_{found}"


def quoted(text: str) -> str:
    """Write a text as Terraform has it."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def resource(kind: str, name: str, fields: Mapping[str, str]) -> str:
    """Write a Terraform resource; a field's value is written as it is, blocks as values that begin with a brace."""
    width = max(len(key) for key, value in fields.items() if value[0] != "{")
    lines = (f"  {key} {value}" if value[0] == "{" else f"  {key:{width}} = {value}" for key, value in fields.items())
    return "\n".join((f'resource "{kind}" "{symbol(name)}" {{', *lines, "}"))


def deployed(kind: str, name: str, properties: str, *, label: str = "", location: str = "") -> str:
    """Write a Bicep resource; `properties` is written as it is."""
    place = f"  location: '{location}'\n" if location else ""
    head = f"resource {symbol(label or name)} '{kind}' = {{\n  name: {literal(name)}\n"
    return f"{head}{place}  properties: {properties}\n}}"


def literal(text: str) -> str:
    """Write a text as Bicep has it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${") + "'"


def network_id(network: str) -> str:
    """Write the identifier of a virtual network in Bicep."""
    return f"resourceId('Microsoft.Network/virtualNetworks', {literal(network)})"
