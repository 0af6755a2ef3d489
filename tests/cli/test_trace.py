"""`acrdns trace` as a user calls it."""

from __future__ import annotations

import json

import pytest

from acrdns.cli import main


@pytest.mark.parametrize(
    "image", ["contoso.azurecr.io/app:1", "https://contoso.azurecr.io/v2/", "Contoso.azurecr.io:443"]
)
def test_an_image_reference_names_its_registry(image: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As `check` reads it."""
    assert main.run(["trace", "private-link", "contoso.azurecr.io", "--from", "hub"]) == 0
    expected = capsys.readouterr()
    assert main.run(["trace", "private-link", image, "--from", "hub"]) == 0
    assert capsys.readouterr() == expected


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("contosoo.azurecr.io", "has no registry contosoo.azurecr.io; did you mean contoso? allowed: contoso"),
        ("contosoo.eastus.data.azurecr.io.", "has no registry contosoo.azurecr.io; did you mean contoso?"),
        ("contoso.nowhere.data.azurecr.io", ""),
        ("contoso.azurecr.io", ""),
        ("www.example", ""),
    ],
)
def test_a_name_of_no_registry_of_the_file_is_said_to_be_one(
    name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, since it is no part of the answer; the names of a registry that the file has need no such line."""
    assert main.run(["trace", "private-link", name]) == 0
    err = capsys.readouterr().err
    assert said in err
    assert bool(said) is bool(err)


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (["private-link-geo", "--from", "hub"], "the pull works"),
        (["private-link-geo", "contoso.azurecr.io/team/app:1", "--from", "hub"], "the pull works"),
        (["private-link-geo"], "the pull fails: acrdns rule ACR406"),
        (["broken/missing-data-record", "contoso.azurecr.io", "--from", "hub"], "the pull fails: acrdns rule ACR401"),
        (
            ["broken/replica-without-record", "contoso.azurecr.io", "--from", "hub", "--down", "East US"],
            "the pull fails: acrdns rule ACR401",
        ),
        (
            ["private-link-geo", "--from", "hub", *(f"--down={each}" for each in ("eastus", "westus", "westeurope"))],
            "the pull fails: acrdns rule ACR410",
        ),
    ],
)
def test_a_pull_is_told_request_by_request(arguments: list[str], last: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Up to the request that fails, and by which rule."""
    assert main.run(["trace", *arguments, "--pull"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == last
    assert main.run(["trace", *arguments, "--pull", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["status"]) == (1, "pass" if last.endswith("works") else "fail")
    assert [request["number"] for request in told["requests"]] == list(range(1, len(told["requests"]) + 1))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["private-link-geo", "contosoo.azurecr.io", "--pull"], "did you mean contoso.azurecr.io?"),
        (["private-link-geo", "contoso.azurecr.io/UPPER", "--pull"], "write REPOSITORY:TAG"),
        (["private-link-geo"], "say which name to ask for"),
        (["private-link-geo", "x.", "--down", "mars"], "no registry is in region 'mars'; there are eastus, westeurope"),
    ],
)
def test_what_cannot_be_told_is_said(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A usage error, with the remedy."""
    assert main.run(["trace", *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
