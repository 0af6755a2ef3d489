"""Files of the command's own: what is bound over the machine's files in its mount namespace, and the environment.

No single setting reaches every client (lab.md, "Trust"): the bundle is bound over where distributions keep it, and five
variables name it. It holds the lab's authority alone.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.lab.namespace import kernel

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from acrdns.lab.namespace.surroundings import Surroundings

_PLACES = ("/dev/shm", "/mnt", "/media", "/srv")  # noqa: S108 -- a tmpfs is mounted over it
"""Directories that one of may be hidden from the command: the first is there on any Linux."""
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
_NEEDED = ("/etc/resolv.conf", "/etc/hosts")
PROXY = "ACRDNS_LAB_PROXY"
DNS = "ACRDNS_LAB_DNS"
"""Variables that lead acrdns itself to a vantage point of a lab without namespaces."""
CERTIFICATES = "certificates"
"""Directory of the authority's certificate, for options as --cert-dir of skopeo and podman."""
_UNSET = (PROXY, DNS, "SSL_CERT_DIR", "http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
_NSCD = "/run/nscd"
_NSSWITCH = Path("/etc/nsswitch.conf")


@dataclass(frozen=True, slots=True)
class LabAccess:
    """The authority and the user of a lab, for clients."""

    certificate: str
    """The lab's authority, in PEM."""
    user: str
    password: str
    login_servers: tuple[str, ...]


def hide_a_directory() -> Path:
    """Mount an empty tmpfs where it hides nothing that the command needs, and return the directory. Raises OSError."""
    place = next((place for place in _PLACES if Path(place).is_dir()), None)
    if place is None:
        raise OSError(f"none of {', '.join(_PLACES)} is there to mount a tmpfs on")
    kernel.mount_tmpfs(place, 0o1777)
    own = Path(place, "acrdns")
    own.mkdir(0o700)
    return own


def resolv_conf(around: Surroundings) -> str:
    """Return the resolver configuration of a client: its DNS servers, each asked twice for a second."""
    return "".join(f"nameserver {address}\n" for address in around.asks) + "options timeout:1 attempts:2\n"


def hosts_file(around: Surroundings) -> str:
    """Return the hosts file of a client: localhost, and what the topology has."""
    lines = ("127.0.0.1 localhost", "::1 localhost", *(f"{address} {name}" for address, name in around.hosts))
    return "".join(f"{line}\n" for line in lines)


def nsswitch_conf() -> str:
    """Return the machine's, but for hosts: `resolve` would ask systemd-resolved, past the network namespace."""
    lines = _NSSWITCH.read_text(encoding="utf-8").splitlines() if _NSSWITCH.exists() else []
    kept = [line for line in lines if not line.lstrip().startswith("hosts:")]
    return "".join(f"{line}\n" for line in (*kept, "hosts: files dns"))


def bind_files(own: Path, around: Surroundings, access: LabAccess) -> Iterator[str]:
    """Write the command's files below `own` and bind them over the machine's; return a warning for each that fails."""
    bundle = _written(own, "authority.pem", access.certificate)
    bound = {
        "/etc/resolv.conf": _written(own, "resolv.conf", resolv_conf(around)),
        "/etc/hosts": _written(own, "hosts", hosts_file(around)),
        str(_NSSWITCH): _written(own, "nsswitch.conf", nsswitch_conf()),
        **dict.fromkeys(_BUNDLES, bundle),
    }
    nothing = own / "nothing"
    nothing.mkdir()
    if Path(_NSCD).is_dir():
        bound[_NSCD] = str(nothing)
    done = set()
    for target, source in bound.items():
        real = os.path.realpath(target)
        if real in done:
            continue
        done.add(real)
        try:
            kernel.bind(source, real)
        except OSError as error:
            if target in _NEEDED and not Path(real).exists():
                leads = f", which {target} leads to," if real != target else ""
                yield (
                    f"{real}{leads} is not there, so that the lab's cannot take its place, and clients will not see "
                    "what it says: make an empty file"
                )
            elif Path(target).exists():
                yield f"{target} stays the machine's, and clients that read it will not see the lab: {error.strerror}"


def set_environment(environment: MutableMapping[str, str], own: Path, control: Path, access: LabAccess) -> None:
    """Set the variables that clients look for: the authority, the user, the control socket; and no proxy."""
    for name in _UNSET:
        environment.pop(name, None)
        environment.pop(name.upper(), None)
    environment.update(write_clients_files(own, access), ACRDNS_LAB=str(control))


def write_clients_files(own: Path, access: LabAccess) -> dict[str, str]:
    """Write the authority's certificate and the logins, and return the variables that name them."""
    logins = _docker_config(access)
    docker = own / "docker"
    docker.mkdir(mode=0o700, parents=True, exist_ok=True)
    _written(docker, "config.json", logins)
    (own / CERTIFICATES).mkdir(exist_ok=True)
    _written(own / CERTIFICATES, "ca.crt", access.certificate)
    return {
        **dict.fromkeys(_TRUST, _written(own, "authority.pem", access.certificate)),
        "ACRDNS_LAB_USER": access.user,
        "ACRDNS_LAB_PASSWORD": access.password,
        "REGISTRY_AUTH_FILE": _written(own, "auth.json", logins),
        "DOCKER_CONFIG": str(docker),
        "ACRDNS_LAB_CERTIFICATES": str(own / CERTIFICATES),
    }


def _docker_config(access: LabAccess) -> str:
    login = b64encode(f"{access.user}:{access.password}".encode()).decode()
    return json.dumps({"auths": {host: {"auth": login} for host in access.login_servers}}, indent=1)


def _written(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600 if name in ("auth.json", "config.json") else 0o644)
    return str(path)
