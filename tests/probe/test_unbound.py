"""The probe against a resolver that people run."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from acrdns.probe.ask import observe
from acrdns.probe.observation import Outcome
from acrdns.probe.resolver import Resolver, ResolverAddress
from tests.free_ports import free_address
from tests.probe.scripted import Scripted, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.interop

CONFIGURATION = """
server:
  directory: "{directory}"
  chroot: ""
  username: ""
  pidfile: "{directory}/pid"
  use-syslog: no
  logfile: ""
  verbosity: 1
  do-daemonize: no
  interface: 127.0.0.1
  port: {port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "azurecr.io." static
  local-data: "contoso.azurecr.io. 10 IN A 10.0.0.7"
  local-data: "nodata.azurecr.io. 10 IN TXT present"
  local-data: "dual.azurecr.io. 10 IN A 10.0.0.7"
  local-data: "dual.azurecr.io. 10 IN AAAA 2001:db8::7"
  local-zone: "refused.azurecr.io." refuse
  local-zone: "dropped.azurecr.io." deny
  local-zone: "broken.azurecr.io." transparent
remote-control:
  control-enable: no
forward-zone:
  name: "broken.azurecr.io."
  forward-addr: 127.0.0.1@{broken}
"""


@pytest.fixture(scope="module")
def unbound(program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResolverAddress]:
    """Start unbound with a name for every outcome."""
    directory: Path = tmp_path_factory.mktemp("unbound")
    server = ResolverAddress(*free_address("127.0.0.1"))  # unbound listens at addresses that an interface has
    with Scripted(lambda query, _: reply(query, rcode="REFUSED")) as broken:
        path = directory / "unbound.conf"
        path.write_text(CONFIGURATION.format(directory=directory, port=server.port, broken=broken.server.port))
        command = [program("unbound"), "-d", "-c", str(path)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            log = []
            for line in process.stderr:
                log.append(line)
                if "start of service" in line:
                    break
            else:
                pytest.fail("".join(log))
            yield server
            process.terminate()
            process.communicate()


@pytest.mark.parametrize(
    ("name", "outcome", "addresses"),
    [
        ("contoso", Outcome.ANSWER, ("10.0.0.7",)),
        ("nodata", Outcome.NODATA, ()),
        ("missing", Outcome.NXDOMAIN, ()),
        ("broken", Outcome.SERVFAIL, ()),
        ("refused", Outcome.REFUSED, ()),
        ("dropped", Outcome.TIMEOUT, ()),
    ],
)
@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_outcomes(
    unbound: ResolverAddress, name: str, outcome: Outcome, addresses: tuple[str, ...], *, tcp: bool
) -> None:
    """Each outcome as a real resolver produces it."""
    timeout = 0.2 if outcome is Outcome.TIMEOUT else 20
    resolver = Resolver((unbound,), timeout=timeout, retries=0, tcp=tcp)
    (observation,) = observe([f"{name}.azurecr.io"], resolver)
    assert (observation.outcome, observation.addresses) == (outcome, addresses)


def test_ipv6(unbound: ResolverAddress) -> None:
    """Both address families of one name."""
    (observation,) = observe(["dual.azurecr.io"], Resolver((unbound,), timeout=20))
    assert (observation.addresses, observation.ipv6_addresses) == (("10.0.0.7",), ("2001:db8::7",))
