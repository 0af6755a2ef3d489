"""A command in its enclosure, from its start to its exit code."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from acrdns.errors import NamespaceError

if TYPE_CHECKING:
    from acrdns.lab.namespace.enclosure import Enclosure
    from acrdns.lab.namespace.files import LabAccess

_SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_OF_TERMINALS = (signal.SIGINT, signal.SIGQUIT)
REMEDY = (
    "the lab needs user, mount and network namespaces: run it as root, or allow user namespaces (in a container: "
    "--cap-add SYS_ADMIN, on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0, elsewhere: sysctl "
    "user.max_user_namespaces, which must not be 0); "
    "acrdns lab up --no-namespaces needs none of that"
)
"""Advice where namespaces are not allowed."""


async def command(enclosure: Enclosure, access: LabAccess) -> int:
    """Let the command start, hand it the signals that this process gets, and return its exit code."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def read() -> None:
        try:
            code = enclosure.proceed()
        except NamespaceError as error:
            loop.remove_reader(enclosure.fileno())
            ended.set_exception(NamespaceError(f"{error}\n{REMEDY}"))
            return
        if code is not None:
            loop.remove_reader(enclosure.fileno())
            ended.set_result(code)

    at_terminal = _has_terminal()
    for number in _SIGNALS:
        # The terminal's own signals reach the command without help.
        passes = number in _OF_TERMINALS and at_terminal
        loop.add_signal_handler(number, (lambda _: None) if passes else enclosure.forward, number)
    loop.add_reader(enclosure.fileno(), read)
    enclosure.go(access)
    return await ended


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
