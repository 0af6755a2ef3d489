"""A sketch to the text of a topology file that loads, with its comments.

No text of an input gets into the file but through the YAML writer, or as a comment of visible characters.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from acrdns.errors import TopologyError
from acrdns.exchange.imports.notes import MARK, Origin
from acrdns.report.escape import visible
from acrdns.topology.dump import SECTIONS, WIDTH, dumper
from acrdns.topology.load import loads
from acrdns.topology.text.places import Places, dotted

if TYPE_CHECKING:
    from acrdns.errors import Path, Problem
    from acrdns.exchange.imports.sections.sketch import Sketch

FILE = "OUT"
HEAD = re.compile(r"# Imported by acrdns import(?: \[[0-9a-f]{12}\])?\. .*")
"""The first line, with a digest of the others."""
PLACEHOLDERS = ("ON_PREMISES_NETWORK", "THE_NETWORK_OF_THE_GATEWAY", "network: on-premises")
"""Words of the examples that a person replaces."""
_MOST_ROUNDS = 50
"""Rounds of leaving out what does not load: each makes the file smaller, and one or two are usual."""
_INDENT = "  "


def write(sketch: Sketch) -> str:
    """Return the file. A value that does not load is left out before, and noted."""
    sketch.data = _kept(sketch.data)
    text = _dumped(sketch.data)
    for _ in range(_MOST_ROUNDS):
        try:
            loads(text, FILE)
        except TopologyError as error:
            _leave_out(sketch, text, error.problems)
            text = _dumped(sketch.data)
        else:
            break
    return _commented(text, sketch)


def _kept(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in SECTIONS or value}


def _dumped(data: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.dump(data, Dumper=dumper(), sort_keys=False, allow_unicode=True, width=WIDTH)
    return text


# --- leaving out ------------------------------------------------------------------------------------------------------


def _leave_out(sketch: Sketch, text: str, problems: tuple[Problem, ...]) -> None:
    """Leave out the values that a problem is about; what refers to them goes in the next round."""
    places = Places(text, FILE)
    paths: dict[str, list[Path]] = {}
    for path in places:
        paths.setdefault(dotted(path), []).append(path)
    gone: list[Path] = []
    for problem in problems:
        said = paths.get(problem.path, [])
        here = [path for path in said if problem.place in (places[path], places.key(path))]
        path = next(iter(here or said), ())
        above = problem.path
        while not path and "." in above:  # a field that is missing has no place of its own
            above = above.rpartition(".")[0]
            path = next(iter(paths.get(above, ())), ())
        if not path:
            continue
        gone.append(path)
        section, key = str(path[0]), str(path[1]) if len(path) > 1 else ""
        origin = sketch.origins.get((section, key), Origin("", FILE))
        sketch.note(origin, path[:2], f"{dotted(path[2:])}: {problem.message}".lstrip(": "), "it is left out")
    for path in sorted(dict.fromkeys(gone), key=_last_first, reverse=True):
        _delete(sketch.data, path)
    sketch.data = _kept(sketch.data)


def _last_first(path: Path) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in path)


def _delete(data: Any, path: Path) -> None:
    for step in path[:-1]:
        data = data.get(step) if isinstance(data, dict) else data[int(step)] if int(step) < len(data) else None
        if data is None:
            return
    if isinstance(data, list):
        del data[int(path[-1])]
    else:
        data.pop(path[-1], None)


# --- comments ---------------------------------------------------------------------------------------------------------


def _commented(text: str, sketch: Sketch) -> str:
    """Return the text with comments above what they are about, and blocks to be uncommented."""
    places = Places(text, FILE)
    above: dict[int, list[str]] = {}
    head: list[str] = []
    for path, lines in sketch.comments.items():
        if path in places:
            above.setdefault(places.key(path).line, []).extend(lines)
    for note in sketch.notes.notes:
        line = _line(places, note.path)
        if line is None:
            head.append(f"{note}{MARK}")
        else:
            about = dotted(note.path[_depth(places, note.path) :])
            above.setdefault(line, []).append((f"{about}: " if about else "") + _said(note) + MARK)
    lines = text.splitlines()
    ends = _ends(lines, places, sketch)
    out = [*map(_comment, head)]
    for number, written in enumerate(lines, 1):
        indent = written[: len(written) - len(written.lstrip(" "))]
        out += [indent + _comment(comment) for comment in dict.fromkeys(above.get(number, ()))]
        out.append(written)
        out += ends.get(number, ())
    for path, block in sketch.blocks.items():
        if path not in places:  # a section that the file does not have
            out += ["", f"# {dotted(path)}:", *(_comment(_INDENT + line) for line in block)]
    body = "\n".join(out) + "\n"
    said = f"Comments say where each entry comes from, and what is not known; --merge renews those that end with{MARK}."
    return f"# Imported by acrdns import [{_digest(body)}]. {said}\n{body}"


def is_untouched(text: str) -> bool:
    """Return whether a file is as an import wrote it: nobody has changed anything in it since."""
    head, _, body = text.partition("\n")
    return bool(HEAD.fullmatch(head)) and f"[{_digest(body)}]" in head


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:12]


def _said(note: Any) -> str:
    return f"{note.what}; {note.remedy}" if note.remedy else str(note.what)


def _depth(places: Places, path: Path) -> int:
    return len(places.nearest(path)[0])


def _line(places: Places, path: Path) -> int | None:
    """Return the line of the nearest thing that the file has; a section alone is no place."""
    found = places.nearest(path)[0] if path else ()
    return places.key(found).line if len(found) > 1 else None


def _ends(lines: list[str], places: Places, sketch: Sketch) -> dict[int, list[str]]:
    """Return the blocks to be uncommented, by the line that they stand behind."""
    ends: dict[int, list[str]] = {}
    for path, block in sketch.blocks.items():
        if path not in places:
            continue
        indent = len(path) * _INDENT
        ends.setdefault(end_of(lines, places, path), []).extend(f"{indent}# {visible(line)}" for line in block)
    return ends


def end_of(lines: list[str], places: Places, path: Path) -> int:
    """Return the number of the last line of an entry or section."""
    end = places.key(path).line
    indent = len(path) * _INDENT
    while end < len(lines) and (lines[end].startswith(indent) or not lines[end].strip()):
        end += 1
    return end


def _comment(text: str) -> str:
    return f"# {visible(text)}"
