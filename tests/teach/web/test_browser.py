"""Every flow of the page in Chromium: by mouse, by keyboard and without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.serve.running import Running, ask
from tests.teach.web.chromium import Watched, settled, web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    Way = tuple[Callable[[Locator], None], Callable[..., Page], bool]

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.xdist_group("browser")]
ZONE = "privatelink.azurecr.io"
QUESTION = "/?from=office&name=contoso.azurecr.io&type=A"
WRITTEN = """root => {
    const write = (node) => {
        if (node.nodeType !== 1) return node.nodeType === 3 ? node.data : "";
        // Somebody may have opened a fold.
        const given = [...node.attributes].filter(({ name }) => name !== "open").map(({ name, value }) => `${name}=${value}`);
        const state = "value" in node ? [node.value, node.checked] : [];
        return `<${node.localName} ${given.sort()} ${state}>${[...node.childNodes].map(write).join("")}<>`;
    };
    return write(root);
}"""
"""An element as text, the same for equal ones: attributes in order, and what fields hold."""


@pytest.fixture(scope="module")
def origin(program: Callable[[str], str]) -> Iterator[str]:
    """Return the address of a page of the sample with all kinds of servers."""
    program("chromium")
    with web("hub-and-spoke-resolver") as address:
        yield address


@pytest.fixture
def opened(browser: Browser, origin: str) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; at its end nothing was complained of, and nobody else asked."""
    contexts: list[Watched] = []

    def opener(path: str = QUESTION, **options: object) -> Page:
        contexts.append(Watched(browser, origin, **options))
        return contexts[-1].open(path)

    yield opener
    for context in contexts:
        context.close()


def _click(target: Locator) -> None:
    target.click()


def _press(target: Locator) -> None:
    """Use a control as the keyboard does."""
    target.focus()
    target.press("Space" if target.get_attribute("type") == "checkbox" else "Enter")


WAYS = {
    "mouse": (_click, {}),
    "keyboard": (_press, {}),
    "mouse without script": (_click, {"java_script_enabled": False}),
    "keyboard without script": (_press, {"java_script_enabled": False}),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, opened: Callable[..., Page]) -> Way:
    """Return a way to use the page, how to open it so, and whether a script runs."""
    act, options = WAYS[request.param]
    return act, lambda path=QUESTION: opened(path, **options), not options


def _same_as_loaded(page: Page, opened: Callable[..., Page]) -> None:
    """Assert that the page that the script made is the one that its address gives."""
    settled(page)
    at = urlsplit(page.url)
    fresh = opened(f"{at.path}?{at.query}")
    settled(fresh)
    assert page.locator("main").evaluate(WRITTEN) == fresh.locator("main").evaluate(WRITTEN)


def test_steps(way: Way, opened: Callable[..., Page]) -> None:
    """Next and Back move the current step, its sentence and the address."""
    act, opener, script = way
    page = opener()
    current = page.locator("#steps [aria-current=step]")
    for name, number in (("Next", 2), ("Next", 3), ("Back", 2)):
        act(page.get_by_role("link", name=name, exact=True))
        settled(page)
        assert current.get_attribute("id") == f"step-{number}"
        assert page.locator("#sentence").inner_text().startswith(f"Step {number} of 3")
        assert f"step={number}" in page.url
        if script:
            assert page.evaluate("document.activeElement.id") == name.lower()
    if script:
        _same_as_loaded(page, opened)
        page.go_back()
        page.locator("#step-3[aria-current=step]").wait_for()


def test_letters_move_the_step(opened: Callable[..., Page]) -> None:
    """Keys n and p, but not in a field."""
    page = opened()
    page.keyboard.press("n")
    page.locator("#step-2[aria-current=step]").wait_for()
    page.keyboard.press("p")
    page.locator("#step-1[aria-current=step]").wait_for()
    page.locator("#name").press("n")
    settled(page)
    assert page.locator("#step-1[aria-current=step]").count() == 1


def test_question(way: Way, opened: Callable[..., Page]) -> None:
    """The form of the question leads to the answer."""
    act, opener, script = way
    page = opener()
    page.locator("#name").fill("contoso.westeurope.data.azurecr.io")
    page.locator("#from").select_option("internet")
    act(page.get_by_role("button", name="Ask"))
    page.locator("#answer", has_text="198.51.100.4").wait_for()
    assert "from=internet" in page.url
    if script:
        _same_as_loaded(page, opened)


def test_link_and_undo(way: Way, opened: Callable[..., Page]) -> None:
    """A link is taken away, the matrix says what was, and undo brings it back."""
    act, opener, script = way
    page = opener()
    box = page.get_by_role("checkbox", name=f"{ZONE} linked to hub")
    act(box)
    if script:
        page.locator("#matrix .changed").first.wait_for()
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"{ZONE} linked to hub"
    else:
        act(box.locator("xpath=ancestor::form").get_by_role("button", name="Apply", exact=True))
    cell = page.locator("#matrix tr", has_text="hub").locator("td").first
    assert cell.inner_text().split() == [
        "public",
        "198.51.100.3",
        "not",
        "as",
        "meant",
        "before:",
        "private",
        "10.0.0.7",
    ]
    assert not box.is_checked()
    assert "198.51.100.3" in page.locator("#answer").inner_text()
    assert "ACR" in page.locator("#findings").inner_text()
    if script:
        _same_as_loaded(page, opened)
    act(page.get_by_role("link", name="Undo", exact=True))
    page.locator("#answer", has_text="10.0.0.7").wait_for()
    assert box.is_checked()


def test_findings_are_mended(way: Way, opened: Callable[..., Page]) -> None:
    """By the button of the finding."""
    act, opener, script = way
    page = opener()
    act(page.get_by_role("checkbox", name=f"{ZONE} linked to hub"))
    if not script:
        act(page.get_by_title(f"links of {ZONE}"))
    act(page.get_by_role("button", name="Try the fix").first)
    page.locator("#findings", has_text="No findings").wait_for()
    assert page.get_by_role("checkbox", name=f"{ZONE} linked to hub").is_checked()
    if script:
        _same_as_loaded(page, opened)


def test_servers_forwarders_and_records(way: Way, opened: Callable[..., Page]) -> None:
    """Each form is sent by its own button."""
    act, opener, script = way
    page = opener()
    for title in ("DNS servers of each network", "Forwarders and rulesets", "Records and private endpoints"):
        act(page.locator("summary", has_text=title))
    page.get_by_label("office", exact=True).fill("")
    act(page.get_by_title("DNS servers of networks"))
    page.locator("#undo").wait_for()
    assert "public" in page.locator("#answer").inner_text()
    fields = (
        ("conditional", "192.168.0.53", "azurecr.io 10.0.1.4\nexample.com 10.0.1.4"),
        ("records", ZONE, "contoso 60 TXT hello"),
    )
    for field, key, text in fields:
        form = page.locator(f'form:has(input[name=key][value="{key}"]):has([name={field}])')
        if not form.locator(f"[name={field}]").is_visible():
            act(page.locator("details", has=form).locator("summary").first)
        form.locator(f"[name={field}]").fill(text)
        act(form.get_by_role("button", name="Apply", exact=True))
        page.locator("#undo + span", has_text=key if field == "records" else "example.com").wait_for()
    if script:
        _same_as_loaded(page, opened)


def test_yaml(way: Way, opened: Callable[..., Page]) -> None:
    """A mistake is said with its line, and what was typed stays; mended, it is shown."""
    act, opener, script = way
    page = opener()
    area = page.locator("textarea[name=yaml]")
    act(page.locator("summary", has_text="YAML").last)
    text = area.input_value()
    area.fill(text.replace("dns_servers: [192.168.0.53]", "dns_servers: [x"))
    act(page.get_by_role("button", name="Apply YAML"))
    page.get_by_role("alert").filter(has_text=re.compile(r"yaml:\d+:\d+: ")).wait_for()
    assert "dns_servers: [x" in area.input_value()
    area.fill(text.replace("dns_servers: [192.168.0.53]", "dns_servers: []  # none"))
    act(page.get_by_role("button", name="Apply YAML"))
    page.locator("#answer", has_text="public").wait_for()
    assert page.get_by_role("alert").inner_text() == ""
    if script:
        _same_as_loaded(page, opened)


def test_export_and_share(way: Way, opened: Callable[..., Page], tmp_path: Path) -> None:
    """What is downloaded has the edit, and so has the address in another browser."""
    act, opener, script = way
    page = opener()
    act(page.get_by_role("checkbox", name=f"{ZONE} linked to hub"))
    if not script:
        act(page.get_by_title(f"links of {ZONE}"))
    page.locator("#undo").wait_for()
    with page.expect_download() as download:
        act(page.get_by_role("link", name="Export YAML"))
    assert download.value.suggested_filename == "hub-and-spoke-resolver.yaml"
    download.value.save_as(tmp_path / "exported.yaml")
    text = (tmp_path / "exported.yaml").read_text()
    assert text.startswith("# Hub and spokes")
    assert "hub: {}" not in text
    shared = page.get_by_role("link", name="Share").get_attribute("href")
    other = opened(str(shared))
    assert other.locator("#answer").inner_text() == page.locator("#answer").inner_text()
    assert other.locator("#matrix").inner_text() == page.locator("#matrix").inner_text()


def test_a_dot_links(opened: Callable[..., Page]) -> None:
    """A click on a dot of the picture does what its checkbox does, and the picture shows it."""
    page = opened()
    page.locator("circle[data-network=hub]").click()
    page.locator("#answer", has_text="198.51.100.3").wait_for()
    page.locator("circle.unlinked[data-network=hub]").wait_for()
    assert not page.get_by_role("checkbox", name=f"{ZONE} linked to hub").is_checked()
    page.locator("circle[data-network=hub]").click()
    page.locator("#answer", has_text="10.0.0.7").wait_for()
    _same_as_loaded(page, opened)


def test_a_lesson(way: Way, opened: Callable[..., Page]) -> None:
    """It is opened by its title, and solved by a link."""
    act, opener, script = way
    page = opener()
    act(page.get_by_role("link", name="A zone is seen through links"))
    status = page.locator("#lesson [role=status]")
    status.filter(has_text="not solved").wait_for()
    act(page.get_by_role("checkbox", name=f"{ZONE} linked to hub"))
    if not script:
        act(page.get_by_title(f"links of {ZONE}"))
    status.filter(has_not_text="not solved").wait_for()
    assert status.inner_text().strip() == "solved"
    if script:
        _same_as_loaded(page, opened)


def test_diagnosis(way: Way) -> None:
    """Answers observed elsewhere are explained."""
    act, opener, _ = way
    page = opener()
    page.get_by_label("Answers observed elsewhere").fill("office contoso.azurecr.io 198.51.100.3")
    act(page.get_by_role("button", name="Diagnose"))
    page.locator("#explained", has_text="resolver-network-without-zone-link at hub").wait_for()


def test_live_queries(browser: Browser, tmp_path: Path) -> None:
    """A query at a running server appears, and leads to its way; a server that comes back is attached again."""
    socket = tmp_path / "queries"
    arguments = ("private-link", "--listen=hub=127.0.0.1:0", "--workers=1", f"--query-socket={socket}")
    with web("private-link", "--attach", str(socket)) as origin:
        watched = Watched(browser, origin)
        page = watched.open()
        attached = page.locator("#attached")
        attached.filter(has_text="Waiting for a server").wait_for()
        for _ in range(2):
            with Running(*arguments) as server:
                attached.filter(has_text="Attached to").wait_for()
                ask(server.address("hub"), "contoso.azurecr.io")
                page.get_by_role("link", name="contoso.azurecr.io A").first.wait_for()
            attached.filter(has_text="Waiting for a server").wait_for()
        page.get_by_role("link", name="contoso.azurecr.io A").first.click()
        page.locator("#answer", has_text="10.0.0.7").wait_for()
        watched.close()


def test_what_is_being_typed_stays(opened: Callable[..., Page]) -> None:
    """While something else on the page changes."""
    page = opened()
    page.locator("summary", has_text="YAML").last.click()
    page.locator("textarea[name=yaml]").fill("half a thought")
    page.get_by_role("link", name="Next", exact=True).click()
    page.locator("#step-2[aria-current=step]").wait_for()
    assert page.locator("textarea[name=yaml]").input_value() == "half a thought"
    assert page.locator("textarea[name=yaml]").is_visible()


SHAPES = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), SHAPES)
def test_axe_finds_nothing(
    width: int, scheme: str, opened: Callable[..., Page], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """WCAG 2.2 AA and best practices, with everything opened; pictures are kept for people to look at."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(
        QUESTION,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    page.get_by_role("checkbox", name=f"{ZONE} linked to hub").click()
    page.locator("#undo").wait_for()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.screenshot(path=tmp_path_factory.getbasetemp() / f"page-{width}-{scheme}.png", full_page=True)
    results = Axe().run(page)
    found = {each["id"]: [node["html"][:200] for node in each["nodes"]] for each in results.response["violations"]}
    assert found == {}
    width_of_page = page.evaluate("document.documentElement.scrollWidth")
    assert width_of_page <= width, "the page itself does not scroll sideways"
