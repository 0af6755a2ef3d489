"""Every flow of the page without a script: an address is asked for, a form is sent."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acrdns.teach.web.edits import pack
from acrdns.topology.load import load
from acrdns.topology.text.edit import Append, Drop, Edit, Put, Rename
from tests.teach.web.pages import TOKEN, Browser, Document
from tests.teach.web.test_edits import KEYS, VALUES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ZONE = "privatelink.azurecr.io"
HOSTILE = "<img src=x onerror=alert(1)>"
TAG = "<b>\"'&amp;"
"""A network's name has no space."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser at the page."""
    with Browser() as opened:
        yield opened


@pytest.fixture
def opened() -> Iterator[Callable[..., Browser]]:
    """Return a function that opens the page of another topology."""
    with ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(Browser(*args, **kwargs))


def _yaml(page_url: str, browser: Browser) -> str:
    return browser.get(page_url.replace("/?", "/topology.yaml?", 1)).text


def test_the_answer_says_name_vantage_point_and_address(browser: Browser) -> None:
    """As the contract has it."""
    answer = browser.page("/?from=office&name=contoso.azurecr.io&type=A").id("answer")
    assert answer.attributes["role"] == "status"
    assert all(word in answer.text for word in ("contoso.azurecr.io", "office", "10.0.0.7", "private"))


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("from=hub&name=nothing.azurecr.io", "NXDOMAIN"),
        ("from=hub&name=contoso.azurecr.io&type=AAAA", "NODATA"),
        ("from=internet&name=contoso.azurecr.io", "public"),
        ("from=spoke-build&name=git.corp.example", "192.168.0.30"),
    ],
)
def test_other_endings(question: str, says: str, browser: Browser) -> None:
    """A name that is not there, no record of a type, a public address, a zone of a server's own."""
    assert says in browser.page(f"/?{question}").id("answer").text


def test_steps_are_walked_by_links(browser: Browser) -> None:
    """Next and Back go one step on and back, and end at the ends."""
    page = browser.page("/?from=office&name=contoso.azurecr.io&type=A")
    steps = page.id("steps").all("li")
    for number in range(1, len(steps) + 1):
        (current,) = page.id("steps").all(aria_current="step")
        assert current.attributes["id"] == f"step-{number}"
        assert page.id("sentence").text.startswith(f"Step {number} of {len(steps)}")
        page = browser.page(str(page.id("next").attributes["href"]))
    assert page.id("next").attributes["aria-disabled"] == "true"
    back = browser.page(str(page.id("back").attributes["href"]))
    assert back.id("sentence").text.startswith(f"Step {len(steps) - 1} of")


@pytest.mark.parametrize("step", ["0", "99", "-1", "x", "²", "9" * 5000])
def test_a_step_that_is_none_is_the_nearest(step: str, browser: Browser) -> None:
    """Whatever stands in the address."""
    assert browser.page(f"/?from=office&name=contoso.azurecr.io&step={step}").id("steps").all(aria_current="step")


def test_a_link_is_made_undone_and_shared(browser: Browser, opened: Callable[..., Browser]) -> None:
    """The matrix shows what was before, and the address is the state."""
    url = "from=spoke-aks&name=contoso.azurecr.io&type=A"
    changed = browser.send("links", ZONE, to=f"/edit?{url}", network=["hub", "spoke-aks"])
    boxes = {
        box.attributes["aria-label"]: "checked" in box.attributes for box in changed.root.all("input", name="network")
    }
    assert boxes[f"{ZONE} linked to spoke-aks"]
    assert not boxes[f"{ZONE} linked to spoke-build"]
    cells = changed.root.one("table", id="matrix").text
    assert "public 198.51.100.3" in cells
    assert "before: private 10.0.0.7" in cells
    assert "spoke-build: {}" not in _yaml(changed.url, browser)
    elsewhere = opened()
    shared = elsewhere.page(str(changed.id("share").attributes["href"]))
    assert shared.id("answer").text == changed.id("answer").text
    assert shared.id("matrix").text == changed.id("matrix").text
    undone = browser.page(str(changed.id("undo").attributes["href"]))
    assert "before:" not in undone.id("matrix").text
    assert undone.url == f"/?{url}"


def test_comments_are_kept(browser: Browser) -> None:
    """Lines that an edit does not concern stay as they are."""
    before = browser.get("/topology.yaml").text
    after = _yaml(browser.send("links", ZONE, network=["hub", "spoke-aks", "spoke-build"]).url, browser)
    assert before == Path(load("hub-and-spoke-resolver").file).read_text(encoding="utf-8")
    assert after.splitlines()[:8] == before.splitlines()[:8]
    assert "      spoke-aks: {}" in after.splitlines()


def test_export_is_a_download(browser: Browser) -> None:
    """With the file's name."""
    headers = browser.get("/topology.yaml").headers
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''hub-and-spoke-resolver.yaml"


EDITS = [
    ("links", ZONE, {"network": ["hub"], "redirect": ["hub"]}, "resolution_policy: NxDomainRedirect"),
    ("servers", "hub", {"servers": "10.0.1.4, 168.63.129.16"}, "dns_servers: [10.0.1.4, 168.63.129.16]"),
    ("servers", "spoke-aks", {"servers": ""}, None),
    ("server", "192.168.0.53", {"conditional": "azurecr.io 10.0.1.4\nx.example 10.0.1.4"}, "x.example: [10.0.1.4]"),
    ("server", "192.168.0.53", {"conditional": "azurecr.io 10.0.1.4", "recursion": "iterate"}, "recursion: iterate"),
    (
        "server",
        "192.168.0.53",
        {"conditional": "azurecr.io 10.0.1.4", "forwarders": "9.9.9.9"},
        "forwarders: [9.9.9.9]",
    ),
    ("ruleset", "corp", {"rules": "corp.example 192.168.0.53 off", "network": ["spoke-build"]}, "enabled: false"),
    ("ruleset", "corp", {"rules": "corp.example 192.168.0.53", "network": ["hub"]}, "virtual_network_links: [hub]"),
    ("records", ZONE, {"records": "fabrikam 10 A 10.0.0.9 10.0.0.10\nx CNAME a.example"}, "A: [10.0.0.9, 10.0.0.10]"),
    ("endpoint", "contoso-pe", {"status": "Pending", "zone": [ZONE]}, "status: Pending"),
    ("endpoint", "contoso-pe", {"status": "Approved"}, "dns_zone_group: []"),
]


@pytest.mark.parametrize(("do", "key", "fields", "line"), EDITS)
def test_forms_change_the_topology(
    do: str, key: str, fields: dict[str, str], line: str | None, browser: Browser
) -> None:
    """Each form writes its line, and sent a second time changes nothing."""
    changed = browser.send(do, key, **fields)
    assert not changed.alerts
    text = _yaml(changed.url, browser)
    assert text != browser.get("/topology.yaml").text
    if line:
        assert line in text
    assert browser.send(do, key, to=changed.url.replace("/?", "/edit?", 1), **fields).url == changed.url, "no change"


@pytest.mark.parametrize(
    ("do", "key", "fields", "says"),
    [
        ("servers", "hub", {"servers": "ten"}, "changed:networks.hub.dns_servers.0: 'ten' is no IP address"),
        ("servers", "nowhere", {"servers": ""}, "no vantage point 'nowhere'"),
        ("links", "nowhere", {}, "no 'nowhere' in private_dns_zones"),
        ("records", ZONE, {"records": "what is this"}, "no record"),
        ("records", ZONE, {"records": "x 10 SOA y"}, "SOA"),
        ("records", ZONE, {"records": "a 99999999999999999999 A 1.2.3.4"}, "from 0 to 2147483647"),
        ("records", ZONE, {"records": "a 2147483648 A 1.2.3.4"}, "from 0 to 2147483647"),
        ("server", "192.168.0.53", {"conditional": "azurecr.io"}, "names no server"),
        ("ruleset", "corp", {"rules": "corp.example off"}, "names no server"),
        ("fix", "", {"code": "ACR101"}, "gone"),
        ("sing", "", {}, "no form 'sing'"),
    ],
)
def test_a_form_that_cannot_be_done_is_refused(
    do: str, key: str, fields: dict[str, str], says: str, browser: Browser
) -> None:
    """With the reason, and what was typed stays."""
    page = browser.send(do, key, **fields)
    assert "not changed" in page.alerts
    assert says in page.alerts
    for field, typed in fields.items():
        for area in page.root.all("textarea", name=field):
            assert area.text.removeprefix("\n") == typed


def test_yaml_is_edited_as_a_whole(browser: Browser) -> None:
    """The file's line breaks are kept."""
    text = browser.get("/topology.yaml").text
    now = text.replace("      spoke-build: {}\n", "      # gone\n").replace("\n", "\r\n")
    changed = browser.send("yaml", yaml=now)
    assert _yaml(changed.url, browser) == now.replace("\r\n", "\n")
    assert "before: private" in changed.id("matrix").text


def test_a_mistake_in_the_yaml_is_said_with_its_line_and_stays(browser: Browser) -> None:
    """So that it can be mended."""
    page = browser.send("yaml", yaml="version: 1\nregistries: [\n")
    assert ":3:1: this is no YAML" in page.alerts
    assert page.root.one("textarea", name="yaml").text == "\nversion: 1\nregistries: [\n"
    assert "open" in page.id("part-yaml").attributes


def test_aliases_are_counted_as_often_as_they_are_used(browser: Browser) -> None:
    """A few lines may stand for millions."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 8)]
    assert "more than 100,000" in browser.send("yaml", yaml="\n".join(lines)).alerts
    assert (
        "itself" in browser.send("yaml", yaml="a: &a [*a]\n").alerts
        or "100,000" in browser.send("yaml", yaml="a: &a [*a]\n").alerts
    )


def test_a_finding_is_shown_and_mended(opened: Callable[..., Browser]) -> None:
    """By a button, with the commands beside it."""
    browser = opened("broken/network-without-zone-link")
    page = browser.page()
    assert "ACR101" in page.id("findings").text
    assert "line " in page.id("findings").text
    fields: dict[str, Any] = {
        field: page.id("findings").one("input", name=field).attributes["value"] for field in ("code", "fqdn", "vantage")
    }
    mended = browser.send("fix", **fields)
    assert "No findings" in mended.id("findings").text
    assert "ACR101" in mended.id("findings").text, "what is mended"


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ("sync-without-data-endpoint", "ACR115"),
        ("parent-out-of-reach", "ACR116"),
        ("local-name-elsewhere", "ACR316"),
    ],
)
def test_a_connected_registry_that_cannot_synchronize_is_shown(
    scenario: str, code: str, opened: Callable[..., Browser]
) -> None:
    """From the network in which it stands, with what mends it."""
    text = Path(f"tests/scenarios/{scenario}.yaml").read_text(encoding="utf-8").partition("---\n")[0]
    found = opened(text=text).page("/?from=plant").id("findings").text
    assert code in found
    assert "Fix: " in found


@pytest.mark.slow
def test_findings_of_a_large_topology_come_after_the_page(opened: Callable[..., Browser]) -> None:
    """And the YAML is on a page of its own."""
    from scripts.benchmarks._estate import Estate

    browser = opened(text=Estate(80, 20, 1, unlinked=1).text())
    page = browser.page()
    assert page.id("findings").attributes["data-src"]
    assert "error" in browser.get(str(page.id("findings").attributes["data-src"])).text
    link = page.id("findings").one("a").attributes["href"]
    assert "error" in browser.page(str(link)).id("findings").text
    assert page.root.all("textarea", name="yaml") == []
    assert browser.page(str(page.id("open-yaml").attributes["href"])).root.one("textarea", name="yaml").text


def test_names_are_shown_as_text(tmp_path: Path, opened: Callable[..., Browser]) -> None:
    """In keys, records, file names and addresses."""
    topology = {
        "version": 1,
        "registries": {"contoso": {"location": "eastus"}},
        "networks": {
            TAG: {"address_space": ["10.0.0.0/16"], "clients": {TAG: {"dns_servers": []}}},
            "quote\"'": {"address_space": ["10.1.0.0/16"]},
        },
        "private_dns_zones": {
            HOSTILE: {
                "name": "privatelink.azurecr.io",
                "virtual_network_links": {TAG: {}},
                "records": {"x": {"TXT": [HOSTILE]}},
            }
        },
    }
    file = tmp_path / f"{HOSTILE.replace('/', '')}.yaml"
    file.write_text(yaml.safe_dump(topology))
    browser = opened(str(file))
    for url in ("/", f"/?from={quote(TAG)}&name=x.privatelink.azurecr.io&type=TXT"):
        page = browser.page(url)
        assert not page.root.all("img") + page.root.all("b")
        assert TAG in page.id("matrix").text
        assert "&lt;img" in page.reply.text
    changed = browser.send("links", HOSTILE, network=["quote\"'"])
    assert not changed.alerts
    assert not changed.root.all("img")
    assert not browser.send("links", f"{HOSTILE}2").root.all("img")
    assert not opened().page(f"/?from={HOSTILE}&name={HOSTILE}&type={HOSTILE}").root.all("img")


def test_the_file_is_read_again_when_it_changes(tmp_path: Path, opened: Callable[..., Browser]) -> None:
    """One that does not load leaves the page as it was."""
    file = tmp_path / "mine.yaml"
    text = Path(load("private-link").file).read_text(encoding="utf-8")
    file.write_text(text)
    browser = opened(str(file))
    assert "hub" in browser.page().id("from").text
    file.write_text(text.replace("hub", "centre"))
    assert "centre" in browser.page().id("from").text
    file.write_text("networks: [")
    page = browser.page()
    assert "mine.yaml:2:1" in page.alerts
    assert "centre" in page.id("from").text


def test_each_form_is_about_its_own_zone(opened: Callable[..., Browser]) -> None:
    """Where there are several, with links of their own."""
    from scripts.benchmarks._estate import Estate

    text = Estate(2, 20, 1).text()
    page = opened(text=text).page()
    zones = yaml.safe_load(text)["private_dns_zones"]
    assert len(zones) == 2
    for key, zone in zones.items():
        form = page.id(f"links:{key}")
        ticked = {box.attributes["value"] for box in form.all("input", name="network") if "checked" in box.attributes}
        assert ticked == set(zone["virtual_network_links"])
        assert {str(box.attributes["aria-label"]).split(" ")[0] for box in form.all("input", name="network")} == {key}


def test_the_picture_shows_the_way(browser: Browser) -> None:
    """As one image with a title and a description; its dots name zone and network."""
    picture = browser.page("/?from=office&name=contoso.azurecr.io&step=2").id("picture").one("svg", role="img")
    assert "contoso.azurecr.io" in picture.all("title")[0].text
    assert "A client in office asks" in picture.one("desc").text
    dots = {dot.attributes["data-network"] for dot in picture.all(data_zone=ZONE)}
    assert dots == {"hub", "spoke-aks", "spoke-build"}
    assert picture.all("g", class_="later")


@pytest.mark.slow
def test_a_lane_is_unfolded_by_the_address(opened: Callable[..., Browser]) -> None:
    """Of many networks those that the question does not touch are folded."""
    from scripts.benchmarks._estate import Estate

    browser = opened(text=Estate(2, 20, 1).text())
    folded = [
        each.attributes["data-lane"]
        for each in browser.page().id("picture").all("g")
        if "folded" in str(each.attributes.get("class"))
    ]
    assert folded
    now = browser.page(f"/?lane={folded[0]}&lane=nowhere").id("picture")
    assert folded[0] not in [
        g.attributes["data-lane"] for g in now.all("g") if "folded" in str(g.attributes.get("class"))
    ]


def test_the_screenshot_of_the_readme_is_current(browser: Browser, root: Path) -> None:
    """Its drawing is what the page shows: else run `python -m scripts.pictures.page`."""
    shown = browser.get("/picture.svg?from=office&name=contoso.azurecr.io&type=A&step=3")
    assert shown.headers["content-disposition"].endswith("contoso.azurecr.io%20from%20office.svg")
    assert shown.text == (root / "scripts/pictures/page.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("observed", "says"),
    [
        ("hub contoso.azurecr.io 20.45.122.144", "vnet-without-zone-link at hub"),
        ("hub contoso.azurecr.io 20.45.122.144\r\nhub contoso.eastus.data.azurecr.io 20.45.122.150", "(line 29)"),
        ("internet contoso.azurecr.io 20.45.122.144", "All of these answers are right."),
    ],
)
def test_observed_answers_are_explained(observed: str, says: str, opened: Callable[..., Browser]) -> None:
    """By the misconfigurations that `acrdns diagnose` names; what was typed stays."""
    page = opened("broken/network-without-zone-link").send("", to="/diagnose?from=hub", observed=observed)
    assert says in page.id("explained").text
    assert page.id("observed").text.split() == observed.split()


@pytest.mark.parametrize(
    ("observed", "says"),
    [
        ("hubs contoso.azurecr.io 10.0.0.7", "observed:1: there is no vantage point 'hubs'; did you mean hub?"),
        ("hub fabrikam.azurecr.io 10.0.0.7", "no endpoint fabrikam.azurecr.io"),
        (
            "hub contoso.azurecr.io 10.0.0.7\nhub contoso.azurecr.io NXDOMAIN",
            "observed:2: contoso.azurecr.io is NXDOMAIN here, and 10.0.0.7 at line 1",
        ),
        ("hub contoso.azurecr.io", "has no answer"),
        (f"{HOSTILE}\n", "nothing in it is about a registry"),
        ("hub contoso.azurecr.io 10.0.0.7\nhello", "observed:2: 'hello': it is not VANTAGE NAME ADDRESS"),
        ("", "nothing in it is about a registry"),
    ],
)
def test_what_nobody_can_observe_is_refused(observed: str, says: str, browser: Browser) -> None:
    """With its line."""
    page = browser.send("", to="/diagnose", observed=observed)
    assert says in page.alerts
    assert not page.root.all("img")


PATHS = st.sampled_from(
    [
        ("version",),
        ("registries", "contoso"),
        ("networks", "hub", "dns_servers"),
        ("networks", "hub", "peerings", 0),
        ("private_dns_zones", ZONE, "virtual_network_links", "hub"),
        ("private_endpoints", "contoso-pe", "dns_zone_group"),
        ("dns_servers", "192.168.0.53", "zones", "corp.example", "git", "A", 0),
        ("dns_forwarding_rulesets", "corp", "rules", "corp.example"),
    ]
).flatmap(lambda path: st.sampled_from([path[: end + 1] for end in range(len(path))] + [(*path, "x"), (*path, 9)]))


@pytest.mark.slow
@given(
    edits=st.lists(
        st.one_of(
            st.builds(Put, PATHS, VALUES | st.sampled_from([{}, ["10.0.0.9"], {"hub": {}}])),
            st.builds(Drop, PATHS),
            st.builds(Append, PATHS, VALUES),
            st.builds(Rename, PATHS, KEYS),
        ),
        min_size=1,
        max_size=2,
    )
)
def test_any_edits_of_an_address_are_made_or_refused(edits: list[Edit], browser: Browser) -> None:
    """The page says what is wrong with them, and shows the file."""
    packed = {"edits": pack([tuple(edits)])}
    page = Document(browser.client.get("/", params=packed))
    exported = browser.client.get("/topology.yaml", params=packed)
    assert exported.status_code == (400 if "cannot be made" in page.alerts else 200)


QUERIES = st.dictionaries(
    st.sampled_from(["from", "name", "type", "step", "edits", "lesson", "more", "lane"]),
    st.one_of(st.sampled_from(["hub", "contoso.azurecr.io", "A", "AAAA", "ANY", "findings"]), st.text(max_size=20)),
)


@given(
    path=st.sampled_from(["/", "/edit", "/findings", "/picture.svg", "/topology.yaml", "/static/page.js"])
    | st.text("/.%ab\0é", max_size=8),
    query=QUERIES,
)
def test_a_wrong_address_is_never_an_error_of_the_server(path: str, query: dict[str, str], browser: Browser) -> None:
    """It gets a page or a sentence."""
    reply = browser.client.get(f"/{quote(path.lstrip('/'))}", params=query)
    assert 200 <= reply.status_code < 500
    assert reply.text


@pytest.mark.slow
@given(
    form=st.dictionaries(
        st.sampled_from(
            ["do", "key", "network", "servers", "records", "rules", "conditional", "status", "zone", "yaml"]
        ),
        st.sampled_from(["links", "yaml", "records", "endpoint", "ruleset", "server", "servers", ZONE, "hub", "corp"])
        | st.text(max_size=20),
    ),
    query=QUERIES,
)
def test_a_wrong_form_is_never_an_error_of_the_server(
    form: dict[str, str], query: dict[str, str], browser: Browser
) -> None:
    """The same."""
    reply = browser.client.post("/edit", params=query, data={**form, "token": TOKEN})
    assert 200 <= reply.status_code < 500
