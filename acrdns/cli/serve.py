"""`acrdns serve`: answer as Azure would, at an address for every vantage point."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import AssumeOption, assumed

COLLECT_OFTEN = (700, 10, 10)
"""The collector's own defaults. `acrdns.__main__` lets it wait, for commands that end soon; a server lives, and each
reload leaves cycles behind."""


class LogFormat(StrEnum):
    """How the query log is written."""

    TEXT = "text"
    JSON = "json"


def command(  # noqa: PLR0913 -- one argument an option, as DESIGN.md lists them
    topology: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPOLOGY]", help="A topology file, or a sample's name.", autocompletion=completion.topologies
        ),
    ] = None,
    *,
    listen: Annotated[
        list[str] | None,
        typer.Option(
            "--listen", metavar="[VANTAGE=]ADDR[:PORT]", help="Listen here, port 53 if none; may be repeated."
        ),
    ] = None,
    zone_file: Annotated[
        list[str] | None,
        typer.Option("--zone-file", metavar="FILE", help="Serve this zone, authoritatively; may be repeated."),
    ] = None,
    include_from: Annotated[
        list[str] | None,
        typer.Option(
            "--include-from", metavar="DIR", help="Zone files may also include files from here; may be repeated."
        ),
    ] = None,
    upstream: Annotated[
        list[str] | None,
        typer.Option("--upstream", metavar="ADDR[:PORT]", help="Pass other names on to it; may be repeated."),
    ] = None,
    pass_special_names: Annotated[
        bool,
        typer.Option("--pass-special-names", help="Pass localhost, .onion, private PTR and the like on, too."),
    ] = False,
    ecs: Annotated[
        bool, typer.Option("--ecs", help="Answer as the network that EDNS Client Subnet names; the narrowest wins.")
    ] = False,
    by_client: Annotated[
        bool, typer.Option("--by-client", help="Answer as the network that the client's address is in.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Reload when a file changes.")] = False,
    log_queries: Annotated[bool, typer.Option("--log-queries", help="Write a line for each query to stderr.")] = False,
    log_format: Annotated[LogFormat, typer.Option("--log-format", help="How to write them.")] = LogFormat.TEXT,
    query_socket: Annotated[
        str | None,
        typer.Option("--query-socket", metavar="PATH", help="Write them as JSON to whoever connects to this socket."),
    ] = None,
    allow_transfer: Annotated[
        list[str] | None,
        typer.Option("--allow-transfer", metavar="ADDR|CIDR", help="Let it transfer zones; may be repeated."),
    ] = None,
    notify: Annotated[
        list[str] | None,
        typer.Option("--notify", metavar="[VANTAGE=]ADDR[:PORT]", help="Tell it of changes; may be repeated."),
    ] = None,
    tsig_key: Annotated[
        str | None,
        typer.Option("--tsig-key", metavar="FILE", help="Sign NOTIFY, and ask for signed transfers; see tsig-keygen."),
    ] = None,
    ixfr_journal: Annotated[
        str | None,
        typer.Option("--ixfr-journal", metavar="DIR", help="Remember serials and differences across restarts."),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="ADDR|CIDR", help="Refuse all others; may be repeated."),
    ] = None,
    rate_limit: Annotated[
        int | None,
        typer.Option(
            "--rate-limit",
            metavar="N",
            min=1,
            max=1_000_000,
            help="UDP responses a second, of all workers, to a /24 or IPv6 /56.",
        ),
    ] = None,
    slip: Annotated[
        int, typer.Option("--slip", metavar="N", min=0, max=100, help="Truncate every Nth above that, drop the others.")
    ] = 2,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME[:GROUP]", help="Become this user once all ports are bound.")
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option("--metrics", metavar="ADDR:PORT", help="HTTP on loopback: /metrics, /ready and /health."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that answer UDP; default: one a core."),
    ] = None,
    cache_size: Annotated[
        int, typer.Option("--cache-size", metavar="N", min=0, help="Answers kept at an address; 0: none.")
    ] = 100_000,
    assume: AssumeOption = None,
) -> None:
    """Serve a topology, zone files or both over UDP and TCP, until SIGTERM or Ctrl-C.

    Without --listen, `internet` is on 127.0.0.1:5300 and each network on the next port. With it, only the vantage
    points named, or next in order, are served. Zone files are served on the first address. SIGHUP reloads. Sockets
    that systemd passes on are served first, each for the vantage point in its FileDescriptorName.
    """
    if topology is None and not zone_file:
        raise typer.BadParameter("name a topology file, or a zone file with --zone-file", param_hint="TOPOLOGY")
    from acrdns.report.terminal import table
    from acrdns.serve.listen.privileges import identity
    from acrdns.serve.observe.output import LineOutput
    from acrdns.serve.options import Options, RateLimit, allowed, cores, metrics_address, upstreams
    from acrdns.serve.secondaries.options import exposure, transfers
    from acrdns.serve.server import Server
    from acrdns.serve.sources import ClientSelection, Sources
    from acrdns.topology.samples import located

    report = LineOutput().report
    asked = transfers(allow_transfer or (), notify or (), tsig_key, ixfr_journal)
    if asked and not allow_transfer:
        report("acrdns serve: nobody may transfer zones; name the secondaries with --allow-transfer")
    exposed = exposure(tsig_key) if tsig_key else ""
    if exposed:
        report(f"acrdns serve: {exposed}")
    server = Server(
        Options(
            Sources(
                topology and located(topology),
                tuple(zone_file or ()),
                assumed(assume),
                passes_on=bool(upstream),
                include_from=tuple(include_from or ()),
            ),
            listens=tuple(listen or ()),
            watch=watch,
            log=log_format.value if log_queries else None,
            query_socket=query_socket,
            workers=workers or cores(),
            kept=cache_size,
            transfers=asked,
            selection=ClientSelection(ecs, by_client) if ecs or by_client else None,
            upstreams=upstreams(upstream or ()),
            pass_special=pass_special_names,
            allowed=allowed(allow or ()),
            rate_limit=RateLimit(rate_limit, slip) if rate_limit else None,
            user=identity(user) if user else None,
            metrics=metrics_address(metrics) if metrics else None,
        ),
        report,
    )
    gc.set_threshold(*COLLECT_OFTEN)

    def show() -> None:
        rows = [("vantage point", "address"), *((place.vantage, str(place.address)) for place in server.places)]
        text = "".join(f"{line}\n" for line in (*table(rows), "ready")).encode()
        with suppress(OSError):  # a reader that is gone does not stop the server
            while text:
                text = text[os.write(1, text) :]

    server.run(show)
