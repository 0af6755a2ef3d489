r"""Command lines in a transcript: `$ dig +short NAME`, `C:\>nslookup NAME`, `> NAME` inside of nslookup."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

_PROMPT = re.compile(
    r"""(?:
        (?:PS\s)?[A-Za-z]:\\[^>]*>\s*       # C:\Users\me>  and  PS C:\>
      | PS(?:\s[^>]*)?>\s*                  # PS>  and  PS /home/me>
      | [^\s$#%>]*[^$#%>]{0,80}[$#%\u276f\u279c]\s+   # user@host:~$  and  #
      | \+{1,3}\s+                          # sh -x
      | >\s+
    )""",
    re.VERBOSE,
)
_WRAPPERS = re.compile(
    r"""(?:sudo|time|command|winpty|busybox)\s+
      | (?:kubectl|docker|podman|oc)\s+(?:.*?\s)?(?:exec|run)\s.*?(?=\b(?:dig|nslookup|host|getent|kdig|drill|delv)\b)
      | [A-Z_]+=\S*\s+""",
    re.VERBOSE,
)


class CommandLine(NamedTuple):
    """A command line."""

    prompted: bool
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """Return the program's name, without path and ending."""
        return re.split(r"[/\\]", self.words[0])[-1].lower().removesuffix(".exe") if self.words else ""


def command_line(text: str) -> CommandLine | None:
    """Return the words of a line that may be a command; with a prompt before it, it is one, even without a word."""
    prompt = _PROMPT.match(text)
    rest = text[prompt.end() :] if prompt else text
    while wrapped := _WRAPPERS.match(rest):
        rest = rest[wrapped.end() :]
    rest = re.split(r"\s(?:\||;|&&|\d?>)", f"{rest} ", maxsplit=1)[0]
    try:
        words = tuple(shlex.split(rest, posix="\\" not in rest))
    except ValueError:
        words = tuple(rest.split())
    words = tuple(word.rstrip(";") for word in words)
    return CommandLine(prompt is not None, words) if prompt or (words and words[0]) else None
