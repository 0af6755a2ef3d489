"""Fixtures for pytest: `acrdns_topology`, and `acrdns_server`, which serves it in the test's own process.

The topology is that of the marker `@pytest.mark.acrdns("file.yaml")`, else of the ini option `acrdns_topology`; or a
test overrides the fixture `acrdns_topology` with one that returns a path, YAML text or a loaded topology.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- so that annotations can be read
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.api import ServedTopology, Topology

_OPTION = "acrdns_topology"
_HOW = 'write @pytest.mark.acrdns("estate.yaml"), set the ini option acrdns_topology, or override the fixture'


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini option."""
    parser.addini(_OPTION, "topology file of the acrdns fixtures, from the root directory", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Add the marker."""
    config.addinivalue_line("markers", "acrdns(topology): topology file of the acrdns fixtures, from the test's folder")


@pytest.fixture
def acrdns_topology(request: pytest.FixtureRequest) -> Topology:
    """Return the topology of the marker, else of the ini option."""
    marker = request.node.get_closest_marker("acrdns")
    if marker is not None:
        if len(marker.args) != 1 or marker.kwargs:
            pytest.fail('the marker takes one topology: @pytest.mark.acrdns("estate.yaml")', pytrace=False)
        return _loaded(marker.args[0], [request.path.parent, request.config.rootpath])
    option = request.config.getini(_OPTION)
    if not option:
        pytest.fail(f"no topology is named: {_HOW}", pytrace=False)
    return _loaded(option, [request.config.rootpath])


@pytest.fixture
def acrdns_server(request: pytest.FixtureRequest, acrdns_topology: Any) -> Iterator[ServedTopology]:
    """Serve the topology for one test: `at(vantage)`, `fault(name, at=...)`, `queries`."""
    from acrdns.api import serve

    with serve(_loaded(acrdns_topology, [request.path.parent, request.config.rootpath])) as server:
        yield server


def _loaded(value: Any, folders: list[Path]) -> Topology:
    """Return a topology, given it, its text, or a path from one of the folders. A test fails where it does not load."""
    from acrdns.api import Topology, TopologyError, load
    from acrdns.topology.load import loads

    try:
        if isinstance(value, Topology):
            return value
        if isinstance(value, str) and "\n" in value:
            return loads(value, "<acrdns_topology>")
        path = next((folder / value for folder in folders if (folder / value).is_file()), value)
        return load(path)
    except TopologyError as error:
        pytest.fail(str(error), pytrace=False)
