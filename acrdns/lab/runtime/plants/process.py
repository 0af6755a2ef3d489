"""The program that lets a connected registry stand in its network: it joins the lab as a command there does.

`python -m acrdns.lab.runtime.plants.process PARENT CONTROL LINK PLACE`: the lab's process, and descriptors of a
connection for orders, of the agent's link, and of a file that says in which network it stands.
"""

from __future__ import annotations

import json
import os
import socket
import sys

from acrdns.check.firewall import allow_list
from acrdns.check.firewall.rules import sources_of
from acrdns.errors import AcrdnsError
from acrdns.lab.namespace import kernel
from acrdns.lab.namespace.builder import Settings
from acrdns.lab.namespace.surroundings import surroundings
from acrdns.lab.runtime.control import ControlClient
from acrdns.lab.runtime.join import join, topology_of
from acrdns.lab.sites import lab_world

_LONGEST = 1 << 20
_SYN_RETRIES = 1
"""A silent address is given up after 3 s."""


def main(parent: int, control: int, link: int, place: int) -> int:
    """Run the agent in its network until the lab ends."""
    kernel.die_with(parent)
    said = json.loads(os.pread(place, _LONGEST, 0))
    client = ControlClient(socket.socket(fileno=control))
    firewall = said["firewall"]
    world = lab_world(topology_of(client))
    clients = sources_of(world.topology, said["network"])
    allowed = allow_list.read(firewall, "--firewall", clients) if firewall is not None else None
    around = surroundings(world, said["network"], client=said["client"], firewall=allowed)
    command = (sys.executable, "-P", "-m", "acrdns.lab.connected.agent", str(link))
    return join(Settings(around, command, _SYN_RETRIES, said["client"], firewall), client, own=True)


if __name__ == "__main__":
    try:
        sys.exit(main(*map(int, sys.argv[1:])))
    except AcrdnsError as problem:
        sys.exit(str(problem))
