"""`acrdns observe` against what the tools really print, on a machine whose resolver is a vantage point of a sample."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from acrdns.probe.transcripts.read import read
from acrdns.probe.transcripts.recipes import recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acrdns.probe.answer import ReadFile

pytestmark = pytest.mark.interop

SAMPLE = "zones/private-link-geo.yaml"
NAMES = ["contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "nobody.azurecr.io"]
ADDRESSES = {
    "hub": {"contoso.azurecr.io": "10.0.0.7", "contoso.eastus.data.azurecr.io": "10.0.0.8"},
    "internet": {"contoso.azurecr.io": "20.45.122.144", "contoso.eastus.data.azurecr.io": "20.45.122.150"},
}
# Each tool, how it is called, the type that it asks for, and what it says of a name that is not there.
TOOLS = [
    ("dig", "{}", "A", "NXDOMAIN"),
    ("dig", "+short {}", "A", "OTHER"),
    ("dig", "+noall +answer +comments {}", "A", "NXDOMAIN"),
    ("dig", "+yaml {}", "A", "NXDOMAIN"),
    ("dig", "+nocomments {}", "A", "OTHER"),
    ("dig", "+noclass +ttlunits {}", "A", "NXDOMAIN"),
    ("kdig", "{}", "A", "NXDOMAIN"),
    ("kdig", "+json {}", "A", "NXDOMAIN"),
    ("drill", "{}", "A", "NXDOMAIN"),
    ("delv", "-i {}", "A", "NXDOMAIN"),
    ("delv", "+yaml -i {}", "A", "NXDOMAIN"),
    ("host", "{}", None, "NXDOMAIN"),
    ("host", "-t A {}", "A", "NXDOMAIN"),
    ("host", "-v -t A {}", "A", "NXDOMAIN"),
    ("nslookup", "{}", None, "NXDOMAIN"),
    ("nslookup", "-type=A {}", "A", "NXDOMAIN"),
    ("nslookup", "-debug {}", None, "NXDOMAIN"),
    ("busybox", "nslookup {}", None, "NXDOMAIN"),
    ("getent", "hosts {}", None, "OTHER"),
    ("getent", "ahosts {}", None, "OTHER"),
]  # fmt: skip


@pytest.fixture(scope="module")
def on_machine(
    program: Callable[[str], str], root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], ReadFile]:
    """Run a shell script on such a machine; return what `observe` reads of its output."""
    space = [program("unshare"), "--user", "--map-root-user", "--net", "--mount"]
    if subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make namespaces (unshare --user --net --mount)")

    def run(vantage: str, script: str) -> ReadFile:
        folder = tmp_path_factory.mktemp("machine")
        inside = [sys.executable, "-m", "tests.interop.resolv_conf", SAMPLE, str(folder), vantage]
        command = [*space, *inside, "/bin/sh", "-c", script]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, cwd=root)
        print(done.stdout.decode(errors="replace"))
        return read(done.stdout, "out.txt")

    return run


@pytest.mark.parametrize(
    ("tool", "words", "type_", "missing"), TOOLS, ids=[f"{tool} {words}" for tool, words, *_ in TOOLS]
)
@pytest.mark.parametrize("vantage", ADDRESSES)
def test_real_output(
    on_machine: Callable[[str, str], ReadFile],
    program: Callable[[str], str],
    vantage: str,
    tool: str,
    words: str,
    type_: str,
    missing: str,
) -> None:
    """In a transcript, every answer is read, and no line is ignored."""
    program(tool)
    commands = [f"{tool} {words.format(name)}" for name in NAMES]
    found = on_machine(vantage, "\n".join(f"echo {shlex.quote(f'$ {command}')}; {command}" for command in commands))
    expected = [(name, type_, [ADDRESSES[vantage][name]] if name in ADDRESSES[vantage] else missing) for name in NAMES]
    assert [
        (answer.fqdn, answer.type, list(answer.addresses) or answer.outcome.value) for answer in found.answers
    ] == expected
    assert found.ignored == ()
    if vantage == "hub":
        assert {answer.chain[1:] for answer in found.answers if answer.addresses} == {
            ("contoso.privatelink.azurecr.io",),
            ("contoso.eastus.data.privatelink.azurecr.io",),
        }


@pytest.mark.parametrize(("tool", "words", "type_", "_missing"), [t for t in TOOLS if t[0] not in ("getent", "delv")])
def test_real_output_without_its_command(
    on_machine: Callable[[str, str], ReadFile],
    program: Callable[[str], str],
    tool: str,
    words: str,
    type_: str,
    _missing: str,
) -> None:
    """The question is found in the output, but that of `+short`."""
    program(tool)
    found = on_machine("hub", "\n".join(f"{tool} {words.format(name)}" for name in NAMES[:2]))
    expected = [] if "short" in words else [(name, [ADDRESSES["hub"][name]]) for name in NAMES[:2]]
    assert [(answer.fqdn, list(answer.addresses)) for answer in found.answers] == expected


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("dig", "+time=1 +tries=1 @127.0.0.1 -p 9 {}"),
        ("dig", "+yaml +time=1 +tries=1 @127.0.0.1 -p 9 {}"),
        ("drill", "{} @127.0.0.9"),
        ("kdig", "+time=1 +retry=0 @127.0.0.1 -p 9 {}"),
        ("host", "-W 1 -R 1 -p 9 {} 127.0.0.1"),
        ("nslookup", "-timeout=1 -retry=0 -port=9 {} 127.0.0.1"),
        ("delv", "-i @127.0.0.1 -p 9 {}"),
    ],
)  # fmt: skip
def test_a_dead_server(
    on_machine: Callable[[str, str], ReadFile], program: Callable[[str], str], tool: str, words: str
) -> None:
    """No answer is TIMEOUT."""
    program(tool)
    command = f"{tool} {words.format(NAMES[0])}"
    found = on_machine("hub", f"echo '$ {command}'; {command}")
    assert [(answer.fqdn, answer.outcome.value) for answer in found.answers] == [(NAMES[0], "TIMEOUT")]


def test_the_recipe_for_dig(on_machine: Callable[[str, str], ReadFile], program: Callable[[str], str]) -> None:
    """Both types of each name."""
    program("dig")
    found = on_machine("hub", recipe("dig", NAMES))
    assert [(answer.fqdn, answer.type) for answer in found.answers] == [(n, t) for n in NAMES for t in ("A", "AAAA")]
    assert found.ignored == ()


@pytest.mark.parametrize("name", ["kubectl", "az-vm"])
def test_the_script_for_pods_and_machines(
    on_machine: Callable[[str, str], ReadFile], program: Callable[[str], str], name: str
) -> None:
    """The part of the recipe that runs there."""
    program("nslookup")
    script = shlex.split(recipe(name, NAMES))[-1]  # type: ignore[arg-type]
    found = on_machine("hub", script)
    assert [answer.fqdn for answer in found.answers] == NAMES
    assert found.ignored == ()
