"""The state of the page as an address has it: the question, the step, the edits, the lesson."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from acrdns.azure import INTERNET, LOGIN
from acrdns.errors import NameSyntaxError
from acrdns.names import name as read_name
from acrdns.record import type_number
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.topology.model import Topology

TYPES = ("A", "AAAA", "CNAME", "TXT", "MX", "SRV", "PTR", "CAA", "SOA", "NS")
"""Types that the page offers; an address may have any."""


@dataclass(frozen=True, slots=True)
class PageState:
    """The state of the page. An empty field leaves the choice to the page."""

    vantage: str = ""
    name: str = ""
    type: str = ""
    step: str = ""
    edits: str = ""
    lesson: str = ""
    more: tuple[str, ...] = ()
    """Parts that are shown although they take long or are long: `findings`, `yaml`."""
    lanes: tuple[str, ...] = ()
    """Vantage points whose lanes stay whole in a picture of many."""

    @staticmethod
    def of(query: Iterable[tuple[str, str]]) -> PageState:
        """Return the state that the parameters of an address stand for."""
        pairs = list(query)
        given = dict(pairs)
        found = {key: given.get(parameter, "").strip() for key, parameter in _PARAMETERS.items()}
        more = tuple(part for part in MORE if part in given.get("more", "").split(","))
        lanes = dict.fromkeys(value for parameter, value in pairs if parameter == "lane")
        return PageState(**found, more=more, lanes=tuple(lanes))

    def query(self) -> str:
        """Return the parameters of the address."""
        given = {parameter: getattr(self, key) for key, parameter in _PARAMETERS.items()}
        given["more"] = ",".join(self.more)
        pairs = [(parameter, value) for parameter, value in given.items() if value]
        return urlencode([*pairs, *(("lane", lane) for lane in self.lanes)])

    def url(self, path: str = "/", **changes: Any) -> str:
        """Return the address of this state with some things changed."""
        query = replace(self, **changes).query()
        return f"{path}?{query}" if query else path


_PARAMETERS = {"vantage": "from", "name": "name", "type": "type", "step": "step", "edits": "edits", "lesson": "lesson"}
MORE = ("findings", "yaml")


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """The question that is asked, and what is wrong with the one that the address has."""

    vantage: str
    question: Question
    complaints: tuple[str, ...]


def asked(state: PageState, topology: Topology, first: tuple[str, Question] | None = None) -> PageQuestion:
    """Return the question of a state. A part that cannot be asked is replaced, and complained of.

    `first` is the question where the state has none.
    """
    from acrdns.suggest import remedy

    complaints = []
    vantage = state.vantage
    if vantage not in topology.vantages:
        if vantage:
            complaints.append(f"There is no vantage point {vantage!r}; {remedy(vantage, topology.vantages)}.")
        vantage = first[0] if first and first[0] in topology.vantages else _first_vantage(topology)
    name, type_ = (first[1].name, first[1].type) if first else (read_name(_first_name(topology)), 1)
    try:
        name = read_name(state.name) if state.name else name
    except NameSyntaxError as error:
        complaints.append(f"This is no name that can be asked for: {error}.")
    try:
        type_ = type_number(state.type) if state.type else type_
    except ValueError as error:
        complaints.append(f"This is no record type: {error}.")
    return PageQuestion(vantage, Question(name, type_), tuple(complaints))


def _first_vantage(topology: Topology) -> str:
    """Return a network that asks a DNS server of people, which has the longest way; else any network."""
    networks = [vantage for vantage in topology.vantages if vantage != INTERNET]
    own = (vantage for vantage in networks if topology.vantage(vantage).dns_servers)
    return next(own, next(iter(networks), INTERNET))


def _first_name(topology: Topology) -> str:
    registry = next(iter(topology.registries.values()), None)
    return LOGIN.fqdn(registry.dns_label, topology.cloud) if registry else "mcr.microsoft.com"
