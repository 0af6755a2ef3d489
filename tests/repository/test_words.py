"""Names and docstrings: one meaning for a name, and English that a maintainer reads at first sight."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "acrdns").rglob("*.py"))
}

SCHEMA = "acrdns/topology/schema/schema.py"
MODEL = {"acrdns/topology/model.py", "acrdns/topology/network.py"}
"""What was made of what the user wrote: the same things in another form."""

WORDS_FOR_RETURN = frozenset({"Give", "Tell"})


def test_a_class_name_means_one_thing() -> None:
    """No public class name stands for two classes, but for those of the schema and of the model."""
    classes = defaultdict[str, list[str]](list)
    for path, module in MODULES.items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(path)
    pairs = [{SCHEMA, path} for path in MODEL]
    assert {name: paths for name, paths in classes.items() if len(paths) > 1 and set(paths) not in pairs} == {}


def _docstrings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Return line and text of each docstring, those below fields included."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


@pytest.mark.parametrize("path", MODULES)
def test_a_docstring_says_return(path: str) -> None:
    """As every Python reader expects it."""
    lines = [line for line, text in _docstrings(MODULES[path]) if text.split(maxsplit=1)[0] in WORDS_FOR_RETURN]
    assert lines == []


@pytest.mark.parametrize("path", MODULES)
def test_what_returns_nothing_does_not_say_return(path: str) -> None:
    """A function whose result is None says what it does."""
    functions = [node for node in ast.walk(MODULES[path]) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    nothing = [node for node in functions if isinstance(node.returns, ast.Constant) and node.returns.value is None]
    says = [node.name for node in nothing if (ast.get_docstring(node) or "").startswith("Return ") and node.body[1:]]
    assert says == []


_RIDDLES = re.compile(r"(?:^|(?<=[.!?])\s+|\n\n)(What|Whatever|Whoever|Whose)\b")


@pytest.mark.parametrize("path", MODULES)
def test_a_sentence_has_a_named_subject(path: str) -> None:
    """No sentence of a docstring opens with What or Whoever: it names the thing."""
    assert [(line, found[1]) for line, text in _docstrings(MODULES[path]) if (found := _RIDDLES.search(text))] == []


def test_docstrings_are_found() -> None:
    """The reader above reads modules, functions, classes and fields."""
    module = ast.parse(
        '"""A."""\nclass C:\n    """B."""\n    x: int\n    """C."""\n    def f():\n        """Give D."""\n'
    )
    assert sorted(text for _, text in _docstrings(module)) == ["A.", "B.", "C.", "Give D."]
