"""Schedules and connection strings."""

from __future__ import annotations

from datetime import datetime

import pytest

from acrdns.errors import LabError
from acrdns.lab.connected.schedule import NEVER, due, next_after
from acrdns.lab.plants import connection_string, read_connection_string
from acrdns.topology.load import loads
from acrdns.topology.model import ConnectedRegistry
from tests.lab.connected.plant import PLANT


def at(text: str) -> float:
    """Return a time in seconds."""
    return datetime.fromisoformat(f"{text}Z").timestamp()


def connected(schedule: str, window: str | None) -> ConnectedRegistry:
    """Return a connected registry with a schedule."""
    return ConnectedRegistry("factory", "plant", "ReadOnly", None, None, None, (), schedule, "P2D", window)


@pytest.mark.parametrize(
    ("schedule", "window", "since", "now", "end"),
    [
        ("* * * * *", None, "2030-03-17T08:00", "2030-03-17T08:00", None),
        ("0 9 * * *", None, "2030-03-17T08:00", "2030-03-17T08:59", ""),
        ("0 9 * * *", None, "2030-03-17T08:00", "2030-03-17T09:00", "2030-03-17T09:00"),
        ("0 9 * * *", None, "2030-03-17T08:00", "2030-03-19T12:00", "2030-03-19T12:00"),
        ("0 9 * * *", None, "2030-03-17T09:00", "2030-03-17T09:01", ""),
        ("0 9 * * *", "PT3H", "2030-03-17T08:00", "2030-03-17T08:59", ""),
        ("0 9 * * *", "PT3H", "2030-03-17T08:00", "2030-03-17T09:30", "2030-03-17T12:00"),
        ("0 9 * * *", "PT3H", "2030-03-17T08:00", "2030-03-17T12:00", ""),
        ("0 9 * * *", "PT3H", "2030-03-17T08:00", "2030-03-19T10:00", "2030-03-19T12:00"),
        ("0 9 * * mon", "P1D", "2030-03-17T08:00", "2030-03-18T10:00", "2030-03-19T09:00"),
        ("0 0 30 2 *", None, "2030-03-17T08:00", "2030-03-17T09:00", ""),
    ],
)
def test_what_is_due(schedule: str, window: str | None, since: str, now: str, end: str | None) -> None:
    """A window that has passed is missed; without one a late sync is made up for."""
    expected = NEVER if end is None else at(end) if end else None
    assert due(connected(schedule, window), at(since), at(now)) == expected


def test_a_day_that_never_comes_is_never_due() -> None:
    """30 February has no next time."""
    assert next_after(connected("0 0 30 2 *", None), at("2030-03-17T08:00")) == NEVER


def test_a_connection_string_says_what_azure_s_does() -> None:
    """Its fields are those of facts.md section 5, and what is written is read as it was."""
    topology = loads(PLANT, "plant.yaml")
    registry = topology.registries["contoso"]
    text = connection_string(topology, registry, registry.connected_registries["factory"], "secret")
    assert text == (
        "ConnectedRegistryName=factory;SyncTokenName=factory-sync-token;SyncTokenPassword=secret;"
        "ParentGatewayEndpoint=contoso.eastus.data.azurecr.io;ParentEndpointProtocol=https"
    )
    assert read_connection_string(text + "\n") == (
        "factory",
        "factory-sync-token",
        "secret",
        "contoso.eastus.data.azurecr.io",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "'' is no field with a value; ConnectedRegistryName is missing; SyncTokenName is missing"),
        ("ConnectedRegistryName=factory;SyncToken=x", "'SyncToken' is no field with a value"),
        ("ParentEndpointProtocol=http", "ParentEndpointProtocol is http, and the lab has https only"),
    ],
)
def test_another_text_is_no_connection_string(text: str, problem: str) -> None:
    """All that is wrong is said at once."""
    with pytest.raises(LabError) as error:
        read_connection_string(text)
    assert problem in str(error.value)
