"""Commands that ask for names elsewhere, to be copied there. They change nothing; `observe` reads what they print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RecipeName = Literal["dig", "powershell", "kubectl", "az-vm"]


def recipe(name: RecipeName, fqdns: Sequence[str]) -> str:
    """Return one command for all names; words in capitals are to be replaced."""
    return _RECIPES[name](fqdns)


def _dig(fqdns: Sequence[str]) -> str:
    return f'for name in {" ".join(fqdns)}; do dig "$name" A; dig "$name" AAAA; done\n'


def _powershell(fqdns: Sequence[str]) -> str:
    names = ", ".join(f"'{fqdn}'" for fqdn in fqdns)
    ask = "Resolve-DnsName -Name $_ -Type $type -DnsOnly"
    return (
        f"{names} | ForEach-Object {{ foreach ($type in 'A', 'AAAA') {{ \"PS> Resolve-DnsName -Name $_ -Type $type\"; "
        f"try {{ {ask} -ErrorAction Stop | ConvertTo-Json }} "
        'catch { "Resolve-DnsName : $_"; "+ FullyQualifiedErrorId : $($_.FullyQualifiedErrorId)" } } }\n'
    )


def _shell(fqdns: Sequence[str]) -> str:
    """Return a script for any shell; images without nslookup have getent, as a rule."""
    return (
        f"for name in {' '.join(fqdns)}; do if command -v nslookup >/dev/null; "
        'then echo "$ nslookup $name"; nslookup "$name"; '
        'else echo "$ getent hosts $name"; getent hosts "$name"; fi; done 2>&1'
    )


def _kubectl(fqdns: Sequence[str]) -> str:
    return f"kubectl exec POD --namespace NAMESPACE -- sh -c '{_shell(fqdns)}'\n"


def _az_vm(fqdns: Sequence[str]) -> str:
    return (
        "az vm run-command invoke --resource-group RESOURCE_GROUP --name VM --command-id RunShellScript "
        f"--query 'value[0].message' --output tsv --scripts '{_shell(fqdns)}'\n"
    )


_RECIPES: Mapping[RecipeName, Callable[[Sequence[str]], str]] = {
    "dig": _dig,
    "powershell": _powershell,
    "kubectl": _kubectl,
    "az-vm": _az_vm,
}
