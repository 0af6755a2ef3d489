"""The process between the lab and the command's PID namespace: it makes the namespaces, the sockets and the files."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from acrdns.lab.namespace import kernel, routing
from acrdns.lab.namespace.files import LabAccess, bind_files, hide_a_directory, set_environment
from acrdns.lab.namespace.init import FORWARDED, Init
from acrdns.lab.namespace.surroundings import HTTPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.lab.namespace.surroundings import Surroundings

DNS = 53
PART = 200
"""Descriptors in a message: Linux takes 253 (unix(7))."""
LONGEST = 1 << 17
"""Octets of a message."""
_BACKLOG = 1024
_SYSCTL = Path("/proc/sys/net/ipv4")


@dataclass(frozen=True, slots=True)
class Settings:
    """A command, and the surroundings that it is to find."""

    around: Surroundings
    command: tuple[str, ...]
    syn_retries: int | None
    """How often a connection is tried again before the address counts as silent; None: as often as Linux does."""
    client: str | None = None
    """The client's address that was asked for."""
    firewall: str | None = None
    """The text of the allow-list that was asked for."""
    as_root: bool = False
    """Whether an ordinary user is shown to the command as root."""


class Builder:
    """The process between the lab and the command's PID namespace; it never returns."""

    def __init__(self, link: socket.socket, settings: Settings, parent: int) -> None:
        self._link = link
        self._settings = settings
        self._parent = parent
        self._user = os.geteuid(), os.getegid()
        self._as_root = settings.as_root and self._user[0] != 0

    def run(self) -> NoReturn:
        """Build all of it, run the command, and end this process."""
        code = 1
        try:
            kernel.die_with(self._parent)
            self._run()
            code = 0
        except OSError as error:
            self._say(error=error.strerror or str(error))
        except BaseException as error:  # noqa: BLE001 -- a child must not go on with its parent's code
            self._say(error=f"{type(error).__name__}: {error}")
        finally:
            os._exit(code)

    def _say(self, **said: object) -> None:
        with suppress(OSError):
            self._link.send(json.dumps(said).encode())

    def _run(self) -> None:
        for number in FORWARDED:
            signal.signal(number, signal.SIG_IGN)
        _close_own_descriptors(keep=self._link.fileno())
        limits = kernel.allow_descriptors()
        own = self._enter()
        self._pass_on([*_sockets(self._settings.around), _control(own)])
        answer = self._link.recv(LONGEST)
        if not answer:
            return
        certificate, user, password, login_servers = json.loads(answer)
        access = LabAccess(certificate, user, password, tuple(login_servers))
        for warning in bind_files(own, self._settings.around, access):
            self._say(warning=warning)
        set_environment(os.environ, own, own / "control", access)
        if self._as_root:
            os.environ.update(_rootless(*self._user))
        kernel.unshare(kernel.NEW_PIDS, "a new PID namespace")
        alive, life = os.pipe()
        init = os.fork()
        if not init:
            os.close(life)
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            Init(self._link, self._settings.command, alive).run()
        os.close(alive)
        self._say(init=init)
        self._serve_until_the_end_of(init)
        os.waitpid(init, 0)

    def _pass_on(self, made: Sequence[socket.socket]) -> None:
        for start in range(0, len(made), PART):
            part = made[start : start + PART]
            socket.send_fds(self._link, [b"{}"], [each.fileno() for each in part])
        for each in made:
            each.close()

    def _serve_until_the_end_of(self, init: int) -> None:
        """Change the network as the lab asks for it."""
        ended = kernel.end_of(init)
        while True:
            ready, _, _ = select.select([self._link.fileno(), ended], [], [])
            if ended in ready:
                return
            asked = json.loads(self._link.recv(LONGEST) or b"null")
            if asked is None:
                return
            routing.remove(asked["remove"])
            routing.add(asked["add"])
            made = [_bound(address, HTTPS, socket.SOCK_STREAM) for address in asked["new"]]
            added = len(made)
            self._pass_on(made)
            self._say(added=added)

    def _enter(self) -> Path:
        """Enter a network and a mount namespace that nobody else is in, and return a directory of its own there."""
        namespaces = kernel.NEW_MOUNTS | kernel.NEW_NETWORK | (kernel.NEW_USERS if self._as_root else 0)
        kernel.unshare(namespaces, "new network and mount namespaces")
        if self._as_root:
            kernel.map_user(*self._user, as_root=True)
        kernel.keep_mounts_private()
        own = hide_a_directory()
        around = self._settings.around
        addresses = [*(r.address for r in around.resolvers), *(e.address for e in around.endpoints)]
        clients = list(dict.fromkeys((around.private_client, around.public_client, around.public_client_6)))
        reached = [(address, around.client_for(address)) for address in dict.fromkeys(addresses)]
        routing.configure(clients, reached)
        if self._settings.syn_retries is not None:
            self._set("tcp_syn_retries", self._settings.syn_retries)
            self._set("tcp_syn_linear_timeouts", 0)
        return own

    def _set(self, name: str, value: int) -> None:
        try:
            if (_SYSCTL / name).exists():
                (_SYSCTL / name).write_text(str(value), encoding="ascii")
        except OSError as error:
            self._say(warning=f"silent addresses are given up late: {name} cannot be set: {error.strerror}")


def _rootless(uid: int, gid: int) -> dict[str, str]:
    """Return what podman and buildah need to know: that their user namespace is made, and who was before it."""
    return {
        "_CONTAINERS_USERNS_CONFIGURED": "done",
        "_CONTAINERS_ROOTLESS_UID": str(uid),
        "_CONTAINERS_ROOTLESS_GID": str(gid),
    }


def _close_own_descriptors(keep: int) -> None:
    """Close what the lab has opened for itself; what the command is to inherit was open before."""
    listed = [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    for descriptor in listed:
        with suppress(OSError):
            if descriptor != keep and not os.get_inheritable(descriptor):
                os.close(descriptor)


def _sockets(around: Surroundings) -> Iterator[socket.socket]:
    for resolver in around.resolvers:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            yield _bound(resolver.address, DNS, kind)
    for endpoint in around.endpoints:
        yield _bound(endpoint.address, HTTPS, socket.SOCK_STREAM)


def _bound(address: str, port: int, kind: socket.SocketKind) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    made.bind((address, port))
    if kind == socket.SOCK_STREAM:
        made.listen(_BACKLOG)
    return made


def _control(own: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(own / "control"))
    made.listen(_BACKLOG)
    return made
