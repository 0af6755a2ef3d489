"""*Change it*: forms for what decides the way of a query, each sent by its own button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import htpy as h

from acrdns.teach.web.edits import label, pack
from acrdns.teach.web.forms import OFF, record_lines
from acrdns.teach.web.sections.fields import area, choice, form, text, tick
from acrdns.teach.web.view import identifier, visible
from acrdns.topology import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.teach.web.view import PageView

SHORT = 16_000
"""Letters of a text that the page holds; a longer one is on a page of its own."""
MOST_ZONES = 8
"""Private zones with forms. Further ones are changed in the YAML."""


def change(view: PageView) -> h.Element:
    """Return all forms, the edits so far, and the links that take the state elsewhere."""
    return h.section("#change", aria_labelledby="change-title")[
        h.h2("#change-title")["Change it"],
        _edits(view),
        _part("links", "Zone links and NXDOMAIN redirect", _links(view), opened=True),
        _part("servers", "DNS servers of each network", _servers(view)),
        _part("forwarders", "Forwarders and rulesets", (*_dns_servers(view), *_rulesets(view))),
        _part("records", "Records and private endpoints", (*_records(view), *_endpoints(view))),
        _yaml(view),
    ]


def _part(name: str, title: str, inner: Any, *, opened: bool = False) -> h.Element | None:
    forms = list(inner)
    if not forms:
        return None
    return h.details(id=f"part-{name}", open=opened)[h.summary[title], forms]


def _edits(view: PageView) -> h.Element:
    """Return the list of edits, undo, share and export."""
    changes, state = view.version.changes, view.state
    undo = h.a("#undo.button", href=state.url(edits=pack(changes[:-1])))["Undo"]
    return h.div("#edits")[
        h.p[undo, " ", h.span[visible(label(changes[-1]))]] if changes else None,
        h.details("#edit-list")[
            h.summary[f"All edits ({len(changes)})"],
            h.ol[(h.li[visible(label(each))] for each in changes)],
            h.p[h.a(href=state.url(edits=""))["Start again from the file"]],
        ]
        if len(changes) > 1
        else None,
        h.p(".take")[
            h.a("#share", href=state.url())["Share this state"],
            h.a("#export-yaml", href=state.url("/topology.yaml"), download=True)["Export YAML"],
        ],
    ]


def _links(view: PageView) -> Iterator[h.Element]:
    """Return a form for each zone: linked to which networks, with which policy."""
    topology = view.version.topology
    networks = [name for name, network in topology.networks.items() if network.kind == "virtual_network"]
    for key, zone in list(topology.private_dns_zones.items())[:MOST_ZONES]:
        rows = [_link(key, name, zone.links.get(name)) for name in networks]
        yield form(
            view,
            "links",
            key,
            h.fieldset[h.legend[h.code[visible(key)]], h.ul(".ticks")[rows]],
            live=True,
        )


def _link(key: str, network: str, link: Any) -> h.Element:
    redirects = link is not None and link.resolution_policy == "NxDomainRedirect"
    policy: dict[str, Any] = {"checked": redirects}
    policy["aria_label"] = f"NxDomainRedirect of {visible(key)} at {visible(network)}"
    return h.li[
        h.label[
            h.input(
                type="checkbox",
                name="network",
                value=network,
                checked=link is not None,
                aria_label=f"{visible(key)} linked to {visible(network)}",
            ),
            visible(network),
        ],
        h.span(".note")["in progress"] if link is not None and not link.active else None,
        h.label(".redirect")[h.input(type="checkbox", name="redirect", value=network, **policy), "NxDomainRedirect"]
        if link is not None
        else None,
    ]


def _servers(view: PageView) -> Iterator[h.Element]:
    """Return one form for all vantage points but the internet, a line for each."""
    topology = view.version.topology
    refused = view.refused
    typed: dict[str, str] = {}
    if refused and refused.do == "servers":
        typed = dict(zip(refused.fields.get("key", ()), refused.fields.get("servers", ()), strict=False))
    rows = []
    for vantage in topology.vantages[1:]:
        name = identifier("servers", vantage)
        value = typed.get(vantage, " ".join(topology.vantage(vantage).dns_servers))
        rows += [
            h.input(type="hidden", name="key", value=vantage),
            h.label(for_=name)[visible(vantage)],
            h.input(id=name, name="servers", value=value, spellcheck="false"),
        ]
    if rows:
        yield form(view, "servers", "", h.div(".rows")[rows])


def _dns_servers(view: PageView) -> Iterator[h.Element]:
    """Return a form for each DNS server that people run."""
    topology = view.version.topology
    for key, server in topology.dns_servers.items():
        written = dump.entry(topology, "dns_servers", key)
        conditional = written.get("conditional_forwarders", {})
        yield form(
            view,
            "server",
            key,
            h.fieldset[
                h.legend[h.code[visible(key)], f" in {visible(server.network)}"],
                choice("server", key, "recursion", "Recursion", ("forward", "iterate", "unbound"), server.recursion),
                choice("server", key, "fallback", "Fallback", ("none", "public"), server.fallback),
                text(view, "server", key, "forwarders", "Forwarders, none: public DNS", " ".join(server.forwarders)),
                area(
                    view,
                    "server",
                    key,
                    "conditional",
                    "Conditional forwarders: domain, then addresses",
                    [f"{domain} {' '.join(to)}" for domain, to in conditional.items()],
                ),
            ],
        )


def _rulesets(view: PageView) -> Iterator[h.Element]:
    """Return a form for each forwarding ruleset."""
    topology = view.version.topology
    networks = [name for name, network in topology.networks.items() if network.kind == "virtual_network"]
    for key, ruleset in topology.dns_forwarding_rulesets.items():
        rules = dump.entry(topology, "dns_forwarding_rulesets", key).get("rules", {})
        yield form(
            view,
            "ruleset",
            key,
            h.fieldset[
                h.legend["Ruleset ", h.code[visible(key)]],
                area(
                    view,
                    "ruleset",
                    key,
                    "rules",
                    f"Rules: domain, then addresses, then {OFF} where disabled",
                    [_rule(domain, rule) for domain, rule in rules.items()],
                ),
                h.ul(".ticks")[[tick(key, "network", n, n in ruleset.links) for n in networks]],
            ],
        )


def _rule(domain: str, rule: Any) -> str:
    targets = rule["target_dns_servers"] if isinstance(rule, dict) else rule
    return " ".join((domain, *targets, *((OFF,) if isinstance(rule, dict) else ())))


def _records(view: PageView) -> Iterator[h.Element]:
    """Return a form for each private zone: the records that are made by hand."""
    topology = view.version.topology
    for key in list(topology.private_dns_zones)[:MOST_ZONES]:
        lines = list(record_lines(dump.entry(topology, "private_dns_zones", key).get("records", {})))
        title = "Records made by hand: name, TTL, type, value"
        yield form(
            view,
            "records",
            key,
            h.fieldset[h.legend["Zone ", h.code[visible(key)]], area(view, "records", key, "records", title, lines)],
        )


def _endpoints(view: PageView) -> Iterator[h.Element]:
    """Return a form for each private endpoint of the registry that is asked for."""
    topology = view.version.topology
    states = ("Approved", "Pending", "Rejected", "Disconnected")
    zones = list(topology.private_dns_zones)[:MOST_ZONES]
    for key, endpoint in topology.private_endpoints.items():
        if endpoint.registry == view.registry:
            yield form(
                view,
                "endpoint",
                key,
                h.fieldset[
                    h.legend["Private endpoint ", h.code[visible(key)], f" in {visible(endpoint.network)}"],
                    choice("endpoint", key, "status", "Connection", states, endpoint.status),
                    h.ul(".ticks")[[tick(key, "zone", z, z in endpoint.dns_zone_group) for z in zones]],
                ],
            )


def _yaml(view: PageView) -> h.Element:
    """Return the text of the topology to edit, or a link to it where it is long."""
    yaml = view.version.text
    refused = view.refused is not None and view.refused.do == "yaml"
    if len(yaml) > SHORT and "yaml" not in view.state.more and not refused:
        url = f"{view.state.url(more=(*view.state.more, 'yaml'))}#yaml"
        return h.p[h.a("#open-yaml", href=url)[f"Edit the YAML ({yaml.count(chr(10)):,} lines)"]]
    shown = view.typed("yaml", "", "yaml", yaml)
    return h.details("#part-yaml", open=refused or "yaml" in view.state.more)[
        h.summary["YAML"],
        h.form("#yaml-form", method="post", action=view.state.url("/edit"), autocomplete="off")[
            h.input(type="hidden", name="token", value=view.token),
            h.input(type="hidden", name="do", value="yaml"),
            h.label(for_="yaml")["Topology as YAML"],
            h.textarea("#yaml", name="yaml", rows="24", spellcheck="false", wrap="off")["\n", shown],
            h.button("#yaml-apply", type="submit")["Apply YAML"],
        ],
    ]
