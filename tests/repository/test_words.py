"""Names and docstrings: one meaning for a name, and English that a maintainer reads at first sight."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from tests.repository.citations import IN_PROSE, missing
from tests.repository.sources import all_docstrings, docstrings, modules

SCHEMA = "acrdns/topology/schema/schema.py"
MODEL = {"acrdns/topology/model.py", "acrdns/topology/network.py"}
"""What was made of what the user wrote: the same things in another form."""

WORDS_FOR_RETURN = frozenset({"Give", "Tell"})


def test_a_class_name_means_one_thing() -> None:
    """No public class name stands for two classes, but for those of the schema and of the model."""
    classes = defaultdict[str, list[str]](list)
    for path, module in modules().items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].append(path)
    pairs = [{SCHEMA, path} for path in MODEL]
    assert {name: paths for name, paths in classes.items() if len(paths) > 1 and set(paths) not in pairs} == {}


def test_a_docstring_says_return() -> None:
    """As every Python reader expects it."""
    lines = [(path, line) for path, line, text in all_docstrings() if text.split(maxsplit=1)[0] in WORDS_FOR_RETURN]
    assert lines == []


def test_what_returns_nothing_does_not_say_return() -> None:
    """A function whose result is None says what it does."""
    says = []
    for path, module in modules().items():
        functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        nothing = [node for node in functions if isinstance(node.returns, ast.Constant) and node.returns.value is None]
        says += [
            (path, node.name)
            for node in nothing
            if (ast.get_docstring(node) or "").startswith("Return ") and node.body[1:]
        ]
    assert says == []


_RIDDLES = re.compile(r"(?:^|(?<=[.!?])\s+|\n\n)(What|Whatever|Whoever|Whose)\b")


def test_a_sentence_has_a_named_subject() -> None:
    """No sentence of a docstring opens with What or Whoever: it names the thing."""
    riddles = [(path, line, found[1]) for path, line, text in all_docstrings() if (found := _RIDDLES.search(text))]
    assert riddles == []


_OWN_WORDS = re.compile(r"\b(anew|alike|told (?:apart|by|from|of)|(?:what|text that|one that|where it) is none)\b")


def test_a_docstring_has_words_of_dns_and_of_azure() -> None:
    """Not those that this program alone would understand: *distinguished* for *told apart*, *no digest* for *none*."""
    own = [
        (path, line, found[1])
        for path, line, text in all_docstrings()
        if (found := _OWN_WORDS.search(" ".join(text.split())))
    ]
    assert own == []


def test_docstrings_are_found() -> None:
    """The reader above reads modules, functions, classes and fields."""
    module = ast.parse(
        '"""A."""\nclass C:\n    """B."""\n    x: int\n    """C."""\n    def f():\n        """Give D."""\n'
    )
    assert sorted(text for _, text in docstrings(module)) == ["A.", "B.", "C.", "Give D."]


def test_what_a_docstring_cites_exists() -> None:
    """Many do, and none leads nowhere."""
    citations = [
        (f"{path}:{line}", found)
        for path, line, text in all_docstrings()
        for found in IN_PROSE.findall(" ".join(text.split()))
    ]
    assert len(citations) > 20
    assert [(place, each) for place, citation in citations for each in missing(citation)] == []
