"""`acrdns web`: the page on which one watches a query travel, and changes its way."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import AssumeOption, assumed
from acrdns.errors import AcrdnsError

NEEDS = ("htpy", "markdown_it", "starlette", "uvicorn")
SAMPLE = "hub-and-spoke-resolver"
PORT = 8053


class LoopbackHost(StrEnum):
    """The addresses that the page may have: others could be reached from elsewhere."""

    IPV4 = "127.0.0.1"
    IPV6 = "::1"
    LOCALHOST = "localhost"


def command(
    topology: Annotated[
        str,
        typer.Argument(
            metavar="[TOPOLOGY]", help="A topology file, or a sample's name.", autocompletion=completion.topologies
        ),
    ] = SAMPLE,
    *,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="TCP port; 0: a free one.")] = PORT,
    host: Annotated[LoopbackHost, typer.Option("--host", help="Loopback address to listen on.")] = LoopbackHost.IPV4,
    folder: Annotated[
        str | None, typer.Option("--lessons", metavar="DIR", help="Lessons of your own, in place of those here.")
    ] = None,
    attach: Annotated[
        str | None,
        typer.Option("--attach", metavar="PATH", help="Show the queries of a server: its --query-socket."),
    ] = None,
    assume: AssumeOption = None,
) -> None:
    """Show a topology as a page in the browser: watch a query travel, change the topology, see what changes.

    The page answers on this machine alone, until SIGTERM or Ctrl-C. It writes no file: export what you have changed.
    """
    missing = [module for module in NEEDS if find_spec(module) is None]
    if missing:
        raise AcrdnsError(f"the page needs {', '.join(missing)}; install it: pip install 'acrdns[web]'")
    import secrets

    from acrdns.teach.lessons.curriculum import lessons
    from acrdns.teach.web.app import PageSource
    from acrdns.teach.web.run import bind, run
    from acrdns.teach.web.watch import QueryWatch
    from acrdns.teach.web.workspace import Workspace
    from acrdns.topology.samples import located

    workspace = Workspace.of_file(located(topology), assumed(assume))
    watch = QueryWatch(attach) if attach else None
    source = PageSource(workspace, secrets.token_urlsafe(24), lessons(folder), watch)
    run(source, bind(host.value, port), host.value, lambda address: print(address, flush=True))
