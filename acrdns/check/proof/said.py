"""The words of a finding about fixes that were added to those of its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.fixes.peer_networks import PeerNetworks
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.rules.topology.servers_disagree import NO_STANDBY
from acrdns.check.rules.wording import listed, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix


def also(standbys: Sequence[Finding]) -> str:
    """Return which servers of lists are silent or would not answer rightly, to follow a sentence; empty without any."""
    silent = dict.fromkeys(each.message.partition(", as far as")[0] for each in standbys if NO_STANDBY in each.message)
    wrong = [each for each in standbys if NO_STANDBY not in each.message]
    servers = list(dict.fromkeys(f.server for each in wrong for f in each.fixes if isinstance(f, SetForwarder)))
    named = some(servers) if servers else "another server of the list"
    either = [f"{named}, asked when the first is silent, does not answer rightly either"] if wrong else []
    return "".join(f"; {text}" for text in (*silent, *either))


def besides(added: Iterable[Fix]) -> str:
    """Return what else is wrong, which added fixes mend, to follow a sentence; empty where that is said already.

    A filter hides the answer once it is right. A network out of reach gets the address from then on.
    """
    fixes = list(added)
    hidden = "".join(f"; {fix.harm}" for fix in fixes if isinstance(fix, RelaxFilter))
    if not (joins := [fix for fix in fixes if isinstance(fix, PeerNetworks)]):
        return hidden
    peers = listed([f"{fix.one} with {fix.other}" for fix in joins])
    far = some(fix.one for fix in joins)
    return f"{hidden}; mending that gives {far} an address out of reach, so peer {peers}, too"
