"""Privileges: the server binds port 53 as root, and does everything else as a user without privileges.

Files are loaded with that user's rights; ports are bound with root's; then root is given up for good, before anything
is forked, so parent, workers and log writer are all that user.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from acrdns.errors import PrivilegeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_LAYERS = ("acrdns.topology", "acrdns.zone", "acrdns.resolve", "acrdns.wire", "acrdns.serve")
"""The packages that a running server uses."""
_CODECS = ("ascii", "idna", "latin_1", "utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_8_sig")
"""Codecs that files, names and HTTP may need: Python imports a codec when it first uses it."""
_ELSEWHERE = (
    *("json", "pydantic.errors", "resource", "traceback", "yaml.composer", "yaml.cyaml", "yaml.scanner"),
    *(f"encodings.{codec}" for codec in _CODECS),
)
"""Modules of others that are imported inside functions."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and a group of this machine."""

    name: str
    uid: int
    gid: int


def identity(text: str) -> Identity:
    """Read `NAME[:GROUP]`; without a group it is the user's own. Raises PrivilegeError, also where this is not root."""
    import pwd

    name, colon, group = text.partition(":")
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise PrivilegeError(f"--user {text}: there is no user {name!r} on this machine") from None
    gid = _group(text, group) if colon else user.pw_gid
    if os.geteuid():
        raise PrivilegeError(f"--user {text}: only root can become another user; start it as root, or leave out --user")
    if not user.pw_uid:
        raise PrivilegeError(f"--user {text}: this user has root's privileges; name one that has none")
    return Identity(name, user.pw_uid, gid)


def _group(text: str, name: str) -> int:
    import grp

    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise PrivilegeError(f"--user {text}: there is no group {name!r} on this machine") from None


@contextmanager
def acting_as(who: Identity, files: Sequence[str]) -> Iterator[None]:
    """Have a user's rights for as long as files are loaded: what they include is read with these, and with no more.

    Root's rights come back afterwards, since ports may be bound yet. Where the user may not read all the files that
    were named, they are loaded as root. Raises PrivilegeError.
    """
    _import_all()
    groups = os.getgroups()
    try:
        try:
            os.initgroups(who.name, who.gid)
            os.setegid(who.gid)
            os.seteuid(who.uid)
        except OSError as error:
            raise _refused(who, error) from None
        if not all(os.access(file, os.R_OK, effective_ids=True) for file in files):
            _root_again(groups)
        yield
    finally:
        _root_again(groups)


def _root_again(groups: list[int]) -> None:
    os.seteuid(0)
    os.setegid(os.getgid())
    os.setgroups(groups)


def _refused(who: Identity, error: OSError) -> PrivilegeError:
    return PrivilegeError(f"--user {who.name}: cannot become this user: {error.strerror or error}")


def take_on(who: Identity, files: Iterable[str], report: Callable[[str], None]) -> None:
    """Become a user for good, with its group and its other groups. Raises PrivilegeError.

    Files that it cannot read again are reported: a reload would fail on it.
    """
    try:
        os.setgid(who.gid)
        os.initgroups(who.name, who.gid)
        os.setuid(who.uid)  # last: from here on nothing else may be set
    except OSError as error:
        raise _refused(who, error) from None
    for file in files:
        if not os.access(file, os.R_OK):
            report(f"{file}: {who.name} may not read this file, so reloads will fail")


def _import_all() -> None:
    """Import now what is else imported once it is needed: Python may be where only root reads, as in root's home."""
    for layer in _LAYERS:
        package = import_module(layer)
        for module in walk_packages(package.__path__, f"{layer}."):
            import_module(module.name)
    for name in _ELSEWHERE:
        with suppress(ImportError):  # PyYAML may come without its C parser
            import_module(name)
    import_module("dns.rdata").load_all_types()
