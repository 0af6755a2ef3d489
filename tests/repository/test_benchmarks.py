"""The benchmarks run: a short one, whose numbers prove nothing, but whose answers are checked all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core to ask from, and one to answer on")
def test_serve(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Every kind of question is answered, nothing is lost for good, and each limit has its verdict."""
    program("nsd")
    program("gcc")
    sizes = ("--registries", "50", "--estate", "20")
    arguments = ("--rounds", "1", "--seconds", "0.5", *sizes, "--servers", "NSD,acrdns,echo")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "serve", *arguments, "--json", str(tmp_path / "found.json")],
        check=False, cwd=root, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    for where in ("", "hub-0"):
        ours = [row for row in found["rows"] if row["where"] == where and row["server"].startswith("acrdns")]
        assert {"repeated", "case", "misses", "flood", "parents", "mixed", "beside"} <= {row["kind"] for row in ours}
    assert all(min(row["queries"]) > 0 for row in found["rows"])
    assert len(found["verdicts"]) >= 7


@pytest.mark.interop
@pytest.mark.slow
def test_load(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Every program loads the file, every server answers from it, and ours is held against the slower peer."""
    for name in ("nsd", "knotd", "nsd-checkzone", "kzonecheck", "named-checkzone"):
        program(name)
    arguments = ("--rounds", "2", "--names", "500", "--json", str(tmp_path / "found.json"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "load", *arguments],
        check=False, cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    rows = {(row["program"], row["what"]): row for row in found["rows"]}
    assert [what for name, what in rows if name == "acrdns"] == ["served", "loaded"]
    assert all(len(row["wall"]) == 2 and min(row["wall"]) > 0 for row in rows.values())
    served = {name: row["median"] for (name, what), row in rows.items() if what == "served"}
    ratio = served["acrdns"] / max(served["nsd"], served["knotd"])
    assert rows["acrdns", "served"]["ratio"] == pytest.approx(ratio)
    assert done.returncode == (ratio > found["limit"])


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core to ask from, and one to answer on")
def test_options(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Each option has its rows, of questions that the cache knows and that it does not."""
    program("gcc")
    arguments = ("--rounds", "1", "--seconds", "0.2", "--registries", "50", "--json", str(tmp_path / "found.json"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "options", *arguments],
        check=False, cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "found.json").read_text())["rows"]
    asked = {row["server"] for row in rows if row["server"].startswith("acrdns")}
    assert asked == {"acrdns", "acrdns --metrics", "acrdns --allow", "acrdns --rate-limit"}
    assert all(min(row["queries"]) > 0 for row in rows)


@pytest.mark.interop
@pytest.mark.slow
def test_upstream(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Each forwarder answers every name, and ours has a limit."""
    for each in ("nsd", "unbound", "dnsmasq", "dnsperf"):
        program(each)
    arguments = ("--rounds", "1", "--names", "300", "--json", str(tmp_path / "found.json"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "upstream", *arguments],
        check=False, cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    rows = {row["name"]: row for row in json.loads((tmp_path / "found.json").read_text())["rows"]}
    assert set(rows) == {"acrdns", "unbound", "dnsmasq"}
    ours = rows["acrdns"]
    assert done.returncode == (ours["microseconds"][0] > 300 or ours["rates"][0] < 3000)


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core to ask from, and one to answer on")
def test_lab(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Both registries take and give every blob whole, and answer every request for a manifest."""
    for name in ("docker-registry", "curl", "wrk", "skopeo"):
        program(name)
    arguments = ("--rounds", "1", "--size", "8", "--json", str(tmp_path / "found.json"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "lab", *arguments],
        check=False, cwd=root, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    rows = json.loads((tmp_path / "found.json").read_text())
    assert [row["what"] for row in rows] == [
        "GET of a blob",
        "PUT of a blob",
        "pulls at once",
        "manifests a second",
    ]
    assert all(row["ours"] > 0 and row["peer"] > 0 for row in rows)
    assert "lab run -- true" in done.stdout


@pytest.mark.slow
def test_diagnosis(root: Path, tmp_path: Path) -> None:
    """The faults that were put in are found, and the topologies that were simulated are counted."""
    arguments = ("--rounds", "1", "--endpoints", "10", "--json", str(tmp_path / "found.json"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "diagnosis", *arguments],
        check=False, cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "found.json").read_text())["rows"]
    assert {len(row["faults"]) for row in rows} == {1, 2}
    assert all(row["simulated"] > 1 and row["found"] and row["wrong"] for row in rows)


@pytest.mark.slow
def test_matrix(root: Path, tmp_path: Path) -> None:
    """Rows are chosen by words of their names, and each edit changes the cells that it should."""
    rows = ("diff", "link", "load", "registry")
    sizes = ("--registries", "50", "--networks", "20", "--rounds", "1", "--edits", "1")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "matrix", *rows, *sizes, "--json", str(tmp_path / "found.json")],
        check=False, cwd=root, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    assert not found["rows"]
    cells = {row["what"]: row["cells"] for row in found["edits"]}
    assert cells == {
        "diff": 175,
        "a link": 175,
        "a link's policy": 175,
        "a zone's own link": 525,
        "a registry added": 42,
        "a registry removed": 147,
        "a registry renamed": 294,
        "a file that does not load": 0,
        "a file that loads again": 0,
    }
    assert done.returncode == bool(found["over"])


@pytest.mark.slow
def test_imports(root: Path, tmp_path: Path) -> None:
    """Each kind of file is imported, indented and on one line, and has the size that was asked for."""
    arguments = ("--megabytes", "1", "--json", str(tmp_path / "found.json"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "imports", *arguments],
        check=False, cwd=root, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr  # of so small a file, the program itself is more than ten times
    rows = json.loads((tmp_path / "found.json").read_text())
    assert len(rows) == 8
    assert all(row["size"] == pytest.approx(1_000_000, rel=0.05) and row["peak"] > row["size"] for row in rows)
