"""`check --pull` pulls an image from each login server that is checked; `trace --pull` tells how one would go."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.errors import ProbeError
from acrdns.suggest import remedy

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from acrdns.check.endpoints import PlannedEndpoint
    from acrdns.check.estate.pull_story import SimulatedRequest
    from acrdns.probe.pull.reference import ImageName
    from acrdns.probe.pull.result import PullResult
    from acrdns.probe.resolver import Resolver
    from acrdns.report.formats import PlainFormat
    from acrdns.resolve.world import World

DEFAULT = "hello-world:latest"
PullOption = Annotated[
    str | None,
    typer.Option(
        "--pull",
        metavar="[REPOSITORY:TAG]",
        help=f"Pull this image from each registry too, step by step. Without a value: {DEFAULT}.",
    ),
]


def with_default_image(arguments: list[str]) -> list[str]:
    """Return the arguments of a command with the default image after a `--pull` that has none."""
    found: list[str] = []
    for number, argument in enumerate(arguments):
        following = arguments[number + 1] if number + 1 < len(arguments) else "-"
        alone = argument == "--pull" and following.startswith("-")
        found.append(f"--pull={DEFAULT}" if alone else argument)
    return found


def image_of(text: str) -> ImageName:
    """Return the image that `--pull` names. A usage error says what is wrong with it."""
    from acrdns.probe.pull.reference import image_name

    try:
        return image_name(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--pull") from error


def pulled(image: ImageName, endpoints: Sequence[PlannedEndpoint], resolver: Resolver) -> tuple[PullResult, ...]:
    """Pull an image from each login server among the endpoints, or from the one that it names.

    Raises ProbeError without the extra `lab`, and where the endpoints do not have the login server.
    """
    try:
        from acrdns.probe.pull.connection import PullConnection
        from acrdns.probe.pull.pull import pull
    except ModuleNotFoundError as error:
        raise ProbeError(f"--pull needs {error.name}; install it: pip install 'acrdns[lab]'") from error
    from acrdns.probe.pull.credentials import credentials
    from acrdns.probe.resolver import system_hosts, system_servers

    # Programs ask the hosts file before the machine's own servers; it says nothing of a server that --server names.
    hosts = system_hosts() if resolver.servers == system_servers() else {}
    connection = PullConnection(resolver, hosts=hosts, proxy=os.environ.get("ACRDNS_LAB_PROXY", ""))
    logins = [endpoint for endpoint in endpoints if endpoint.member.kind == "login"]
    if image.host:
        known = ", ".join(endpoint.fqdn for endpoint in logins)
        logins = [endpoint for endpoint in logins if endpoint.fqdn == image.host]
        if not logins:
            raise ProbeError(f"--pull: {image.host} is no login server that is checked; there are {known}")
    return tuple(pull(connection, e.registry, e.fqdn, image, credentials(e.fqdn, os.environ)) for e in logins)


def tell_pull(world: World, vantage: str, name: str, format_: PlainFormat, down: Container[str] = ()) -> None:
    """Print the story of a simulated pull while regions are down.

    `name` is an image, a login server, or empty for the only registry.
    """
    from acrdns.report.formats import renderer

    registry, image, requests = simulated_pull(world, vantage, name, down)
    print(renderer("pull", format_)(registry, image, vantage, requests), end="")


def simulated_pull(
    world: World, vantage: str, name: str, down: Container[str] = ()
) -> tuple[str, str, list[SimulatedRequest]]:
    """Return registry, whole image name and requests of a simulated pull; a usage error says what is not there."""
    from acrdns.check.estate.pull_story import pull_story
    from acrdns.cli.arguments import vantage_of

    topology = world.topology
    host, slash, rest = name.removeprefix("https://").partition("/")
    registries = topology.registries.values()
    hosts = {f"{registry.dns_label}.{topology.cloud.registry}": registry for registry in registries}
    wanted = host.lower() or (next(iter(hosts)) if len(hosts) == 1 else "")
    registry = hosts.get(wanted) or topology.registries.get(host)
    if registry is None:
        said = f"{host!r} is no login server" if host else "say which registry"
        raise typer.BadParameter(f"{said}; {remedy(wanted, hosts)}", param_hint="NAME")
    image = image_of(rest if slash and rest else DEFAULT)
    requests = pull_story(world, vantage_of(topology, vantage), registry, image, down)
    return registry.name, f"{registry.dns_label}.{topology.cloud.registry}/{image}", requests
