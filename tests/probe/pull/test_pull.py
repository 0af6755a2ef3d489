"""The pull probe against the lab's registry over TLS: each step, and the cause where one fails."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import trustme
import uvicorn

from acrdns.lab.registry_api import app
from acrdns.lab.storage.manifest import manifest_of
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.pull.connection import PullConnection
from acrdns.probe.pull.credentials import PullCredentials
from acrdns.probe.pull.pull import pull
from acrdns.probe.pull.reference import ImageName, image_name
from acrdns.probe.resolver import Resolver, system_hosts
from tests.free_ports import free_address
from tests.lab.lab import Lab, make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from acrdns.probe.pull.result import PullResult

LOGIN, EAST, WEST = "127.0.0.1", "127.0.0.2", "127.0.0.3"
ASKED = {LOGIN: "10.0.0.7", EAST: "10.0.0.8", WEST: "10.0.0.9", "127.0.0.4": "20.0.0.4"}
"""Addresses of this machine, and the addresses in the topology that they stand for."""
NOBODY = Resolver(())


class Served:
    """A lab that answers on sockets."""

    def __init__(self, lab: Lab, port: int, authority: trustme.CA) -> None:
        self.lab = lab
        self.port = port
        self._authority = authority

    def pull(self, image: str = "hello-world:latest", host: str = "contoso.azurecr.io", **addresses: str) -> PullResult:
        """Pull from the hub; addresses are those that DNS gives for the login server and the data endpoint."""
        login = addresses.pop("login", LOGIN)
        names = {host: login, "contoso.eastus.data.azurecr.io": addresses.pop("data", EAST)}
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        known = {name: _answer(name, address) for name, address in names.items()}
        connection = PullConnection(NOBODY, context, self.port, known)
        password = addresses.pop("password", self.lab.state.password)
        credentials = PullCredentials("lab", password, "test") if password else None
        return pull(connection, "contoso", host, image_name(image), credentials)


def _answer(name: str, address: str) -> Observation:
    if address.startswith("127."):
        return Observation(name, Outcome.ANSWER, (address,), (name,), 10, None, (), 1.0, "", None)
    return Observation(name, Outcome(address), (), (name,), None, None, (), 1.0, "", None)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a lab that answers with certificates that name each endpoint, as Azure's do."""
    text = """
registries: {contoso: {location: eastus, replications: [westus], ip_rules: [198.18.0.0/24], public: {addresses: {registry: [20.0.0.4]}}}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
"""
    lab = make(tmp_path_factory.mktemp("lab") / "store", text)
    authority = trustme.CA()
    with _listening(lab, authority) as port:
        yield Served(lab, port, authority)
    lab.state.close()


@contextmanager
def _listening(lab: Lab, authority: trustme.CA) -> Iterator[int]:
    inner = app(lab.state)

    async def seen(scope: Any, receive: Any, send: Any) -> None:
        address = ASKED[scope["server"][0]]
        await inner(scope | {"server": (address, 443), "client": ("10.0.255.4", 1), "vantage": "hub"}, receive, send)

    port = free_address(LOGIN)[1]
    names = {LOGIN: ["*.azurecr.io", "*.eastus.geo.azurecr.io"]}
    everywhere = ["*.eastus.data.azurecr.io", "*.azurecr.io", "*.data.azurecr.io"]
    servers = []
    for address in ASKED:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names.get(address, everywhere)).configure_cert(context)
        listener = socket.create_server((address, port))
        config = uvicorn.Config(seen, lifespan="off", log_config=None, ssl_context_factory=_factory(context))
        config.load()
        servers.append((uvicorn.Server(config), listener))
    thread = threading.Thread(target=asyncio.run, args=(_serve(servers),))
    thread.start()
    try:
        yield port
    finally:
        for server, _ in servers:
            server.should_exit = True
        thread.join()


def _factory(context: ssl.SSLContext) -> Any:
    return lambda _config, _default: context


async def _serve(servers: list[tuple[uvicorn.Server, socket.socket]]) -> None:
    await asyncio.gather(*(server._serve(sockets=[listener]) for server, listener in servers))


def test_a_pull_that_works(served: Served) -> None:
    """Login, token, index and image, then config and layer by their links."""
    found = served.pull()
    assert found.failed is None
    data = "contoso.eastus.data.azurecr.io"
    login = "contoso.azurecr.io"
    assert [(step.step, step.host, step.address, step.http) for step in found.steps] == [
        ("login", login, LOGIN, 401),
        ("token", login, LOGIN, 200),
        ("manifest", login, LOGIN, 200),
        ("manifest", login, LOGIN, 200),
        ("layer", login, LOGIN, 307),
        ("layer", data, EAST, 200),
        ("layer", login, LOGIN, 307),
        ("layer", data, EAST, 200),
    ]


@pytest.mark.parametrize(
    ("options", "step", "cause", "words", "health"),
    [
        pytest.param({"login": "NXDOMAIN"}, "login", "name", "contoso.azurecr.io does not exist", "CONNECTIVITY_DNS_ERROR", id="no login server"),
        pytest.param({"login": "TIMEOUT"}, "login", "dns", "nothing came back from the resolver", "CONNECTIVITY_DNS_ERROR", id="silent resolver"),
        pytest.param({"data": "NXDOMAIN"}, "layer", "name", "contoso.eastus.data.azurecr.io does not exist", "", id="F04"),
        pytest.param({"data": "NODATA"}, "layer", "name", "has no address", "", id="no A record"),
        pytest.param({"data": "SERVFAIL"}, "layer", "dns", "does not resolve: SERVFAIL", "", id="SERVFAIL"),
        pytest.param({"data": "127.0.0.9"}, "layer", "refused", "127.0.0.9 refuses connections", "", id="refused"),
        pytest.param({"login": "127.0.0.4"}, "login", "denied", "client with IP '10.0.255.4' is not allowed access", "CONNECTIVITY_FORBIDDEN_ERROR", id="F21"),
        pytest.param({"login": EAST}, "login", "denied", "DENIED", "CONNECTIVITY_FORBIDDEN_ERROR", id="F32: login name at the data endpoint"),
        pytest.param({"data": LOGIN}, "layer", "certificate", "127.0.0.1 does not do for contoso.eastus.data.azurecr.io", "", id="F32: data name at the login server"),
        pytest.param({"data": WEST}, "layer", "link", "AuthenticationFailed", "", id="another region's data endpoint"),
        pytest.param({"host": "contoso.privatelink.azurecr.io"}, "login", "certificate", "does not do for contoso.privatelink.azurecr.io", "CONNECTIVITY_SSL_ERROR", id="F25"),
        pytest.param({"password": "wrong"}, "token", "credentials", "UNAUTHORIZED", "CONNECTIVITY_ACCESS_TOKEN_ERROR", id="wrong password"),
        pytest.param({"password": ""}, "token", "credentials", "UNAUTHORIZED", "CONNECTIVITY_ACCESS_TOKEN_ERROR", id="no credentials"),
        pytest.param({"image": "hello-world:none"}, "manifest", "absent", "MANIFEST_UNKNOWN", "", id="no such tag"),
        pytest.param({"host": "fabrikam.azurecr.io"}, "login", "absent", "404", "CONNECTIVITY_CHALLENGE_ERROR", id="F32: another registry's address"),
    ],
)  # fmt: skip
def test_a_step_that_fails_has_a_cause(
    served: Served, options: dict[str, Any], step: str, cause: str, words: str, health: str
) -> None:
    """The step, the cause behind it, its words, and the code of az acr check-health."""
    found = served.pull(**options)
    failed = found.failed
    assert failed is not None
    assert (failed.step, failed.cause, found.check_health) == (step, cause, health)
    assert words in failed.message
    assert found.steps[-1] is failed


def test_a_large_layer_is_read_in_part(served: Served) -> None:
    """One byte is enough to see that the data endpoint serves it."""
    layer = bytes(9 << 20)
    lab = served.lab
    lab.push("contoso", "large", layer)
    descriptor = {
        "mediaType": "application/vnd.oci.image.layer.v1.tar",
        "digest": lab.digest(layer),
        "size": len(layer),
    }
    document = json.dumps({"schemaVersion": 2, "layers": [descriptor]}).encode()
    place = lab.state.place("contoso", "eastus", "large")
    image = manifest_of(document, "application/vnd.oci.image.manifest.v1+json")
    lab.state.store.content.put_manifest(place, image, lab.state.arrivals(place), tag="v1")
    found = served.pull("large:v1")
    assert [step.http for step in found.steps[-2:]] == [307, 206]
    assert found.failed is None


def test_a_login_server_is_no_part_of_an_image_s_name() -> None:
    """Where it is one of Azure's; other words with a dot may be the beginning of a repository's name."""
    assert image_name("Contoso.azurecr.io/team/app:1") == ImageName("team/app", "1", "contoso.azurecr.io")
    assert image_name("team.x/app") == ImageName("team.x/app", "latest")


@pytest.mark.parametrize("text", ["", "UPPER:x", "a b", "contoso.azurecr.io/x:y z", "x:", "x@sha256:1", "/x"])
def test_what_is_no_image(text: str) -> None:
    """A name, and a tag or a digest."""
    with pytest.raises(ValueError, match="write REPOSITORY:TAG"):
        image_name(text)


def test_a_hosts_file_wins_over_dns(tmp_path: Path) -> None:
    """As for every client: a name that stands there is not asked for; lines that are none are left out."""
    file = tmp_path / "hosts"
    file.write_text("127.0.0.1 localhost\n# 10.0.0.9 other\n10.0.0.7 Contoso.azurecr.io contoso # pinned\nnonsense\n")
    hosts = system_hosts(str(file))
    assert hosts == {"localhost": ("127.0.0.1",), "contoso.azurecr.io": ("10.0.0.7",), "contoso": ("10.0.0.7",)}
    assert PullConnection(NOBODY, hosts=hosts)._addresses("contoso.azurecr.io") == ("10.0.0.7",)
    assert system_hosts(str(tmp_path / "none")) == {}
