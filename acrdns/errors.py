"""Every error of acrdns, and whose fault it is.

    AcrdnsError
    |-- InputError            what the user wrote cannot be used; carries every problem found
    |   |-- TopologyError     ... in a topology file
    |   |-- ZoneFileError     ... in a master file (RFC 1035)
    |   `-- SettingsError     ... in acrdns.toml, pyproject.toml or a profile
    |-- NameSyntaxError       a text that is no domain name
    |-- ListenError           an address that cannot be bound (a busy port, an address of another machine)
    |-- PrivilegeError        a user that the server cannot become (no such user, or not started as root)
    |-- ProbeError            the resolver that was asked cannot be used at all
    `-- LabError              a lab that cannot start, or an order that it cannot carry out
        `-- NamespaceError    ... since this machine does not allow the namespaces that it needs

All of them end a command with exit code 2. The CLI prints them; nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Path = tuple[str | int, ...]
"""Where a value stands in a file: keys and list indices from the top, e.g. `("registries", "contoso", "sku")`."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file something stands; line and column count from 1."""

    file: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        if not self.column:
            return f"{self.file}:{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, where it is, and what would be right."""

    place: Place
    path: str
    """The field, as `registries.contoso.sku`; empty where the file as a whole is meant."""
    message: str
    allowed: str = ""
    """The values that are allowed, or the remedy; empty where the message says it."""

    @property
    def text(self) -> str:
        """The problem without its place."""
        return (f"{self.path}: " if self.path else "") + self.message + (f"; {self.allowed}" if self.allowed else "")

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class AcrdnsError(Exception):
    """Every error that acrdns raises on purpose."""


class InputError(AcrdnsError):
    """The user's input cannot be used; `problems` holds all that is wrong with it, in file order.

    `reported`: whether the command has written them already, in the format that was asked for.
    """

    def __init__(self, problems: Sequence[Problem], *, reported: bool = False) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
        self.reported = reported


class TopologyError(InputError):
    """A topology file that does not load."""


class ZoneFileError(InputError):
    """A master file that does not load."""


class SettingsError(InputError):
    """A settings file that cannot be used."""


class NameSyntaxError(AcrdnsError, ValueError):
    """A text that is no domain name."""


class ListenError(AcrdnsError):
    """An address that cannot be listened on."""


class PrivilegeError(AcrdnsError):
    """A user that cannot be taken on."""


class ProbeError(AcrdnsError):
    """A resolver that cannot be asked."""


class LabError(AcrdnsError):
    """A lab that cannot start, or an order that it cannot carry out."""


class NamespaceError(LabError):
    """Namespaces that this machine does not allow."""
