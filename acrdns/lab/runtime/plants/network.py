"""The network of a plant: a process that stands in it, as long as the lab needs it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from acrdns.lab.connected.uplink import Uplink
from acrdns.serve.processes.nameless import nameless_file

if TYPE_CHECKING:
    from acrdns.lab.runtime.control import ControlServer


class PlantNetwork:
    """The process in one network, which is killed with the lab, and the uplink that leads through it."""

    def __init__(self, control: ControlServer, network: str, client: str | None, firewall: str | None) -> None:
        place = nameless_file("place")
        os.write(place, json.dumps({"network": network, "client": client, "firewall": firewall}).encode())
        orders, far_orders = socket.socketpair(socket.AF_UNIX)
        link, far_link = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far_orders, far_link:
            passed = (far_orders.fileno(), far_link.fileno(), place)
            # In a session of its own: a terminal's Ctrl-C is for the command.
            self._process = subprocess.Popen(  # noqa: S603 -- this package's own program
                (sys.executable, "-P", "-m", "acrdns.lab.runtime.plants.process", str(os.getpid()), *map(str, passed)),
                pass_fds=passed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        os.close(place)
        control.adopt(orders)
        self.uplink = Uplink(link)

    def close(self) -> None:
        """End it."""
        self.uplink.close()
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
