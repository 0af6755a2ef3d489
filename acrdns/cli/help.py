"""`acrdns help`: the pages that come with the package, and references made from what the program has."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

import typer

TOPICS = {
    "tutorial": "From nothing to a checked resolver, step by step.",
    "importing": "From output of az, Terraform and templates to a topology, and back.",
    "pipeline": "lint, diff and matrix in CI.",
    "config": "Which findings count: options, acrdns.toml and accepted findings.",
    "pytest": "A topology served in tests of your own.",
    "resolver": "acrdns as the resolver of a machine.",
    "resolver-recipes": "acrdns beside systemd-resolved, dnsmasq, unbound and others.",
    "secondaries": "acrdns as the hidden primary of NSD, Knot or BIND.",
    "installing": "Image, manifests, service, action and hook.",
    "lab": "Real clients that pull through a simulated network.",
    "pulls": "The steps of a pull, the causes where one fails, and what tries it.",
    "lab-symptoms": "Every fault, and what skopeo and curl say of it.",
    "firewall": "Traffic by operation, lists for firewalls, and lists judged.",
    "planning": "Addresses for private endpoints, and changes without an outage.",
    "look-alikes": "Which faults give the same answers, and what tells them apart.",
    "teaching": "Faults to look at, and what to read with each.",
    "page": "acrdns web: the page on which one watches a query travel.",
    "write-a-lesson": "Lessons of one's own for acrdns learn, from nothing to proven.",
    "topology": "Every field of the topology file.",
    "commands": "Every command and option.",
    "facts": "What is known of Azure: confirmed, inferred or unknown.",
    "rules": "The page of every rule.",
    "assumptions": "What is assumed where Azure does not say.",
}


def _begun(incomplete: str) -> list[str]:
    """Return topics for completion."""
    return [topic for topic in TOPICS if topic.startswith(incomplete)]


"""Each topic and its line in the list, in reading order."""


def command(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="One of the topics. Default: list them.", autocompletion=_begun),
    ] = None,
) -> None:
    """Show a page of the documentation as Markdown."""
    if topic is None:
        from acrdns.report.terminal import table

        for line in table(list(TOPICS.items())):
            typer.echo(line)
        return
    if topic not in TOPICS:
        from acrdns.suggest import remedy

        raise typer.BadParameter(f"there is no topic {topic!r}; {remedy(topic, TOPICS)}", param_hint="TOPIC")
    typer.echo(page(topic), nl=False)


def page(topic: str) -> str:
    """Return the page of a topic, which ends with a newline."""
    made = {"topology": _fields, "commands": _commands, "rules": _rules, "assumptions": _assumptions}.get(topic)
    return made() if made else files("acrdns").joinpath(f"pages/{topic}.md").read_text(encoding="utf-8")


def _fields() -> str:
    import json

    from acrdns.report.fields import markdown

    schema = files("acrdns").joinpath("topology/topology.schema.json").read_text(encoding="utf-8")
    return markdown(json.loads(schema))


def _rules() -> str:
    from acrdns.check.profile import Profile
    from acrdns.check.rules import rules
    from acrdns.report.page import markdown

    profile = Profile()
    return "\n".join(markdown(rule, profile.severity(rule.code)) for rule in rules())


def _assumptions() -> str:
    from acrdns.topology.assumptions import ASSUMPTIONS

    rows = (f"| `{each.name}` | {each.mark.lower()} | {each.says} | {each.source} |\n" for each in ASSUMPTIONS)
    head = "| name | mark | what is assumed | facts |\n| --- | --- | --- | --- |\n"
    return f"# Assumptions\n\nThose with a switch take `--assume NAME` or `--assume NAME=no`.\n\n{head}{''.join(rows)}"


def _commands() -> str:
    from acrdns.cli.main import COMMANDS, load

    return "# Commands\n\n" + "\n".join(_command(f"acrdns {name}", load(name)) for name in COMMANDS)


def _command(path: str, found: typer.core.TyperCommand) -> str:
    inner = getattr(found, "commands", None)
    if inner:
        return "\n".join(_command(f"{path} {name}", each) for name, each in inner.items())
    context = found.make_context(
        path, [], resilient_parsing=True, help_option_names=["-h", "--help"], terminal_width=100
    )
    return f"## {path}\n\n```text\n{found.get_help(context)}\n```\n"
