"""An interpreter without what CPython lacks on macOS: a virtual environment whose every process runs `boot` first.

The names that it lacks are read from the type stubs of the standard library (typeshed), whose CI compares them with
CPython on macOS: what is there for `linux` and not for `darwin`. This is no Mac: the kernel is Linux's, and what the
tests in it show is that nothing asks Python for a part of Linux.
"""

from __future__ import annotations

import ast
import json
import shutil
import sys
import sysconfig
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import mypy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STUBS = Path(mypy.__file__).parent / "typeshed" / "stdlib"
MODULES = ("_socket", "fcntl", "mmap", "os", "posix", "resource", "select", "signal", "socket", "termios", "time")
"""Modules of the standard library that have names of one system alone."""
_START = """#!/bin/bash
[ "$1 $2" != "-I -S" ] || set -- -I "${{@:3}}"  # without `site` nothing would be taken away
exec -a "$0" {base} "$@"
"""


def absent(module: str) -> list[str]:
    """Return the names of a module that CPython has on Linux and not on macOS."""
    return sorted(set(names(module, "linux")) - set(names(module, "darwin")))


def names(module: str, platform: str) -> Iterator[str]:
    """Yield the names that a module's stub has for a platform and this version."""
    file = STUBS / f"{module}.pyi"
    file = file if file.exists() else STUBS / module / "__init__.pyi"
    yield from _names(ast.parse(file.read_text(encoding="utf-8")).body, platform)


def _names(body: Sequence[ast.stmt], platform: str) -> Iterator[str]:
    for each in body:
        if isinstance(each, ast.If):
            holds = _holds(each.test, platform)
            yield from _names(each.body if holds else each.orelse, platform)
        elif isinstance(each, ast.FunctionDef | ast.ClassDef):
            yield each.name
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id
        elif isinstance(each, ast.Assign):
            yield from (target.id for target in each.targets if isinstance(target, ast.Name))
        elif isinstance(each, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in each.names)


def _holds(test: ast.expr, platform: str) -> bool:
    """Return whether a stub's condition holds, which is about the platform and the version alone."""
    words = {"sys": type("sys", (), {"platform": platform, "version_info": sys.version_info}), "TYPE_CHECKING": True}
    return bool(eval(compile(ast.Expression(test), "<stub>", "eval"), {"__builtins__": {}}, words))  # noqa: S307


def make(directory: Path) -> Path:
    """Make the environment, with everything that this one has, and return its `python`; `acrdns` is beside it."""
    venv.create(directory, symlinks=True)
    (packages,) = directory.glob("lib/python*/site-packages")
    shutil.copy(Path(__file__).with_name("boot.py"), packages / "acrdns_boot.py")
    (packages / "absent.json").write_text(json.dumps({module: absent(module) for module in MODULES}))
    own = sysconfig.get_path("purelib")
    (packages / "acrdns_boot.pth").write_text(f"import acrdns_boot\nimport site; site.addsitedir({own!r})\n")
    python = directory / "bin" / "python"
    base = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    python.unlink()
    python.write_text(_START.format(base=base))
    acrdns = directory / "bin" / "acrdns"
    acrdns.write_text(f'#!/bin/sh\nexec {python} -m acrdns "$@"\n')
    for each in (python, acrdns):
        each.chmod(0o755)
    return python
