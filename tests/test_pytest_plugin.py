"""The plugin in projects of others: how a topology is named, and what is said where that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
TOPOLOGY = (Path(__file__).parents[1] / "zones" / "private-link.yaml").read_text()
ASKS = """
def test_it(acrdns_server):
    assert acrdns_server.at("hub").resolver().resolve("contoso.azurecr.io")[0].to_text() == "10.0.0.7"
    assert [query.name for query in acrdns_server.queries] == ["contoso.azurecr.io"]
"""
MARKED = f"import pytest\n@pytest.mark.acrdns('estate.yaml'){ASKS}"


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Run the tests of a project in this process."""
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    return pytester


@pytest.mark.parametrize("options", [[], ["-p", "acrdns.pytest_plugin"], ["--strict-markers"]])
def test_a_marker_names_a_file_beside_the_test(project: pytest.Pytester, options: list[str]) -> None:
    """Nothing has to be said for the plugin to be there, and -p does no harm."""
    folder = project.mkdir("tests")
    (folder / "estate.yaml").write_text(TOPOLOGY)
    (folder / "test_it.py").write_text(MARKED)
    project.runpytest_inprocess(*options).assert_outcomes(passed=1)


def test_a_marker_names_a_file_below_the_root(project: pytest.Pytester) -> None:
    """Where there is none beside the test."""
    (project.mkdir("tests") / "test_it.py").write_text(MARKED)
    (project.path / "estate.yaml").write_text(TOPOLOGY)
    project.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_ini_option_names_a_file_below_the_root(project: pytest.Pytester) -> None:
    """For all tests that name none."""
    project.makepyprojecttoml("[tool.pytest.ini_options]\nacrdns_topology = 'dns/estate.yaml'\n")
    (project.mkdir("dns") / "estate.yaml").write_text(TOPOLOGY)
    project.makepyfile(ASKS)
    project.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "value",
    [
        "'estate.yaml'",
        "Path(__file__).with_name('estate.yaml')",
        "Path('estate.yaml').read_text()",
        "load('estate.yaml')",
    ],
)
def test_the_fixture_can_be_overridden(project: pytest.Pytester, value: str) -> None:
    """With a path, text or a loaded topology."""
    (project.path / "estate.yaml").write_text(TOPOLOGY)
    head = "import pytest\nfrom pathlib import Path\nfrom acrdns.api import load\n@pytest.fixture\ndef acrdns_topology():\n"
    project.makepyfile(f"{head}    return {value}\n{ASKS}")
    project.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MARKED, "*estate.yaml:1:1: cannot be read*"),
        (ASKS, "*no topology is named: write @pytest.mark.acrdns*"),
        (MARKED.replace("('estate.yaml')", "()"), "*the marker takes one topology*"),
    ],
)
def test_an_error_of_that_test(project: pytest.Pytester, text: str, said: str) -> None:
    """And of no other."""
    project.makepyfile(f"{text}\ndef test_other(): pass\n")
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([said])


def test_a_topology_that_does_not_load(project: pytest.Pytester) -> None:
    """With the place of each problem."""
    (project.path / "estate.yaml").write_text("version: 1\nregistries: {contoso: {location: eastus, sku: Gold}}\n")
    project.makepyfile(MARKED)
    result = project.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*estate.yaml:2:*: registries.contoso.sku: *"])
