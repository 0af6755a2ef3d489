"""Clients of others, in Python: oras, and the libraries that az is made of, for a registry's content and for ARM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.conftest import Labs

pytestmark = pytest.mark.interop

# A credential of Entra ID, which is not simulated: any access token does (acrdns assumptions).
CREDENTIAL = """
from azure.core.credentials import AccessToken, AccessTokenInfo
class Credential:
    def get_token(self, *scopes, **options):
        return AccessToken("of Entra ID", 1 << 40)
    def get_token_info(self, *scopes, **options):
        return AccessTokenInfo("of Entra ID", 1 << 40)
"""
CONTENT = f"""{CREDENTIAL}
import io
from azure.containerregistry import ArtifactTagOrder, ContainerRegistryClient
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
client = ContainerRegistryClient("https://contoso.azurecr.io", Credential(), audience="https://management.azure.com")
assert list(client.list_repository_names()) == ["hello-world"]
found = client.get_repository_properties("hello-world")
manifests = list(client.list_manifest_properties("hello-world"))
assert (found.manifest_count, found.tag_count, found.can_delete) == (len(manifests), 1, True)
(index,) = [each for each in manifests if each.tags]
(tag,) = client.list_tag_properties("hello-world")
assert (index.tags, tag.name, tag.digest) == (["latest"], "latest", index.digest)
assert client.get_manifest_properties("hello-world", "latest").digest == index.digest
for child in client.get_manifest("hello-world", "latest").manifest["manifests"]:
    for layer in client.get_manifest("hello-world", child["digest"]).manifest["layers"]:
        assert len(b"".join(client.download_blob("hello-world", layer["digest"]))) == layer["size"]

layer = bytes(range(256)) * 20_000  # more than one chunk of that library
(digest, size), (config, length) = (client.upload_blob("artifact", io.BytesIO(each)) for each in (layer, b"{{}}"))
image = {{
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": {{"mediaType": "application/vnd.oci.empty.v1+json", "digest": config, "size": length}},
    "layers": [{{"mediaType": "text/plain", "digest": digest, "size": size}}],
}}
for name in ("v1", "v2"):
    client.set_manifest("artifact", image, tag=name)
assert b"".join(client.download_blob("artifact", digest)) == layer
order = ArtifactTagOrder.LAST_UPDATED_ON_DESCENDING
assert [each.name for each in client.list_tag_properties("artifact", order_by=order)] == ["v2", "v1"]
assert not client.update_tag_properties("artifact", "v1", can_write=False).can_write
assert not client.update_manifest_properties("artifact", "v1", can_delete=False).can_delete
try:
    client.set_manifest("artifact", image, tag="v1")
except HttpResponseError as error:
    assert (error.status_code, "disallowed" in str(error)) == (405, True)
else:
    raise AssertionError("the tag is locked")
client.update_tag_properties("artifact", "v1", can_write=True)
client.update_manifest_properties("artifact", "v1", can_delete=True)
assert client.update_repository_properties("artifact", can_read=False).can_read is False
try:
    client.get_manifest("artifact", "v2")
except HttpResponseError as error:
    assert error.status_code == 405
client.update_repository_properties("artifact", can_read=True)
assert {{(each.architecture, each.operating_system) for each in manifests}} >= {{("amd64", "linux"), ("arm64", "linux")}}
client.delete_tag("artifact", "v1")
assert [each.name for each in client.list_tag_properties("artifact")] == ["v2"]
client.delete_repository("artifact")
try:
    client.get_repository_properties("artifact")
except ResourceNotFoundError:
    print("whole")
"""
ARM = f"""{CREDENTIAL}
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.containerregistry import ContainerRegistryManagementClient, models
client = ContainerRegistryManagementClient(Credential(), "00000000-0000-0000-0000-000000000001")
at = ("group", "contoso")
assert [each.login_server for each in client.registries.list()] == ["contoso.azurecr.io"]
assert [each.name for each in client.registries.list_by_resource_group("group")] == ["contoso"]
found = client.registries.get(*at)
assert (found.sku.name, found.public_network_access, found.location) == ("Premium", "Disabled", "eastus")
assert found.data_endpoint_host_names == ["contoso.eastus.data.azurecr.io"]
(connection,) = client.private_endpoint_connections.list(*at)
assert connection.private_link_service_connection_state.status == "Approved"
opened = client.registries.begin_update(*at, models.RegistryUpdateParameters(public_network_access="Enabled")).result()
assert opened.public_network_access == client.registries.get(*at).public_network_access == "Enabled"
map = client.scope_maps.begin_create(*at, "m", models.ScopeMap(actions=["repositories/x/content/read"])).result()
token = client.tokens.begin_create(*at, "t", models.Token(scope_map_id=map.id, status="enabled")).result()
asked = models.GenerateCredentialsParameters(token_id=token.id)
made = client.registries.begin_generate_credentials(*at, asked).result()
assert (made.username, len(made.passwords)) == ("t", 1)
assert [each.name for each in client.tokens.list(*at)] == ["t"]
passwords = [client.registries.list_credentials(*at).passwords]
passwords.append(client.registries.regenerate_credential(*at, models.RegenerateCredentialParameters(name="password")).passwords)
assert [before.value == after.value for before, after in zip(*passwords)] == [False, True]
(linked,) = client.registries.list_private_link_resources(*at)
assert (linked.properties.group_id, linked.properties.required_zone_names) == ("registry", ["privatelink.azurecr.io"])
assert linked.properties.required_members == ["registry", "registry_data_eastus"]
free = [client.registries.check_name_availability({{"name": each, "type": "Microsoft.ContainerRegistry/registries"}}) for each in ("contoso", "fabrikam")]
assert [each.name_available for each in free] == [False, True]
try:
    client.registries.get("group", "nobody")
except ResourceNotFoundError:
    print("whole")
"""
ORAS = """
import os
from pathlib import Path
from oras.client import OrasClient
from oras.oci import Subject
host, target = "contoso.azurecr.io", "contoso.azurecr.io/team/artifact"
# Its other backend keeps the first token that it got, which is for a pull, when it pushes.
client = OrasClient(hostname=host, auth_backend="basic")
client.login(hostname=host, username=os.environ["ACRDNS_LAB_USER"], password=os.environ["ACRDNS_LAB_PASSWORD"])
Path("a.txt").write_text("hello")
Path("large").write_bytes(bytes(range(256)) * 20_000)
here = {"disable_path_validation": True}
client.push(target=f"{target}:v1", files=["a.txt:text/plain", "large"], manifest_annotations={"k": "v"}, **here)
client.push(target=f"{target}:chunks", files=["large"], do_chunked=True, chunk_size=1_000_000, **here)
client.pull(target=f"{target}:v1", outdir="out")
for name in ("a.txt", "large"):
    assert Path("out", name).read_bytes() == Path(name).read_bytes()
manifest = client.get_manifest(f"{target}:v1")
assert manifest["annotations"] == {"k": "v"}
head = client.do_request(f"https://{host}/v2/team/artifact/manifests/v1", "HEAD").headers
subject = Subject(manifest["mediaType"], head["Docker-Content-Digest"], int(head["Content-Length"]))
Path("sbom").write_text("{}")
pushed = client.push(target=f"{target}:sbom", files=["sbom:application/spdx+json"], subject=subject, **here)
assert pushed.headers["OCI-Subject"] == subject.digest
listed = client.do_request(f"https://{host}/v2/team/artifact/referrers/{subject.digest}").json()
sbom = client.do_request(f"https://{host}/v2/team/artifact/manifests/sbom", "HEAD").headers["Docker-Content-Digest"]
assert [each["digest"] for each in listed["manifests"]] == [sbom]
assert client.delete_tags(target, ["sbom"]) == ["sbom"]
assert sorted(client.get_tags(target)) == ["chunks", "v1"]
print("whole")
"""


@pytest.mark.parametrize("script", [CONTENT, ARM, ORAS], ids=["azure-containerregistry", "azure-mgmt", "oras"])
def test_a_client_finds_all_that_it_asks_for(labs: Labs, python_of_clients: Path, tmp_path: Path, script: str) -> None:
    """By the real names, trusting the lab's authority, from a network with a private endpoint."""
    (tmp_path / "script.py").write_text(script)
    done = labs.run("private-link", "hub", script=f"cd {tmp_path} && HOME={tmp_path} {python_of_clients} script.py")
    assert (done.stdout, done.returncode) == ("whole\n", 0), done.stderr
