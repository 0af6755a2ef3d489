from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


@given(topologies() | topologies(additions=True))
def test_what_is_written_loads_as_what_it_was(topology: Topology) -> None:
    """A topology survives being written and read, with everything in the same order."""
    again = loads(dumps(topology), topology.file)
    assert topology == again
    assert dumps(topology) == dumps(again)
