"""Packaging: every artefact is run as far as a machine without a cluster and a hosted runner can, else held by a schema.

Not tried here: Docker's compose, a cluster, the runners of GitHub and GitLab. Their files are checked against their
schemas, and the scripts in them are run.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from tests.free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGING = Path(__file__).resolve().parents[2] / "scripts/packaging"
MANIFESTS = sorted((PACKAGING / "kubernetes").glob("*.yaml"))
BROKEN = "zones/broken/network-without-zone-link.yaml"
CLEAN = "zones/private-link.yaml"
EXPOSURE = 2.0
"""Highest exposure level of the unit that systemd-analyze may say."""


def documents(path: Path) -> list[Any]:
    """Return the documents of a YAML file."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action/action.yml"),
        ("vendor.gitlab-ci", "gitlab.yml"),
        ("vendor.compose-spec", "compose.yaml"),
    ],
)
def test_a_file_keeps_its_schema(schema: str, file: str) -> None:
    """Those of SchemaStore, which check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(PACKAGING / file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_manifest_is_valid_and_without_rights(path: Path) -> None:
    """By the schemas of Kubernetes; no pod is root, writes its root or keeps a capability."""
    for document in documents(path):
        kubernetes_validate.validate(document, "1.30", strict=True)
        spec = document["spec"].get("template", {}).get("spec")
        if spec:
            assert spec["securityContext"]["runAsNonRoot"]
            assert not spec["automountServiceAccountToken"]
            for container in spec["containers"]:
                context = container["securityContext"]
                assert (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"]) == (True, False)
                assert context["capabilities"]["drop"] == ["ALL"]
                # Of :latest, the default is to pull always, also what was loaded into the cluster.
                assert container["imagePullPolicy"] == "IfNotPresent"


def commands() -> list[list[str]]:
    """Return the arguments of acrdns in manifests, compose file and image."""
    found = [
        container["args"]
        for path in MANIFESTS
        for document in documents(path)
        for container in document["spec"].get("template", {}).get("spec", {}).get("containers", ())
    ]
    (compose,) = documents(PACKAGING / "compose.yaml")
    found.append(compose["services"]["acrdns"]["command"])
    image = (PACKAGING / "Containerfile").read_text(encoding="utf-8")
    default = re.search(r"^CMD (\[.+\])$", image, re.MULTILINE)
    assert default
    found.append(json.loads(default[1]))
    return found


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_commands_have_options_that_exist(arguments: list[str]) -> None:
    """Every option is in the command's help."""
    command = [sys.executable, "-m", "acrdns", arguments[0], "--help"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert all(word in text for word in arguments if word.startswith("--"))


@pytest.mark.interop
def test_the_unit_is_hardened(program: Callable[[str], str], tmp_path: Path) -> None:
    """systemd-analyze gives its exposure without a running systemd, and takes every setting."""
    analyze = program("systemd-analyze")
    service = tmp_path / "acrdns.service"
    text = (PACKAGING / "systemd/acrdns.service").read_text(encoding="utf-8")
    service.write_text(
        text.replace("/opt/acrdns/bin/acrdns", sys.executable).replace("Documentation=man:acrdns(1)\n", "")
    )
    (tmp_path / "acrdns.socket").write_bytes((PACKAGING / "systemd/acrdns.socket").read_bytes())
    command = [analyze, "security", "--offline=true", "--json=short", f"--threshold={int(EXPOSURE * 10)}", str(service)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    verified = subprocess.run(
        [analyze, "verify", service, tmp_path / "acrdns.socket"], capture_output=True, text=True, check=False
    )
    assert [line for line in verified.stderr.splitlines() if "acrdns" in line] == []


def script_of(job: str) -> str:
    """Return the script of a step of the action."""
    (action,) = documents(PACKAGING / "action/action.yml")
    script: str = next(step["run"] for step in action["runs"]["steps"] if step["name"] == job)
    return script


@pytest.mark.parametrize(
    ("arguments", "code", "summary"),
    [
        pytest.param(f"lint {CLEAN}", 0, True, marks=pytest.mark.slow),
        (f"lint {BROKEN}", 1, True),
        pytest.param("lint nowhere.yaml", 2, True, marks=pytest.mark.slow),
        (f"matrix {CLEAN}", 0, False),
        (f"lint '{CLEAN}' $(touch injected) ; touch injected", 2, True),
    ],
)
def test_the_action_hands_on_arguments_and_exit_code(
    root: Path, tmp_path: Path, arguments: str, code: int, summary: bool
) -> None:
    """The summary is Markdown, and nothing in the arguments is a command."""
    (tmp_path / "acrdns" / "bin").mkdir(parents=True)
    (tmp_path / "acrdns" / "bin" / "acrdns").symlink_to(root / ".venv/bin/acrdns")
    environment = os.environ | {
        "ACRDNS_ARGUMENTS": arguments,
        "ACRDNS_SUMMARY": "true",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script_of("Run acrdns")]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
    assert (tmp_path / "summary").exists() is summary
    assert not (root / "injected").exists()


def test_the_job_of_gitlab_writes_its_reports(root: Path, tmp_path: Path) -> None:
    """Its last command, with acrdns from here instead of from an index."""
    (template,) = documents(PACKAGING / "gitlab.yml")
    script = template[".acrdns-lint"]["script"][-1].replace(".acrdns/bin/acrdns", f"{root}/.venv/bin/acrdns")
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=os.environ | {"ACRDNS_TOPOLOGY": str(root / BROKEN)}, check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert json.loads((tmp_path / "acrdns-codequality.json").read_text())
    assert (tmp_path / "acrdns-junit.xml").read_text().startswith("<?xml")


def test_the_job_of_gitlab_says_what_it_lacks() -> None:
    """Acrdns is in no package index: a name alone would install nothing, or what somebody else uploads by that name."""
    (template,) = documents(PACKAGING / "gitlab.yml")
    first = template[".acrdns-lint"]["script"][0]
    for package, code in (("", 127), ("x.whl", 0)):
        done = subprocess.run(["bash", "-c", first], env={"ACRDNS_PACKAGE": package}, check=False, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == code
        assert ("ACRDNS_PACKAGE: is not set; it is what pip installs" in done.stderr) is (not package)


def test_the_hook_lints_the_files_of_a_commit(root: Path) -> None:
    """Its entry with file names behind it, as pre-commit calls it."""
    (config,) = documents(PACKAGING / "pre-commit-config.yaml")
    (hook,) = config["repos"][0]["hooks"]
    assert [bool(re.search(hook["files"], name)) for name in ("topology.yaml", "a/topology-b.yml", "zones/x.yaml")] == [
        True,
        True,
        False,
    ]
    entry = f"{root}/.venv/bin/{hook['entry']}"
    for file, code in ((CLEAN, 0), (BROKEN, 1)):
        assert subprocess.run([*entry.split(), file], cwd=root, capture_output=True, check=False).returncode == code


@pytest.mark.slow
@pytest.mark.interop
def test_the_image_serves_without_rights(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Built by scripts/image from a Debian that debootstrap made; run as its user, with its health check.

    ACRDNS_BASE_IMAGE names an image of Debian with python3 that is there already, and saves debootstrap.
    """
    buildah = program("buildah")
    environment = os.environ | {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
    if os.geteuid() != 0:
        pytest.skip("debootstrap and chroot need root")

    def run(*command: str) -> str:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    base = os.environ.get("ACRDNS_BASE_IMAGE") or _debian(program, run, tmp_path)
    tag = "localhost/acrdns:test"
    run("scripts/image", "--base", base, "--tag", tag)
    described = json.loads(run(buildah, "inspect", "--type", "image", tag))
    config = described["Docker"]["config"]
    assert config["User"] == "65532:65532"
    assert config["Healthcheck"]["Test"][0] == "CMD"
    container = run(buildah, "from", tag)
    try:
        identity = run(buildah, "run", "--user", config["User"], container, "--", "id", "-u")
        assert identity == "65532"
        version = run(buildah, "run", container, "--", "acrdns", "--version")
        assert version.startswith("acrdns ")
        script = _SERVE.format(dns=free_port(), metrics=free_port())
        served = run(buildah, "run", container, "--", "sh", "-c", script)
        assert "10.0.0.7" in served
        assert served.endswith("healthy")
    finally:
        run(buildah, "rm", container)
        run(buildah, "rmi", "--force", tag)


# As the image starts it, on ports of its own; then a question, and the health check's own words.
_SERVE = """
acrdns serve private-link --listen hub=127.0.0.1:{dns} --metrics 127.0.0.1:{metrics} > /tmp/log 2>&1 &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 300); do grep -q '^ready' /tmp/log && break; sleep 0.1; done
grep -q '^ready' /tmp/log || {{ cat /tmp/log; exit 1; }}
acrdns check private-link --from hub=127.0.0.1:{dns} --format json
python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{metrics}/ready', timeout=20)"
echo healthy
"""


def _debian(program: Callable[[str], str], run: Callable[..., str], folder: Path) -> str:
    """Make an image of Debian with python3, and return its name."""
    buildah, place = program("buildah"), str(folder / "root")
    mirror = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
    packages = "--include=python3,python3-venv,ca-certificates"
    run(program("debootstrap"), "--variant=minbase", packages, "bookworm", place, mirror)
    container = run(buildah, "from", "scratch")
    run(buildah, "add", "--quiet", container, place, "/")
    run(buildah, "commit", "--quiet", container, "localhost/debian-python:made")
    run(buildah, "rm", container)
    return "localhost/debian-python:made"
