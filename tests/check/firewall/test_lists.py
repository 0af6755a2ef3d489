"""Lists as network engineers have them, judged as somebody who knows firewalls judges them (`lists.yaml`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from acrdns.check.firewall.allow_list import read
from acrdns.check.firewall.compare import compare
from acrdns.check.firewall.rules import firewall
from acrdns.errors import InputError
from acrdns.resolve.world import World
from acrdns.topology.load import load

LISTS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("lists.yaml").read_text(encoding="utf-8"))
world = cache(lambda sample: World(load(sample)))


@pytest.mark.parametrize("case", LISTS, ids=[case["name"] for case in LISTS])
def test_a_list_is_judged_as_an_engineer_judges_it(case: dict[str, Any]) -> None:
    """Everything that is missing, too much, broken or not judged; or the lines for which it is refused."""
    estate = world(case.get("sample", "private-link-geo"))
    needed = firewall(estate.topology, case.get("from", "hub"))
    if "error" in case:
        with pytest.raises(InputError) as caught:
            read(case["list"], "list", needed.sources)
        assert [problem.place.line for problem in caught.value.problems] == case["error"]
        return
    allowed = read(case["list"], "list", needed.sources)
    found = compare(estate, needed.rules, allowed)
    assert [rule.host.name for rule in found.missing] == case.get("missing", [])
    assert [[each.entry.written, each.severity] for each in found.excess] == case.get("excess", [])
    assert list(found.breaks) == case.get("breaks", [])
    assert list(allowed.ignored) == case.get("notes", [])
