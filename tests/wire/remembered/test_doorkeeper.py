from __future__ import annotations

from acrdns.wire.remembered.doorkeeper import Doorkeeper


def test_what_has_been_seen() -> None:
    """Random names come once; few of them are taken for others."""
    seen = Doorkeeper()
    names = [b"%016x" % number for number in range(2000)]
    assert sum(seen.before(name) for name in names) < 50
    assert seen.before(names[-1])
