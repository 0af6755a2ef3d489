"""A topology file, and the versions of it that edits make. The file itself is read, never written."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.check.estate.matrix import Estate
from acrdns.check.lint import lint
from acrdns.errors import InputError, Place, Problem, TopologyError
from acrdns.resolve.world import World
from acrdns.teach.web.edits import AddressError, Patch, applied, pack, unpack
from acrdns.topology.load import decode, octets_of
from acrdns.topology.reread import Reread
from acrdns.topology.text.compose import DepthError, compose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.finding import Finding
    from acrdns.teach.web.edits import Change
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology
    from acrdns.topology.text.compose import Node

_MOST_VERSIONS = 64
MOST_TEXT = 1 << 20
"""Letters of a text that somebody edited."""
MOST_NODES = 100_000
"""Keys and values of such a text, those of an alias counted as often as it is used."""


class Version:
    """A topology after some changes, and what is simulated of it."""

    def __init__(self, text: str, topology: Topology, changes: tuple[Change, ...], base: Version | None) -> None:
        self.text = text
        self.topology = topology
        self.changes = changes
        self.base = base or self
        """The file without changes."""

    @cached_property
    def world(self) -> World:
        """The world that answers."""
        return World(self.topology)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of lint, which take long for a large topology."""
        return lint(self.topology)

    @cached_property
    def estate(self) -> Estate:
        """The registries by kinds, which the matrix is made of."""
        return Estate(self.topology, None if self.base is self else self.base.estate)


class Workspace:
    """One topology file or lesson. It may be asked by one thread at a time."""

    def __init__(self, file: str, text: str, assumptions: Assumptions | None = None, *, watch: bool = False) -> None:
        """Read the text. Raises TopologyError. With `watch`, the file is read again when it has changed."""
        self.file = file
        self.complaint = ""
        """Why the file, which has changed, cannot be read; else empty."""
        self._assumptions = assumptions
        self._watch = watch
        self._stamp = self._stat()
        self._begin(text)

    @classmethod
    def of_file(cls, file: str, assumptions: Assumptions | None = None) -> Workspace:
        """Read a file. Raises TopologyError."""
        return cls(file, decode(octets_of(file), file), assumptions, watch=True)

    def _begin(self, text: str) -> None:
        self._reread = Reread(text, self.file, self._assumptions)
        self._base = Version(text, self._reread.topology, (), None)
        self._versions: OrderedDict[str, Version] = OrderedDict()

    def _stat(self) -> tuple[int, int] | None:
        try:
            found = Path(self.file).stat() if self._watch else None
        except (OSError, ValueError):
            return None
        return (found.st_mtime_ns, found.st_size) if found else None

    def refresh(self) -> None:
        """Read the file again if it has changed. One that does not load leaves everything as it is."""
        stamp = self._stat()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._begin(decode(octets_of(self.file), self.file))
            self.complaint = ""
        except TopologyError as error:
            self.complaint = "\n".join(map(str, error.problems))

    def version(self, packed: str) -> Version:
        """Return the topology with the edits of an address. Raises AddressError and InputError."""
        changes = unpack(packed)
        return self.after(changes)

    def after(self, changes: Sequence[Change]) -> Version:
        """Return the topology with changes made in turn. Raises AddressError and InputError."""
        at, found = len(changes), self._base
        while at and not (known := self._versions.get(pack(changes[:at]))):
            at -= 1
        if at:
            found = known or found
        if at == len(changes):
            return found
        text = found.text
        for change in changes[at:]:
            self._reread.read(text)  # an entry of the text that was read last is edited by itself
            text = applied(text, change, self._reread)
            if isinstance(change, Patch):
                allowed(text, self.file)
        found = Version(text, self._reread.read(text), tuple(changes), self._base)
        self._versions[pack(changes)] = found
        if len(self._versions) > _MOST_VERSIONS:
            self._versions.popitem(last=False)
        return found


def allowed(text: str, file: str) -> None:
    """Raise AddressError or InputError where a text is too large to be a topology that somebody types."""
    import yaml

    if len(text) > MOST_TEXT:
        raise AddressError(f"the text is longer than {MOST_TEXT:,} letters; open a file of that size instead")
    try:
        root = compose(text)
    except (yaml.YAMLError, DepthError, UnicodeEncodeError):
        return  # who reads it says what is wrong
    if root is not None and _nodes(root, {}) > MOST_NODES:
        message = f"more than {MOST_NODES:,} keys and values, those of an alias counted as often as it is used"
        raise InputError([Problem(Place(file, 1, 1), "", message, "a smaller topology")])


def _nodes(node: Node, known: dict[int, int]) -> int:
    """Return the nodes below and with one. A node that holds itself counts as too many."""
    if node.id == "scalar":
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1
        inner = node.value if node.id == "sequence" else [each for pair in node.value for each in pair]
        known[id(node)] = 1 + sum(_nodes(each, known) for each in inner)
    return known[id(node)]
