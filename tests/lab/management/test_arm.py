"""Azure Resource Manager's paths: what they show, what they change, and that the running lab follows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.azure import Member
from acrdns.lab.condition import Condition, SyncReason
from acrdns.lab.management.changes import differences
from acrdns.lab.plants import plants
from acrdns.lab.registry_api import app
from acrdns.lab.sites import management_address
from acrdns.names import name
from acrdns.record import Type, rdata_text
from acrdns.resolve.chain import Question
from tests.lab.lab import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.lab.lab import Lab

GROUP = "/subscriptions/0000/resourceGroups/rg-contoso"
CONTOSO = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/contoso"
VERSION = {"api-version": "2025-11-01"}
BEARER = {"Authorization": "Bearer anything"}
ESTATE = """
registries:
  contoso:
    location: eastus
    connected_registries: {factory: {network: plant, login_server: factory.plant.example, address: 192.168.0.20, repositories: [app]}}
networks:
  hub: {address_space: [10.0.0.0/28], peerings: [plant]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16]}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.4}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
"""


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a new lab."""
    made = make(tmp_path_factory.mktemp("lab") / "store", ESTATE)
    yield made
    made.state.close()


def ask(lab: Lab, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
    """Ask Azure Resource Manager."""

    async def asked() -> httpx.Response:
        address = management_address(lab.state.topology.cloud)
        options.setdefault("headers", BEARER)
        options.setdefault("params", VERSION)
        async with lab.client("management.azure.com", address, source="198.18.0.5") as client:
            return await client.request(method, path, json=body, **options)

    return asyncio.run(asked())


def test_a_registry_is_shown_as_az_shows_it(lab: Lab) -> None:
    """With everything nested under `properties`; letter case does not matter."""
    found = ask(lab, "GET", CONTOSO.lower()).json()
    assert (found["name"], found["location"], found["sku"]) == (
        "contoso",
        "eastus",
        {"name": "Premium", "tier": "Premium"},
    )
    assert found["properties"] | {"privateEndpointConnections": [], "creationDate": ""} == {
        "loginServer": "contoso.azurecr.io",
        "creationDate": "",
        "provisioningState": "Succeeded",
        "adminUserEnabled": True,
        "anonymousPullEnabled": False,
        "dataEndpointEnabled": True,
        "dataEndpointHostNames": ["contoso.eastus.data.azurecr.io"],
        "regionalEndpoints": "Disabled",
        "regionalEndpointHostNames": [],
        "networkRuleBypassOptions": "AzureServices",
        "networkRuleSet": {"defaultAction": "Allow", "ipRules": []},
        "publicNetworkAccess": "Enabled",
        "privateEndpointConnections": [],
        "zoneRedundancy": "Disabled",
    }
    assert [each["name"] for each in ask(lab, "GET", CONTOSO.rpartition("/")[0]).json()["value"]] == ["contoso"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("replications", []),
        ("privateEndpointConnections", ["Approved"]),
        ("connectedRegistries", ["ReadOnly"]),
        ("scopeMaps", []),
        ("tokens", []),
    ],
)
def test_lists(lab: Lab, kind: str, expected: list[str]) -> None:
    """Each kind of resource that `az` lists."""
    found = ask(lab, "GET", f"{CONTOSO}/{kind}").json()["value"]
    states = [
        each["properties"].get("mode") or each["properties"]["privateLinkServiceConnectionState"]["status"]
        for each in found
    ]
    assert states == expected
    for each in found:
        assert ask(lab, "GET", each["id"]).json() == each


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        pytest.param("GET", CONTOSO, {"headers": {}}, 401, "AuthenticationFailed", id="no token"),
        pytest.param("GET", CONTOSO, {"params": {}}, 400, "MissingApiVersionParameter", id="no version"),
        pytest.param("GET", CONTOSO.replace("contoso", "none"), {}, 404, "ResourceNotFound", id="no such registry"),
        pytest.param("GET", f"{CONTOSO}/replications/westus", {}, 404, "ResourceNotFound", id="no such replication"),
        pytest.param("GET", f"{CONTOSO}/webhooks", {}, 404, "InvalidResourceType", id="another kind"),
        pytest.param("GET", "/subscriptions", {}, 404, "InvalidResourceType", id="another path"),
        pytest.param("DELETE", CONTOSO, {}, 405, "MethodNotAllowed", id="a registry is not deleted"),
        pytest.param("PATCH", CONTOSO, {"body": [1]}, 400, "InvalidRequestContent", id="no object"),
        pytest.param("PATCH", CONTOSO, {"body": {"properties": {"publicNetworkAccess": "Perhaps"}}}, 400, "InvalidRequestContent", id="another value"),
        pytest.param("PATCH", CONTOSO, {"body": {"properties": {"dataEndpointEnabled": "yes"}}}, 400, "InvalidRequestContent", id="no switch"),
        pytest.param("PATCH", CONTOSO, {"body": {"properties": {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "x"}]}}}}, 400, "InvalidRequestContent", id="no address"),
        pytest.param("PATCH", CONTOSO, {"body": {"properties": {"zoneRedundancy": "Perhaps"}}}, 400, "InvalidRequestContent", id="another word"),
        pytest.param("PUT", f"{CONTOSO}/replications/westus", {"body": {"properties": "all"}}, 400, "InvalidRequestContent", id="properties that are none"),
        pytest.param("PUT", f"{CONTOSO}/replications/atlantis", {"body": {"location": "eastuss"}}, 400, "LocationNotAvailableForResourceType", id="no region"),
        pytest.param("DELETE", f"{CONTOSO}/replications/eastus", {}, 400, "CannotDeleteHomeReplication", id="home region"),
    ],
)  # fmt: skip
def test_refusals(lab: Lab, method: str, path: str, options: dict[str, Any], status: int, code: str) -> None:
    """In ARM's error JSON; nothing changes."""
    response = ask(lab, method, path, **options)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert lab.state.topology is lab.state.written


def challenge(lab: Lab, source: str) -> int:
    """Return the status that a client on the internet gets from the login server."""
    address = next(
        a for a in lab.state.sites.public_addresses() if lab.state.sites.at("internet", a)[0].kind == "login"
    )

    async def asked() -> int:
        async with lab.client("contoso.azurecr.io", address, vantage="internet", source=source) as client:
            return (await client.get("/v2/")).status_code

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("properties", "one", "other", "said"),
    [
        ({"publicNetworkAccess": "Disabled"}, 403, 403, ["registries.contoso: public_network_access_enabled is false, and true in the file"]),
        ({"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "198.18.0.5"}]}}, 401, 403, ["registries.contoso: ip_rules is [198.18.0.5/32], and [] in the file"]),
        ({"networkRuleSet": {"defaultAction": "Deny", "ipRules": []}}, 403, 403, ["registries.contoso: ip_rules is [0.0.0.0/32], and [] in the file"]),
        ({"zoneRedundancy": "Enabled"}, 401, 401, []),
    ],
)  # fmt: skip
def test_a_change_counts_at_once(lab: Lab, properties: dict[str, Any], one: int, other: int, said: list[str]) -> None:
    """The firewall follows, and what differs from the file is said."""
    changes: list[int] = []
    lab.state.on_change.append(lambda: changes.append(1))
    response = ask(lab, "PATCH", CONTOSO, {"properties": properties})
    assert response.status_code == 200
    assert {field: response.json()["properties"][field] for field in properties if field == "zoneRedundancy"} in (
        {},
        properties,
    )
    assert (challenge(lab, "198.18.0.5"), challenge(lab, "198.18.0.6")) == (one, other)
    assert differences(lab.state.written, lab.state.topology) == said
    assert len(changes) == len(said)


def address_of(lab: Lab, fqdn: str) -> list[str]:
    """Return the addresses that a name has in the hub."""
    answer = lab.state.world.answer("hub", Question(name(fqdn), Type.A)).answer
    return [rdata_text(Type.A, rdata) for rrset in answer if rrset.type == Type.A for rdata in rrset.rdatas]


def test_a_replication_comes_and_goes(lab: Lab) -> None:
    """It gets an address in the private endpoint, a name, and the content that there is."""
    path = f"{CONTOSO}/replications/westus"
    response = ask(lab, "PUT", path, {"location": "West US", "properties": {"regionEndpointEnabled": True}})
    assert (response.status_code, response.json()["name"]) == (201, "westus")
    assert lab.state.topology.private_endpoints["contoso-pe"].addresses[Member("data", "westus")] == "10.0.0.5"
    assert address_of(lab, "contoso.westus.data.azurecr.io") == ["10.0.0.5"]
    assert lab.state.store.content.tagged(lab.state.place("contoso", "westus", "hello-world"), "latest")
    assert [each["name"] for each in ask(lab, "GET", f"{CONTOSO}/replications").json()["value"]] == ["eastus", "westus"]
    assert (
        ask(lab, "PUT", path, {"location": "westus", "properties": {"regionEndpointEnabled": False}}).status_code == 200
    )
    assert lab.state.topology.registries["contoso"].routed_regions == ("eastus",)
    assert ask(lab, "DELETE", path).status_code == 200
    assert ask(lab, "DELETE", path).status_code == 204
    assert address_of(lab, "contoso.westus.data.azurecr.io") == []
    assert lab.state.store.content.repositories(lab.state.place("contoso", "westus", "")) == []
    assert differences(lab.state.written, lab.state.topology) == []


def test_a_replication_needs_room_in_the_subnet(lab: Lab) -> None:
    """Where it is full, nothing changes (facts.md section 2.1): the hub has 11 addresses, and two are in use."""
    regions = ["westus", "westus2", "westus3", "centralus", "eastus2", "northeurope", "westeurope", "uksouth", "ukwest"]
    for region in regions:
        assert ask(lab, "PUT", f"{CONTOSO}/replications/{region}", {"location": region}).status_code == 201
    before = lab.state.topology
    response = ask(lab, "PUT", f"{CONTOSO}/replications/japaneast", {"location": "japaneast"})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "SubnetIsFull")
    assert lab.state.topology is before


def test_a_token_with_a_scope_map(lab: Lab) -> None:
    """Made as az does: scope map, token, password; the token then works at the registry."""
    actions = ["repositories/hello-world/content/read"]
    assert ask(lab, "PUT", f"{CONTOSO}/scopeMaps/readers", {"properties": {"actions": actions}}).status_code == 201
    properties = {"scopeMapId": f"{CONTOSO}/scopeMaps/readers", "status": "enabled"}
    assert ask(lab, "PUT", f"{CONTOSO}/tokens/ci", {"properties": properties}).status_code == 201
    made = ask(lab, "POST", f"{CONTOSO}/generateCredentials", {"tokenId": f"{CONTOSO}/tokens/ci"}).json()
    found = lab.state.store.credentials.check("contoso", made["username"], made["passwords"][0]["value"])
    assert found
    assert found.actions == tuple(actions)
    assert [each["name"] for each in ask(lab, "GET", f"{CONTOSO}/tokens").json()["value"]] == ["ci"]
    bad = {"properties": {"scopeMapId": "none"}}
    assert ask(lab, "PUT", f"{CONTOSO}/tokens/bad", bad).status_code == 400


def test_a_connection_of_a_private_endpoint(lab: Lab) -> None:
    """It is rejected, approved and deleted; names and addresses follow, since only an approved one counts."""
    (found,) = ask(lab, "GET", f"{CONTOSO}/privateEndpointConnections").json()["value"]
    path = f"{CONTOSO}/privateEndpointConnections/{found['name']}"
    for status in ("Rejected", "Approved"):
        body = {"properties": {"privateLinkServiceConnectionState": {"status": status}}}
        answer = ask(lab, "PUT", path, body)
        assert answer.json()["properties"]["privateLinkServiceConnectionState"]["status"] == status
        assert lab.state.topology.has_private_link("contoso") == (status == "Approved")
    assert ask(lab, "PUT", path, {"properties": {}}).status_code == 400
    assert ask(lab, "DELETE", path).status_code == 200
    assert lab.state.topology.private_endpoints["contoso-pe"].status == "Disconnected"
    assert ask(lab, "DELETE", f"{path}-none").status_code == 204
    assert ask(lab, "PUT", f"{path}-none", {}).status_code == 404


def test_a_connected_registry_shows_its_activation_and_its_last_sync(lab: Lab) -> None:
    """As the lab has them, and not as the file."""
    path = f"{CONTOSO}/connectedRegistries/factory"
    shown = ask(lab, "GET", path).json()["properties"]
    assert (shown["activation"], shown["parent"]["syncProperties"]["lastSyncTime"]) == ({"status": "Active"}, None)
    lab.state.store.set_note("last sync contoso/factory", "1900000000.0")
    lab.state.store.set_note("activation contoso/factory", "")
    shown = ask(lab, "GET", path).json()["properties"]
    assert shown["activation"] == {"status": "Inactive"}
    assert shown["parent"]["syncProperties"]["lastSyncTime"] == "2030-03-17T17:46:40Z"


def test_client_tokens_of_a_connected_registry(lab: Lab) -> None:
    """Those that are named count at its endpoint, and no others."""
    path = f"{CONTOSO}/connectedRegistries/factory"
    for token in ("robot", "other"):
        lab.state.store.credentials.put("contoso", token, ["repositories/app/content/read"], "secret")
    assert [lab.state.knows_token("contoso/factory", token) for token in ("robot", "other")] == [True, True]
    ids = {"properties": {"clientTokenIds": [f"{CONTOSO}/tokens/robot"]}}
    assert ask(lab, "PATCH", path, ids).status_code == 200
    assert [lab.state.knows_token("contoso/factory", token) for token in ("robot", "other")] == [True, False]
    assert ask(lab, "PATCH", path, {"properties": {"mode": "ReadOnly"}}).status_code == 400


def test_the_admin_user_has_two_passwords(lab: Lab) -> None:
    """Each can be made anew: the old one counts no more, and the other one still does."""

    def signs_in(password: str) -> bool:
        async def asked() -> int:
            async with lab.client("contoso.azurecr.io", "10.0.0.7", auth=("contoso", password)) as client:
                return (await client.get("/v2/")).status_code

        return asyncio.run(asked()) == 200

    def passwords(found: httpx.Response) -> dict[str, str]:
        assert (found.status_code, found.json()["username"]) == (200, "contoso")
        return {each["name"]: each["value"] for each in found.json()["passwords"]}

    before = passwords(ask(lab, "POST", f"{CONTOSO}/listCredentials"))
    assert set(before) == {"password", "password2"}
    after = passwords(ask(lab, "POST", f"{CONTOSO}/regenerateCredential", {"name": "password2"}))
    assert (after["password"], after["password2"] != before["password2"]) == (before["password"], True)
    used = (before["password"], before["password2"], after["password2"])
    assert [signs_in(each) for each in used] == [True, False, True]
    assert ask(lab, "POST", f"{CONTOSO}/regenerateCredential", {"name": "password3"}).status_code == 400
    assert ask(lab, "GET", f"{CONTOSO}/listCredentials").status_code == 404


def test_private_link_resources(lab: Lab) -> None:
    """The members that a private endpoint has, and the one zone for them (facts.md section 2.1)."""
    (found,) = ask(lab, "GET", f"{CONTOSO}/privateLinkResources").json()["value"]
    assert ask(lab, "GET", f"{CONTOSO}/privateLinkResources/registry").json() == found
    assert found["properties"] == {
        "groupId": "registry",
        "requiredMembers": ["registry", "registry_data_eastus"],
        "requiredZoneNames": ["privatelink.azurecr.io"],
    }


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("fabrikam2", None),
        ("Contoso", "AlreadyExists"),
        ("abc", "Invalid"),
        ("with-hyphen", "Invalid"),
        ("", "Invalid"),
    ],
)
def test_whether_a_name_is_free(lab: Lab, wanted: str, reason: str | None) -> None:
    """The names of the topology's registries are taken."""
    path = "/subscriptions/0000/providers/Microsoft.ContainerRegistry/checkNameAvailability"
    asked = {"name": wanted, "type": "Microsoft.ContainerRegistry/registries"}
    found = ask(lab, "POST", path, asked).json()
    assert (found["nameAvailable"], found.get("reason")) == (reason is None, reason)
    assert ask(lab, "GET", path).status_code == 405


def test_a_connected_registry_is_shown_as_it_fares(lab: Lab) -> None:
    """Its activation and its state follow its syncs, its deactivation and a new connection string."""
    path = f"{CONTOSO}/connectedRegistries/factory"
    (plant,) = plants(lab.state.topology)
    condition = Condition(lab.state.store, plant)
    string = lab.state.store.note(f"activation {plant.name}")
    assert string

    def shown() -> tuple[object, ...]:
        found = ask(lab, "GET", path).json()["properties"]
        last = {found["lastActivityTime"], found["parent"]["syncProperties"]["lastSyncTime"]}
        said = [(each["type"], each["code"], each["message"]) for each in found["statusProperties"]]
        return found["activation"]["status"], found["connectionState"], last, said

    assert shown() == ("Active", "Offline", {None}, [])
    condition.synced(1893488405)
    assert shown() == ("Active", "Online", {"2030-01-01T09:00:05Z"}, [])
    condition.failed(SyncReason("token", "contoso.azurecr.io", "denied", "it answers 401"))
    assert shown()[1:] == ("Unhealthy", {"2030-01-01T09:00:05Z"}, [("token", "denied", "it answers 401")])
    condition.failed(SyncReason("messages", "contoso.eastus.data.azurecr.io", "name", "it does not exist"))
    assert shown()[1] == "Offline"
    woken: list[bool] = []
    lab.state.on_change.append(lambda: woken.append(True))
    assert ask(lab, "POST", f"{path}/deactivate").status_code == 200
    assert (shown()[:2], woken) == (("Inactive", "Offline"), [True])
    condition.activate(string)
    condition.synced(1893488405)
    assert shown()[:2] == ("Active", "Online")
    assert ask(lab, "POST", f"{path}-2/deactivate").status_code == 404
    assert ask(lab, "GET", f"{path}/deactivate").status_code == 405


def test_a_request_that_breaks_off_changes_nothing(lab: Lab) -> None:
    """The client goes before its body, which may be left out, has come."""
    messages = iter([{"type": "http.request", "body": b"", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        del message

    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"{CONTOSO}/replications/westus",
        "query_string": b"api-version=2025-11-01",
        "headers": [(b"host", b"management.azure.com"), (b"authorization", b"Bearer x"), (b"content-length", b"9")],
        "server": (management_address(lab.state.topology.cloud), 443),
        "client": ("198.18.0.5", 1),
    }

    async def asked() -> None:
        await app(lab.state)(scope, receive, send)

    asyncio.run(asked())
    assert lab.state.topology.registries["contoso"].regions == ("eastus",)
    assert ask(lab, "PUT", f"{CONTOSO}/replications/westus").status_code == 201
