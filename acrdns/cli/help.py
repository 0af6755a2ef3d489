"""`acrdns help`: the pages that come with the package, and references made from the sources of the program."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

import typer

GROUPS = {
    "Start": {
        "tutorial": "From nothing to a clean estate, in a quarter of an hour.",
        "installing": "Python, extras, image, manifests, service, action and hook.",
        "samples": "The topologies that come with acrdns, right ones and broken ones.",
    },
    "Describe an estate": {
        "model": "A topology by hand, from the registry to the DNS server of the office.",
        "importing": "A topology from output of az, Terraform and templates, and back.",
        "on-premises": "Which name to forward from an office, and by which program.",
        "connected-registry": "A connected registry on premises: its hosts, names and syncs.",
    },
    "Check": {
        "check-laptop": "A registry from your laptop, without a file.",
        "check-pod": "From a pod, which need not have acrdns.",
        "check-windows": "From Windows, with PowerShell or nslookup.",
        "check-later": "Answers of last night, a log or a ticket.",
        "pull-fails": "The pull fails, though DNS is right: find out why.",
        "pulls": "The steps of a pull, and the causes where one fails.",
        "fix-finding": "From a finding to the edit, the command, and a clean file.",
        "explain": "Explain an answer to a colleague: words, pictures, two networks.",
    },
    "Change without an outage": {
        "pipeline": "lint, diff and matrix in CI.",
        "terraform-plan": "A pipeline that stops a plan which breaks a name.",
        "planning": "Addresses for private endpoints, and the order of changes.",
        "wait": "Wait after a change until it has arrived.",
        "firewall": "The allow-list of a firewall: write one, or judge the one you have.",
    },
    "Answer queries": {
        "resolver": "acrdns as the resolver of a machine.",
        "resolver-recipes": "acrdns beside systemd-resolved, dnsmasq, Docker, Kubernetes and others.",
        "secondaries": "acrdns as the hidden primary of NSD, Knot or BIND.",
    },
    "Learn, teach, test": {
        "teaching": "Teach a class: lessons, faults to look at, what to read with each.",
        "page": "acrdns web: watch a query travel, in the browser.",
        "write-a-lesson": "Write a lesson for acrdns learn, and prove it.",
        "lab": "Real clients that pull through a simulated network.",
        "lab-symptoms": "Every fault, and what skopeo and curl say of it.",
        "pytest": "A topology served in tests of your own.",
    },
    "Reference": {
        "topology": "Every field of the topology file.",
        "commands": "Every command and option.",
        "documents": "Every JSON document: its fields, with an example.",
        "config": "Which findings count: options, acrdns.toml and accepted findings.",
        "exit-codes": "What each exit code says, by command.",
        "environment": "Every environment variable that is read.",
        "rules": "The page of every rule.",
        "faults": "Every misconfiguration that acrdns makes, finds and mends.",
        "look-alikes": "Which faults give the same answers, and how to distinguish them.",
        "facts": "What is known of Azure: confirmed, inferred or unknown.",
        "assumptions": "What is assumed where Azure does not say.",
    },
}
"""Topics by group, each with its line in the list, in reading order."""

TOPICS = {topic: line for group in GROUPS.values() for topic, line in group.items()}
"""Each topic and its line."""


def _begun(incomplete: str) -> list[str]:
    """Return topics for completion."""
    return [topic for topic in TOPICS if topic.startswith(incomplete)]


def command(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="One of the topics. Default: list them.", autocompletion=_begun),
    ] = None,
) -> None:
    """Show a page of the documentation as Markdown."""
    if topic is None:
        typer.echo(_listed(), nl=False)
        return
    if topic not in TOPICS:
        from acrdns.suggest import close, either

        near = close(topic, TOPICS, 3, cutoff=0.6)
        hint = f"did you mean {either(near)}?" if near else "acrdns help lists them"
        raise typer.BadParameter(f"there is no topic {topic!r}; {hint}", param_hint="TOPIC")
    typer.echo(page(topic), nl=False)


def _listed() -> str:
    width = max(map(len, TOPICS))
    groups = (
        f"{group}:\n" + "".join(f"  {topic:{width}}  {line}\n" for topic, line in topics.items())
        for group, topics in GROUPS.items()
    )
    return "\n".join(groups)


def page(topic: str) -> str:
    """Return the page of a topic, which ends with a newline."""
    from acrdns.cli import reference

    made = reference.PAGES.get(topic)
    return made() if made else files("acrdns").joinpath(f"pages/{topic}.md").read_text(encoding="utf-8")
