"""The comments of an import in a file that a person has worked on: the person's stay, the import's are those of today.

A comment is the import's when it names an origin or ends with the mark. A line that a person changed is the person's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from acrdns.exchange.imports.notes import MARK, Origin
from acrdns.exchange.imports.writer import FILE, HEAD, PLACEHOLDERS, end_of
from acrdns.topology.text.document import parse
from acrdns.topology.text.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOURCES = "|".join(Origin.SOURCES)
ORIGIN = re.compile(rf"# (?:{_SOURCES}): (?:\S+|.+\.\w{{1,5}})(?:, .+)?")
"""A comment that says where an entry comes from: a file name without blanks or with a suffix, and an address."""
_BLOCK = re.compile(r"# (?:connected_registries|networks|on-premises|dns_servers|192\.168\.0\.53):")
_BLOCK_LINE = re.compile(r"#  +[^ #]+:(?: [^#]*)?")

_COMMENT = re.compile(r"(?:^|\s)(# .*)$")
_LOST = "# Comments from entries that are gone:"


class _Block(NamedTuple):
    """Commented lines, ready to be uncommented."""

    owner: str
    """The key that they stand under."""
    lines: tuple[str, ...]
    start: int
    """Index of the first line."""

    @property
    def is_example(self) -> bool:
        """Whether nobody has filled the block in."""
        plain = all(_BLOCK_LINE.fullmatch(line) for line in self.lines[1:])
        return plain and any(word in line for line in self.lines for word in PLACEHOLDERS)


class _Commented:
    """A text, the keys of its lines, and the comments above each of them."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.places = Places(text, file)
        self.keys: dict[int, tuple[str | int, ...]] = {}
        for path in self.places:
            if path:
                self.keys.setdefault(self.places.key(path).line - 1, path)
        self.starts = sorted(self.keys)
        self.blocks = list(self._blocks())
        inside = {block.start + at for block in self.blocks for at in range(len(block.lines))}
        self.comments: dict[int, list[int]] = {}
        """Indices of the comment lines that stand above a key's line, by its index; len(lines): above no key."""
        for at, line in enumerate(self.lines):
            if line.lstrip().startswith("#") and at not in inside:
                self.comments.setdefault(self._following(at), []).append(at)

    def _following(self, at: int) -> int:
        following = bisect_right(self.starts, at)
        return self.starts[following] if following < len(self.starts) else len(self.lines)

    def _blocks(self) -> Iterator[_Block]:
        for at, line in enumerate(self.lines):
            if not _BLOCK.fullmatch(line.strip()):
                continue
            end = at + 1
            while end < len(self.lines) and self.lines[end].lstrip().startswith("#  "):
                end += 1
            depth = (len(line) - len(line.lstrip())) // 2
            above = [self.keys[start] for start in self.starts[: bisect_right(self.starts, at)]]
            owner = next((path for path in reversed(above) if depth and len(path) == depth), ())
            yield _Block(".".join(map(str, owner)), tuple(each.strip() for each in self.lines[at:end]), at)


def with_comments(text: str, new: str, file: str) -> str:
    """Return the text with the comments of the new one in place of those of an earlier import."""
    old, wanted = _Commented(text, file), _Commented(new, FILE)
    due: dict[int, list[str]] = {}
    for start, ats in wanted.comments.items():
        path = wanted.keys.get(start, ())
        path = old.places.nearest(path)[0] if path else ()
        row = old.places.key(path).line - 1 if path else min(old.starts, default=0)
        due.setdefault(row, []).extend(wanted.lines[at].strip() for at in ats)
    gone, above = set[int](), dict[int, list[str]]()
    for row in due.keys() | old.comments.keys():
        have: set[str] = set()
        for at in old.comments.get(row, ()):
            comment = old.lines[at].strip()
            if _is_of_import(comment) and (comment in have or comment not in due.get(row, ())):
                gone.add(at)
            have.add(comment)
        above[row] = [comment for comment in dict.fromkeys(due.get(row, ())) if comment not in have]
    behind = _examples(old, wanted, gone, parse(text, file).data)
    out: list[str] = []
    for at, line in enumerate(old.lines):
        out += [" " * (len(line) - len(line.lstrip(" "))) + comment for comment in above.get(at, ())]
        out += [line] * (at not in gone)
        out += behind.get(at + 1, ())
    out += behind.get(-1, ())
    result = "\n".join(out).rstrip("\n") + "\n"
    return result if parse(result, file).data == parse(text, file).data else text


def with_lost(text: str, old: str) -> str:
    """Return the text with a person's comments that stood in entries that are gone, at its end."""
    there = {match[1] for line in text.splitlines() if (match := _COMMENT.search(line))}
    stood = (match[1] for line in old.splitlines() if (match := _COMMENT.search(line)))
    examples = {line for block in _Commented(old, FILE).blocks if block.is_example for line in block.lines}
    lost = [each for each in dict.fromkeys(stood) if not _is_of_import(each) and each not in there | examples]
    return text + "".join(f"{line}\n" for line in ([_LOST, *lost] if lost else ()))


def _is_of_import(comment: str) -> bool:
    return comment.endswith(MARK) or bool(HEAD.fullmatch(comment) or ORIGIN.fullmatch(comment))


def _examples(old: _Commented, wanted: _Commented, gone: set[int], data: dict[str, Any]) -> dict[int, list[str]]:
    """Return the examples to add, by the number of the line that they stand behind; -1 is the end of the file.

    An example that nobody has filled in goes with its reason; its lines are added to `gone`.
    """
    new = {(block.owner, block.lines) for block in wanted.blocks}
    kept = set()
    for block in old.blocks:
        if block.is_example and ((block.owner, block.lines) not in new or _is_done(block, data)):
            gone.update(range(block.start, block.start + len(block.lines)))
        else:
            kept.add((block.owner, block.lines[0]))
    behind: dict[int, list[str]] = {}
    for block in wanted.blocks:
        if (block.owner, block.lines[0]) in kept or _is_done(block, data):
            continue
        path = next((path for path in old.keys.values() if ".".join(map(str, path)) == block.owner), ())
        line = end_of(old.lines, old.places, path) if path else -1
        indent = "  " * len(path)
        behind.setdefault(line, []).extend([*([] if path else [""]), *(indent + each for each in block.lines)])
    return behind


def _is_done(block: _Block, data: dict[str, Any]) -> bool:
    """Return whether the file has what a block is an example of."""
    if block.lines[0] == "# connected_registries:":
        _, _, registry = block.owner.partition(".")
        return bool(((data.get("registries") or {}).get(registry) or {}).get("connected_registries"))
    networks = (data.get("networks") or {}).values()
    return any((each or {}).get("kind") == "on_premises" for each in networks)
