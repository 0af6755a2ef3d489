"""A command in its namespaces, as the lab sees it: its network is that of a vantage point.

The lab forks a helper, the helper makes the namespaces and forks the init of a PID namespace, init runs the command.
Each is killed when its parent ends, and with init all that the command has started: nothing outlives the lab. Sockets
that the helper makes stay in its network namespace, whoever holds them: the lab serves them from outside.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acrdns.errors import NamespaceError
from acrdns.lab.namespace import kernel
from acrdns.lab.namespace.builder import LONGEST, PART, Builder, Settings
from acrdns.lab.namespace.files import LabAccess, hide_a_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from acrdns.lab.namespace.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Passed:
    """The sockets of an enclosure, in the order of its surroundings."""

    dns: tuple[tuple[socket.socket, socket.socket], ...]
    """UDP and TCP, for each resolver."""
    https: tuple[socket.socket, ...]
    """One for each endpoint."""
    control: socket.socket
    """Where the lab takes orders from inside."""

    @classmethod
    def of(cls, around: Surroundings, descriptors: Sequence[int]) -> Passed:
        """Return the sockets of surroundings by their descriptors, as they were passed."""
        made = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        for each in made:
            each.settimeout(0)
        split = 2 * len(around.resolvers)
        return cls(tuple(zip(made[:split:2], made[1:split:2], strict=True)), tuple(made[split:-1]), made[-1])

    @property
    def descriptors(self) -> list[int]:
        """Return the descriptors, in the order of `of`."""
        return [each.fileno() for each in (*(each for pair in self.dns for each in pair), *self.https, self.control)]

    def close(self) -> None:
        """Close all of them."""
        for each in (*(each for pair in self.dns for each in pair), *self.https, self.control):
            each.close()


class Enclosure:
    """A command in its namespaces, as the lab sees it."""

    def __init__(self, settings: Settings) -> None:
        """Fork the helper. The process must have one thread, the main one, or the helper dies with another."""
        self._settings = settings
        around = settings.around
        self._wanted = 2 * len(around.resolvers) + len(around.endpoints) + 1
        kernel.check_descriptors(self._wanted)
        self._link, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._init: int | None = None
        self._status: int | None = None
        self._arriving: list[int] = []
        self.on_sockets: Callable[[list[int]], None] | None = None
        """Called with the descriptors of the sockets that `change` has asked for."""
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self._pid = os.fork()
        if not self._pid:
            self._link.close()
            Builder(other, settings, parent).run()
        other.close()
        kernel.allow_descriptors()

    @property
    def around(self) -> Surroundings:
        """The surroundings of the command."""
        return self._settings.around

    def fileno(self) -> int:
        """Return the descriptor that can be read when `proceed` has to be called."""
        return self._link.fileno()

    def sockets(self) -> Passed:
        """Wait for the sockets. Raises NamespaceError if the namespaces cannot be made."""
        found: list[int] = []
        while len(found) < self._wanted:
            message, descriptors, _, _ = socket.recv_fds(self._link, LONGEST, PART)
            said: dict[str, Any] = json.loads(message) if message else {"error": "the helper process has ended"}
            if error := said.get("error"):
                raise NamespaceError(error)
            found += descriptors
        return Passed.of(self._settings.around, found)

    def go(self, access: LabAccess) -> None:
        """Let the command start."""
        texts = (access.certificate, access.user, access.password, access.login_servers)
        with suppress(BrokenPipeError):  # `proceed` reports how it ended
            self._link.send(json.dumps(texts).encode())

    def proceed(self) -> int | None:
        """Read what the helper says; return the command's exit code when it has ended, 128 + n for signal n.

        Raises NamespaceError if the command could not be started.
        """
        message, descriptors, _, _ = socket.recv_fds(self._link, LONGEST, PART)
        self._arriving += descriptors
        if not message:
            return 128 + signal.SIGKILL if self._status is None else self._status
        said = json.loads(message)
        if "error" in said:
            raise NamespaceError(said["error"])
        if "added" in said and self.on_sockets is not None:
            arrived, self._arriving = self._arriving, []
            self.on_sockets(arrived)
        if "warning" in said:
            sys.stderr.write(f"acrdns lab: {said['warning']}\n")
        if "init" in said:
            self._init = said["init"]
        if "status" in said:
            code = os.waitstatus_to_exitcode(said["status"])
            self._status = 128 - code if code < 0 else code
        return None

    def change(self, added: Sequence[tuple[str, str]], new: Sequence[str], removed: Sequence[str]) -> None:
        """Let addresses answer from now on, each with the client's address for it, and silence others.

        `new` are those of which no socket was asked for before.
        """
        with suppress(OSError):  # it has ended
            self._link.send(json.dumps({"add": added, "new": new, "remove": removed}).encode())

    def forward(self, number: int) -> None:
        """Send a signal to the command; before there is one, end the enclosure."""
        if self._init is None:
            self._status = 128 + number
            os.kill(self._pid, signal.SIGKILL)
        else:
            with suppress(ProcessLookupError):
                os.kill(self._init, number)

    def close(self) -> None:
        """End it, and wait until all its processes have ended."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        # All hold the other end: init's goes last, when the PID namespace is empty.
        with suppress(OSError):
            while self._link.recv(LONGEST):
                pass
        self._link.close()


def isolate() -> Path:
    """Let the lab enter a mount namespace with a directory that vanishes with it, and return that directory.

    An ordinary user, and a root without CAP_SYS_ADMIN as containers have it, get a user namespace for this. Raises
    NamespaceError where neither is possible.
    """
    uid, gid = os.geteuid(), os.getegid()
    try:
        if uid or not _mounts_as_root():
            kernel.unshare(kernel.NEW_USERS | kernel.NEW_MOUNTS, "new user and mount namespaces")
            kernel.map_user(uid, gid)
        kernel.keep_mounts_private()
        return hide_a_directory()
    except OSError as error:
        raise NamespaceError(f"{error.strerror or error}") from None


def _mounts_as_root() -> bool:
    """Enter a new mount namespace without a user namespace; return whether that is allowed."""
    try:
        kernel.unshare(kernel.NEW_MOUNTS, "a new mount namespace")
    except PermissionError:
        return False
    return True
