from __future__ import annotations

from acrdns.topology.load import loads
from acrdns.topology.starter import STARTER


def test_the_starter_loads() -> None:
    """What `acrdns init` writes loads, and shows the parts that people need."""
    topology = loads(STARTER, "topology.yaml")
    assert topology.vantages == ("internet", "hub", "spoke", "office")
    assert topology.has_private_link("contoso")
    assert set(topology.private_endpoints["contoso-pe"].addresses) == set(topology.registries["contoso"].members())


def test_every_comment_with_yaml_in_it_loads_too() -> None:
    """Fields that stand there as comments work when the # is taken away."""
    lines = STARTER.splitlines()
    commented = [
        n for n, line in enumerate(lines) if line.lstrip().startswith("# ") and ": " in line and line[0] == " "
    ]
    assert len(commented) >= 5
    for number in commented:
        wanted = lines.copy()
        wanted[number] = lines[number].replace("# ", "", 1)
        if wanted[number].rstrip().endswith("zone group") and "records:" in wanted[number]:
            wanted[number + 1] = lines[number + 1].replace("# ", "", 1)
        elif "other:" in wanted[number]:
            continue
        assert loads("\n".join(wanted), "topology.yaml").registries
