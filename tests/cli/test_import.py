"""`acrdns import` and `acrdns diff --terraform` as a user calls them."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acrdns.cli import main
from acrdns.topology.load import load
from tests import warm
from tests.exchange.imports.importing import FIXTURES
from tests.exchange.imports.test_terraform import plan


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    """Return a directory with what az printed, and a hidden folder that is not looked at."""
    folder = tmp_path / "estate"
    (folder / "below" / ".terraform").mkdir(parents=True)
    (folder / "below" / ".terraform" / "provider.json").write_text("no JSON {")
    for path in FIXTURES.glob("az_*.json"):
        where = folder / "below" if "nic" in path.name else folder
        (where / path.name.replace(".json", ".txt")).write_bytes(path.read_bytes())
    (folder / "az_acr_show_endpoints_no_data_endpoint.txt").unlink()
    return folder


def test_a_directory_becomes_a_topology(estate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Data goes to the file, the report to stderr; the same input gives the same octets."""
    out = tmp_path / "out.yaml"
    assert main.run(["import", str(estate), "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("acrdns import: 16 files; ")
    assert "provider.json" not in said.err
    assert load(str(out)).registries["contoso"].regions == ("eastus", "westeurope")
    assert main.run(["import", str(estate)]) == 0
    assert capsys.readouterr().out.encode() == out.read_bytes()
    assert main.run(["import", "--strict", str(estate)]) == 1


def test_the_same_input_gives_the_same_bytes(estate: Path) -> None:
    """In processes that hash strings differently: no order is that of a set."""
    done = [
        subprocess.run(
            [sys.executable, "-m", "acrdns", "import", str(estate)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2", "3")
    ]
    assert done[0].stdout.count(b"\n") > 20
    assert {(each.stdout, each.stderr) for each in done} == {(done[0].stdout, done[0].stderr)}


def test_standard_input_is_read(estate: Path) -> None:
    """As `-`, in a pipe."""
    text = (estate / "az_acr_show.txt").read_text(encoding="utf-8")
    done = warm.run("import", "-", text=text)
    assert done.returncode == 0
    assert "# az: <stdin>" in done.stdout


def test_nothing_to_judge_leaves_the_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, also for files that are not there."""
    out = tmp_path / "out.yaml"
    out.write_text("mine")
    (tmp_path / "empty.json").write_text("[]")
    assert main.run(["import", str(tmp_path / "empty.json"), str(tmp_path / "nowhere.json"), "-o", str(out)]) == 2
    said = capsys.readouterr().err
    assert "an empty list; if these were links, there are none" in said
    assert "nowhere.json: it cannot be read: no such file or directory" in said
    assert "there is no registry, private endpoint, private zone or network in any input" in said
    assert out.read_text() == "mine"


def test_lint_goes_on_to_the_findings(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the exit code of lint: the spoke asks a resolver that it does not reach."""
    assert main.run(["import", "--lint", str(estate)]) == 1
    assert "<import>:" in capsys.readouterr().out


def test_a_merge_keeps_what_a_person_added(estate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Comments, networks on premises and their peerings, accepted findings; what Azure lost goes."""
    out = tmp_path / "out.yaml"
    assert main.run(["import", str(estate), "-o", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    mine = (
        text.replace("  vnet-hub:\n", "  plant:  # ours\n    kind: on_premises\n    address_space: [192.168.0.0/16]\n  vnet-hub:\n    peerings: [plant]\n", 1)
        .replace("  contoso:\n", "  # by hand\n  contoso:\n    accept:\n    - {rule: ACR308, reason: pilot}\n", 1)
    )  # fmt: skip
    old = tmp_path / "old.yaml"
    old.write_text(mine, encoding="utf-8")
    networks = json.loads((estate / "az_network_vnet_list.txt").read_text())
    networks[1]["dhcpOptions"]["dnsServers"] = []
    networks.append(copy.deepcopy(networks[1]))
    networks[2] |= {"id": networks[1]["id"].replace("spoke", "new"), "name": "vnet-new"}
    networks[2]["addressSpace"]["addressPrefixes"] = ["10.2.0.0/16"]
    (estate / "az_network_vnet_list.txt").write_text(json.dumps(networks))
    for path in estate.glob("az_dns_resolver_*"):
        path.unlink()
    assert main.run(["import", str(estate), "--merge", str(old), "-o", str(out)]) == 0
    merged, loaded = out.read_text(encoding="utf-8"), load(str(out))
    assert "  plant:  # ours\n" in merged
    assert "  # by hand\n" in merged
    assert [each.reason for each in loaded.accepted] == ["pilot"]
    assert loaded.networks["vnet-hub"].peerings == {"plant"}
    assert loaded.networks["vnet-spoke"].dns_servers == ()
    assert "vnet-new" in loaded.networks
    assert loaded.private_resolvers == {}
    assert loaded.dns_forwarding_rulesets == {}
    capsys.readouterr()
    assert main.run(["import", str(estate), "--merge", str(out)]) == 0
    assert capsys.readouterr().out == merged


def test_a_merge_that_would_not_load_is_refused(estate: Path, tmp_path: Path) -> None:
    """Before anything is written."""
    old = tmp_path / "old.yaml"
    old.write_text("registries: [\n")
    assert main.run(["import", str(estate), "--merge", str(old)]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["az acr list", "az graph query", "# terraform show -json", "dns-zone-group list"]),
        (["az"], ["az acr list", "record-set list"]),
        (["resource-graph"], ["az graph query", "forwarding-rule list"]),
        (["terraform"], ['\nterraform show -json PLANFILE > "$out/plan.json"']),
        (["az", "--shell", "powershell"], ["Set-Content -Encoding utf8"]),
    ],
)
def test_commands_only_read(arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Every command of az in the script lists, shows or queries."""
    assert main.run(["import", "--commands", *arguments]) == 0
    script = capsys.readouterr().out
    assert all(word in script for word in words)
    commands = [part.strip() for line in script.splitlines() if not line.startswith("#") for part in _commands(line)]
    assert commands or arguments == ["terraform"]
    assert all(any(f" {verb} " in f" {command} " for verb in ("list", "show", "query")) for command in commands)


def _commands(line: str) -> list[str]:
    """Return the commands of az in a line."""
    return [part for part in line.replace("az graph query", "az query").split("az ")[1:] if part.strip()]


def test_an_unknown_source_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With those that there are."""
    assert main.run(["import", "--commands", "pulumi"]) == 2
    assert "'pulumi' is none of az, resource-graph, terraform" in capsys.readouterr().err


def test_the_script_collects_what_import_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run by bash. Azure is not asked: a program in the place of az gives the answers that are kept here."""
    assert main.run(["import", "--commands", "az"]) == 0
    (tmp_path / "collect.sh").write_text(capsys.readouterr().out)
    answers = {
        "acr list": "az_acr_show", "acr replication list": "az_acr_replication_list",
        "network private-endpoint list": "az_network_private_endpoint_show", "network nic list": "az_network_nic_show",
        "network vnet list": "az_network_vnet_list", "network private-dns zone list": "az_network_private_dns_zone_list",
        "network private-dns link vnet list": "az_network_private_dns_link_vnet_list",
        "network private-dns record-set list": "az_network_private_dns_record_set_a_list",
        "network private-endpoint dns-zone-group list": "az_network_private_endpoint_dns_zone_group_list",
        "dns-resolver inbound-endpoint list": "az_dns_resolver_inbound_endpoint_list",
        "dns-resolver outbound-endpoint list": "az_dns_resolver_outbound_endpoint_list",
        "dns-resolver forwarding-ruleset list": "az_dns_resolver_forwarding_ruleset_list",
        "dns-resolver forwarding-rule list": "az_dns_resolver_forwarding_rule_list",
        "dns-resolver vnet-link list": "az_dns_resolver_vnet_link_list",
    }  # fmt: skip
    rows = {"private-endpoint": "pe-contoso", "acr": "contoso", "zone": "privatelink.azurecr.io", "dns-resolver": "dnspr-hub",
            "forwarding-ruleset": "rs-hub"}  # fmt: skip
    cases = [f'    "{command} -"*) cat "{FIXTURES / stem}.json" ;;' for command, stem in answers.items()]
    listed = [f"    *{word}' list --query'*tsv) printf 'rg-contoso\\t{name}\\n' ;;" for word, name in rows.items()]
    fake = tmp_path / "az"
    fake.write_text("\n".join(["#!/bin/bash", 'case "$*" in', *listed, *cases, "    *) echo '[]' ;;", "esac", ""]))
    fake.chmod(0o755)
    command, environment = (
        ["bash", str(tmp_path / "collect.sh"), str(tmp_path / "found")],
        {"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    subprocess.run(command, env=environment, check=True)
    out = tmp_path / "topology.yaml"
    # Clean: an empty list of what was asked for is nothing that is missing.
    assert main.run(["import", "--strict", str(tmp_path / "found"), "-o", str(out)]) == 0
    assert "empty lists of what was asked for and is not there" in capsys.readouterr().err
    loaded = load(str(out))
    assert loaded.private_endpoints["pe-contoso"].dns_zone_group == ("privatelink.azurecr.io",)
    assert list(loaded.dns_forwarding_rulesets) == ["rs-hub"]
    fake.write_text("#!/bin/bash\necho 'ERROR: AuthorizationFailed' >&2\nexit 1\n")
    subprocess.run(command, env=environment, check=False, capture_output=True)
    assert main.run(["import", "--strict", str(tmp_path / "found"), "-o", str(out)]) == 2
    assert "rules.json: the file is empty; the command that wrote it printed nothing" in capsys.readouterr().err


# --- diff --terraform -------------------------------------------------------------------------------------------------


def resources(value: dict[str, Any], module: int) -> list[dict[str, Any]]:
    """Return the planned resources of a child module."""
    found: list[dict[str, Any]] = value["planned_values"]["root_module"]["child_modules"][module]["resources"]
    return found


def written(tmp_path: Path, change: Any) -> str:
    """Write a plan that makes a change to an estate that is there, as `terraform show -json` does."""
    value = plan()
    value["prior_state"] = {"format_version": "1.0", "values": _made(copy.deepcopy(value["planned_values"]))}
    value["planned_values"] = _made(value["planned_values"])
    change(value)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(value))
    return str(path)


def _made(values: dict[str, Any]) -> dict[str, Any]:
    """Return planned values with the identifiers that they have once they are carried out."""
    group = "/subscriptions/s/resourceGroups/rg/providers"
    network = f"{group}/Microsoft.Network"
    endpoint = values["root_module"]["resources"][1]["values"]
    endpoint["subnet_id"] = f"{network}/virtualNetworks/vnet-hub/subnets/pe"
    registry = f"{group}/Microsoft.ContainerRegistry/registries/contoso"
    endpoint["private_service_connection"][0]["private_connection_resource_id"] = registry
    zone = f"{network}/privateDnsZones/privatelink.azurecr.io"
    endpoint["private_dns_zone_group"][0]["private_dns_zone_ids"] = [zone]
    for link in values["root_module"]["child_modules"][1]["resources"][1:]:
        link["values"]["virtual_network_id"] = f"{network}/virtualNetworks/vnet-{link['index']}"
    return values


def test_a_plan_that_breaks_a_name_fails_the_pipeline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The link of the hub goes, and with it the private addresses."""
    path = written(tmp_path, lambda value: resources(value, 1).pop(1))
    assert main.run(["diff", "--terraform", path]) == 1
    out = capsys.readouterr().out
    assert "contoso.azurecr.io" in out
    assert "vnet-hub" in out


def test_a_plan_that_changes_nothing_is_clean(tmp_path: Path) -> None:
    """Also one that adds a network."""
    assert main.run(["diff", "--terraform", written(tmp_path, lambda _value: None)]) == 0


def test_a_new_replica_gets_addresses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The zone group follows the endpoint, so that nothing breaks; the address is made up, and says so."""

    def change(value: dict[str, Any]) -> None:
        registry = value["planned_values"]["root_module"]["resources"][0]["values"]
        registry["georeplications"].append({"location": "westus"})

    main.run(["diff", "--terraform", written(tmp_path, change), "--format", "json"])
    said = capsys.readouterr()
    broken = [each["vantage"] for each in json.loads(said.out)["changes"] if each["effect"] == "breaks"]
    assert broken == ["vnet-spoke"]  # it is not peered with the hub
    assert "registry_data_westus is known after apply" in said.err


def test_a_plan_changes_a_topology(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The changes are made in a file that has more than Terraform knows: an office that asks the hub's resolver."""
    base = tmp_path / "base.yaml"
    base.write_text(BASE)
    path = written(tmp_path, lambda value: resources(value, 1).pop(1))
    assert main.run(["diff", str(base), "--terraform", path]) == 1
    assert "office" in capsys.readouterr().out
    assert main.run(["diff", str(base), "--terraform", written(tmp_path, lambda _value: None)]) == 0


def test_a_plan_that_knows_one_link_changes_that_link_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The network belongs to another state, and the topology has links that no plan of this one knows: both stay."""
    group = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
    zone = {"id": f"{group}/privateDnsZones/privatelink.azurecr.io", "name": "privatelink.azurecr.io"}
    link = {
        "id": f"{zone['id']}/virtualNetworkLinks/spoke",
        "name": "spoke",
        "private_dns_zone_name": "privatelink.azurecr.io",
        "virtual_network_id": f"{group}/virtualNetworks/vnet-spoke",
    }
    resources = [
        {"address": f"{kind}.a", "mode": "managed", "type": kind, "name": "a", "values": values}
        for kind, values in (
            ("azurerm_private_dns_zone", zone),
            ("azurerm_private_dns_zone_virtual_network_link", link),
        )
    ]
    before, after = ({"root_module": {"resources": each}} for each in (resources, resources[:1]))
    path, base = tmp_path / "plan.json", tmp_path / "base.yaml"
    path.write_text(
        json.dumps(
            {"format_version": "1.2", "prior_state": {"format_version": "1.0", "values": before}}
            | {"planned_values": after, "resource_changes": []}
        )
    )
    base.write_text(BASE.replace("peerings: [office]", "peerings: [office, vnet-spoke]"))
    assert main.run(["diff", str(base), "--terraform", str(path), "--format", "json"]) == 1
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {each["vantage"] for each in changes if each["effect"] == "breaks"} == {"vnet-spoke"}


@pytest.mark.parametrize(
    ("actions", "noted"),
    [(["delete", "create"], True), (["create", "delete"], False), (["update"], False)],
    ids=["delete first", "create first", "update"],
)
def test_what_is_replaced_is_absent_for_a_while(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], actions: list[str], noted: bool
) -> None:
    """A new endpoint has new addresses, which its zone group writes: nothing breaks in the end."""

    def change(value: dict[str, Any]) -> None:
        endpoint = value["planned_values"]["root_module"]["resources"][1]["values"]
        endpoint["ip_configuration"] = []
        address = "azurerm_private_endpoint.acr"
        other = {"address": "random_id.x", "type": "random_id", "change": {"actions": actions}}
        value["resource_changes"] = [other, {"address": address, "type": "azurerm_private_endpoint", "change": {"actions": actions}}]  # fmt: skip

    main.run(["diff", "--terraform", written(tmp_path, change), "--format", "json"])
    said = capsys.readouterr()
    hub = [each for each in json.loads(said.out)["changes"] if each["vantage"] == "vnet-hub"]
    assert hub
    assert all(each["effect"] != "breaks" for each in hub)
    assert ("azurerm_private_endpoint.acr: it is deleted before it is created again" in said.err) is noted
    assert "random_id" not in said.err


def test_a_move_is_no_change(tmp_path: Path) -> None:
    """A resource has another address in the configuration, in a module, and is the same one in Azure."""

    def change(value: dict[str, Any]) -> None:
        root = value["planned_values"]["root_module"]
        moved = root["resources"].pop(1)
        moved["address"] = "module.pe[0].azurerm_private_endpoint.acr"
        root["child_modules"].append({"address": "module.pe[0]", "resources": [moved]})
        value["resource_changes"] = [{"address": moved["address"], "previous_address": "azurerm_private_endpoint.acr",
                                      "type": moved["type"], "change": {"actions": ["no-op"]}}]  # fmt: skip

    assert main.run(["diff", "--terraform", written(tmp_path, change)]) == 0


def test_a_zone_that_goes_takes_its_links_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan deletes the zone alone; zone group and links still name it."""
    path = written(tmp_path, lambda value: resources(value, 1).pop(0))
    value = json.loads((tmp_path / "plan.json").read_text())
    zone = value["prior_state"]["values"]["root_module"]["child_modules"][1]["resources"][0]["values"]
    zone["id"] = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io"
    (tmp_path / "plan.json").write_text(json.dumps(value))
    assert main.run(["diff", "--terraform", path]) == 1
    assert "the plan deletes it while zone groups write to it" in capsys.readouterr().err


def test_drift_is_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody deleted the hub's link by hand: the refreshed state lacks it, and the plan creates it again."""

    def change(value: dict[str, Any]) -> None:
        prior = value["prior_state"]["values"]["root_module"]["child_modules"][1]["resources"]
        value["resource_drift"] = [{"address": prior.pop(1)["address"], "change": {"actions": ["delete"]}}]

    assert main.run(["diff", "--terraform", written(tmp_path, change), "--format", "json"]) == 0
    effects = {
        each["effect"] for each in json.loads(capsys.readouterr().out)["changes"] if each["vantage"] == "vnet-hub"
    }
    assert effects == {"gains"}  # it had public answers


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"complete": False}, "the plan is not whole (-target"), ({"errored": True}, "planning ended with an error")],
)
def test_a_part_of_a_plan_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fields: dict[str, Any], words: str
) -> None:
    """What it leaves out stays as it is, and may hide what comes next."""
    main.run(["diff", "--terraform", written(tmp_path, lambda value: value.update(fields))])
    assert words in capsys.readouterr().err


def test_a_count_that_shrinks_breaks_a_name(tmp_path: Path) -> None:
    """Links by count: the last index goes, and the hub's link with it."""

    def change(value: dict[str, Any]) -> None:
        for values in (value["prior_state"]["values"], value["planned_values"]):
            links = values["root_module"]["child_modules"][1]["resources"][1:]
            for number, each in enumerate(reversed(links)):
                each["address"] = f"module.dns.azurerm_private_dns_zone_virtual_network_link.all[{number}]"
                each["index"] = number
        resources(value, 1).pop(1)

    assert main.run(["diff", "--terraform", written(tmp_path, change)]) == 1


def replacing(address: str, actions: list[str], of: str = "azurerm_private_endpoint") -> Any:
    """Return a change of a plan that replaces a resource: its new addresses are known after apply."""

    def change(value: dict[str, Any]) -> None:
        value["planned_values"]["root_module"]["resources"][1]["values"]["ip_configuration"] = []
        value["resource_changes"] = [
            {"address": each["address"], "type": each["type"], "change": {"actions": ["no-op"]}}
            for each in resources(value, 0) + resources(value, 1) + value["planned_values"]["root_module"]["resources"]
            if each["address"] != address
        ] + [{"address": address, "type": of, "change": {"actions": actions}}]

    return change


ENDPOINT, LINK = "azurerm_private_endpoint.acr", "azurerm_private_dns_zone_virtual_network_link"


@pytest.mark.parametrize(
    ("change", "options", "code", "said"),
    [
        (replacing(ENDPOINT, ["delete", "create"]), [], 1, "contoso.azurecr.io breaks at vnet-hub"),
        (replacing(ENDPOINT, ["delete", "create"]), ["--allow-gaps"], 0, "contoso.azurecr.io breaks at vnet-hub"),
        (replacing(ENDPOINT, ["create", "delete"]), [], 0, ""),
        (replacing(f'module.dns.{LINK}.all["hub"]', ["delete", "create"], LINK), [], 1, "contoso.azurecr.io breaks at vnet-hub"),
        (replacing("azurerm_container_registry.acr", ["delete", "create"], "azurerm_container_registry"), [], 1, "contoso.azurecr.io breaks at internet"),
    ],
    ids=["endpoint", "allowed", "created first", "link", "registry"],
)  # fmt: skip
@pytest.mark.parametrize("based", [False, True], ids=["alone", "on a topology"])
def test_a_name_that_breaks_meanwhile_fails_the_pipeline(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    based: bool,
    change: Any,
    options: list[str],
    code: int,
    said: str,
) -> None:
    """Terraform deletes first: until it has created the endpoint, the link or the registry, clients lose the name."""
    base = tmp_path / "base.yaml"
    base.write_text(BASE)
    path = written(tmp_path, change)
    _name_ids(tmp_path)
    assert main.run(["diff", *([str(base)] if based else []), "--terraform", path, *options]) == code
    err = capsys.readouterr().err
    assert (said or "until what it needs") in err if said else "until what it needs" not in err


def _name_ids(tmp_path: Path) -> None:
    """Give the registry and the endpoint the identifiers that they have in Azure, and let only the endpoint in."""
    value = json.loads((tmp_path / "plan.json").read_text())
    provider = "/subscriptions/s/resourceGroups/rg/providers"
    for values in (value["prior_state"]["values"], value["planned_values"]):
        registry, endpoint = values["root_module"]["resources"]
        registry["values"] |= {
            "id": f"{provider}/Microsoft.ContainerRegistry/registries/contoso",
            "public_network_access_enabled": False,
        }
        endpoint["values"]["id"] = f"{provider}/Microsoft.Network/privateEndpoints/pe"
    (tmp_path / "plan.json").write_text(json.dumps(value))


@pytest.mark.parametrize(
    ("of", "module", "at", "words"),
    [
        ("azurerm_virtual_network", 0, 0, "until what it needs is created again"),
        ("azurerm_private_dns_zone", 1, 0, "private_endpoints.by-hand.dns_zone_group"),
    ],
    ids=["network", "zone"],
)
@pytest.mark.parametrize(("options", "code"), [([], 1), (["--allow-gaps"], 0)])
def test_what_others_refer_to_is_replaced(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    of: str,
    module: int,
    at: int,
    words: str,
    options: list[str],
    code: int,
) -> None:
    """A resolver of the network, and a zone group of another state: the comparison is made all the same."""
    by_hand = "  by-hand: {registry: contoso, network: vnet-spoke, addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.4, registry_data_westeurope: 10.1.0.5}, dns_zone_group: [privatelink.azurecr.io]}\nprivate_dns_zones:\n"
    base = tmp_path / "base.yaml"
    base.write_text(BASE.replace("private_dns_zones:\n", by_hand) if module else BASE)

    def change(value: dict[str, Any]) -> None:
        mine = resources(value, module)[at]["address"]
        endpoint = {
            "address": ENDPOINT,
            "type": "azurerm_private_endpoint",
            "change": {"actions": ["delete", "create"]},
        }
        value["resource_changes"] = [
            {
                "address": each["address"],
                "type": each["type"],
                "change": {"actions": ["delete", "create"] if each["address"] == mine else ["no-op"]},
            }
            for each in resources(value, 0) + resources(value, 1)
        ] + [endpoint]

    path = written(tmp_path, change)
    _name_ids(tmp_path)
    assert main.run(["diff", str(base), "--terraform", path, *options]) == code
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(("options", "code"), [([], 1), (["--allow-removal"], 0)])
def test_a_plan_that_deletes_the_registry_fails(tmp_path: Path, options: list[str], code: int) -> None:
    """With all that belongs to it: `terraform destroy`. The networks stay, and ask for its names."""

    def change(value: dict[str, Any]) -> None:
        value["planned_values"]["root_module"]["resources"] = []
        resources(value, 1).clear()

    assert main.run(["diff", "--terraform", written(tmp_path, change), *options]) == code


def test_all_is_destroyed(tmp_path: Path) -> None:
    """Nothing is left in planned_values, and nobody who asks but the internet."""
    path = written(tmp_path, lambda value: value.update(planned_values={"root_module": {}}))
    assert main.run(["diff", "--terraform", path]) == 1


def test_a_plan_without_states_has_its_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some pipelines hand on `resource_changes` alone: each has the resource as it is and as it will be."""
    path = Path(written(tmp_path, lambda value: resources(value, 1).pop(1)))
    whole = json.loads(path.read_text())
    sides: dict[str, dict[str, Any]] = {}
    for side, values in (("before", whole["prior_state"]["values"]), ("after", whole["planned_values"])):
        root = values["root_module"]
        for module in (root, *root["child_modules"]):
            for each in module["resources"]:
                known = {key: each[key] for key in ("address", "type", "name", "mode", "index") if key in each}
                known |= {"module_address": module["address"]} if "address" in module else {}
                sides.setdefault(each["address"], known | {"change": {"before": None, "after": None}})["change"][
                    side
                ] = each["values"]
    path.write_text(json.dumps({"format_version": "0.1", "resource_changes": list(sides.values())}))
    assert main.run(["diff", "--terraform", str(path), "--format", "json"]) == 1
    broken = {each["vantage"] for each in json.loads(capsys.readouterr().out)["changes"] if each["effect"] == "breaks"}
    assert broken == {"vnet-hub"}


@pytest.mark.parametrize(
    ("actions", "code"), [(None, 0), (["forget"], 0), (["delete"], 1)], ids=["not a target", "forgotten", "deleted"]
)
def test_what_a_plan_leaves_alone_stays(tmp_path: Path, actions: list[str] | None, code: int) -> None:
    """-target leaves a resource out of the plan; a block `removed` lets go of it, and it stays in Azure."""

    def change(value: dict[str, Any]) -> None:
        gone = resources(value, 1).pop(1)
        changes = [
            {"address": each["address"], "type": each["type"], "change": {"actions": ["no-op"]}}
            for each in resources(value, 1)
        ]
        mine = [{"address": gone["address"], "type": gone["type"], "change": {"actions": actions}}] if actions else []
        value["resource_changes"] = [*changes, *mine]

    assert main.run(["diff", "--terraform", written(tmp_path, change)]) == code


BASE = """\
version: 1
registries:
  contoso: {location: eastus, replications: [westeurope], public_network_access_enabled: false}
networks:
  vnet-hub: {address_space: [10.0.0.0/16], peerings: [office]}
  vnet-spoke: {address_space: [10.1.0.0/16]}
  office: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [10.0.1.4]}
private_endpoints:
  pe:
    registry: contoso
    network: vnet-hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.4, registry_data_westeurope: 10.0.0.5}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {vnet-hub: {}, vnet-spoke: {}}
private_resolvers:
  hub: {network: vnet-hub, inbound_endpoints: [10.0.1.4]}
"""


@pytest.mark.parametrize("arguments", [[], ["one.yaml"], ["a.yaml", "b.yaml", "--terraform", "plan.json"]])
def test_a_comparison_needs_two_sides(arguments: list[str]) -> None:
    """Two files, or a plan."""
    assert main.run(["diff", *arguments]) == 2


# --- files that exist -------------------------------------------------------------------------------------------------


def test_a_file_that_a_person_changed_is_not_overwritten(
    estate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An import that nobody touched is written anew; a changed one is refused, with both ways on."""
    out = tmp_path / "out.yaml"
    assert main.run(["import", str(estate), "-o", str(out)]) == 0
    (estate / "az_acr_replication_list.txt").unlink()
    assert main.run(["import", str(estate), "-o", str(out)]) == 0
    changed = out.read_text(encoding="utf-8").replace("dns_servers: [10.0.1.4]", "dns_servers: []")
    out.write_text(changed, encoding="utf-8")
    capsys.readouterr()
    assert main.run(["import", str(estate), "-o", str(out)]) == 2
    assert f"{out} exists; --merge {out} keeps what was changed in it, --force overwrites it" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8") == changed
    assert main.run(["import", str(estate), "-o", str(out), "--merge", str(out)]) == 0
    assert main.run(["import", str(estate), "-o", str(out), "--force"]) == 0


@pytest.mark.parametrize("out", ["-", "/dev/stdout"])
def test_output_goes_to_stdout_by_its_names(estate: Path, out: str) -> None:
    """As without -o."""
    done = warm.run("import", str(estate), "-o", out)
    assert done.returncode == 0
    assert "# Imported by acrdns import" in done.stdout


def test_a_break_overwrites_its_own_input_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults are combined in one file; another one that exists needs --force."""
    broken, other = tmp_path / "broken.yaml", tmp_path / "other.yaml"
    broken.touch()
    assert main.run(["break", "missing-record", "private-link-geo", "-o", str(broken)]) == 0
    assert main.run(["break", "missing-record", "private-link-geo", "-o", str(broken)]) == 0
    assert main.run(["break", "vnet-without-zone-link", str(broken), "-o", str(broken)]) == 0
    other.write_text("mine")
    assert main.run(["break", "stale-private-ip", "private-link-geo", "-o", str(other)]) == 2
    assert "exists; --force overwrites it" in capsys.readouterr().err
    assert other.read_text() == "mine"
    assert main.run(["break", "stale-private-ip", "private-link-geo", "-o", str(other), "--force"]) == 0
