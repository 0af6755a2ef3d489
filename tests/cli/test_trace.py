"""`acrdns trace` as a user calls it."""

from __future__ import annotations

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
