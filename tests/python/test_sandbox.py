"""The sandbox as other programs see it: boto3, with the SDK's own checks."""

import http.client
import json
import os
import socket
import ssl
from pathlib import Path
from typing import Any

import iamwire
import pytest
from aws import ClientError, client
from iamwire import Account, Binding, Cluster, Desired, Role, TrustPolicy, Wirer
from iamwire.sandbox import Call, Sandbox

HOST = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{HOST}"


def test_boto3_wires_by_hand(iamwire_sandbox: Sandbox) -> None:
    cluster = client("eks").describe_cluster(name="prod")["cluster"]
    assert cluster["identity"]["oidc"]["issuer"] == f"https://{HOST}"
    account = client("sts").get_caller_identity()["Account"]
    iam = client("iam")
    provider = iam.create_open_id_connect_provider(
        Url=f"https://{HOST}", ClientIDList=["sts.amazonaws.com"]
    )["OpenIDConnectProviderArn"]
    trust = TrustPolicy.web_identity(provider).service_account("shop/web").build()
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=str(trust))
    # boto3 gives the document as a dict, decoded.
    found = iam.get_role(RoleName="web")["Role"]["AssumeRolePolicyDocument"]
    assert TrustPolicy(json.dumps(found)).means_same(trust)
    with pytest.raises(ClientError) as caught:
        iam.create_role(RoleName="web", AssumeRolePolicyDocument=str(trust))
    assert "EntityAlreadyExists" in str(caught.value)
    assert account == "123456789012"
    assert Call("iam", "CreateRole", "web", "arn:aws:iam::123456789012:user/alice", 409, False) in (
        iamwire_sandbox.requests
    )


def test_the_fixture_sets_the_environment(iamwire_sandbox: Sandbox) -> None:
    for name, value in iamwire_sandbox.env.items():
        assert os.environ[name] == value
    assert os.environ["AWS_ENDPOINT_URL"] == iamwire_sandbox.endpoint_url
    assert Path(iamwire_sandbox.ca_bundle).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert "prod" in Path(iamwire_sandbox.kubeconfig).read_text()


OUTSIDE: dict[str, dict[str, str]] = {
    "an endpoint": {"AWS_ENDPOINT_URL_IAM": "http://127.0.0.1:1"},
    "no endpoints": {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
    "a proxy": {
        **dict.fromkeys(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY"], "http://127.0.0.1:1"),
        "NO_PROXY": "example.com",
    },
    "a file": {},
}


@pytest.fixture(params=OUTSIDE)
def outside(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What somebody has in the environment, or in their home, before the sandbox is there."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[default]\nignore_configured_endpoint_urls = true\n")
    if request.param == "a file":
        monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in OUTSIDE[request.param].items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("outside")
def test_nothing_else_is_used(iamwire_sandbox: Sandbox) -> None:
    client("iam").list_roles()
    assert [call.operation for call in iamwire_sandbox.requests] == ["ListRoles"]
    iamwire_sandbox.clear_requests()
    binding = Binding(Cluster.from_name("prod"), Account("shop/web"), Role("web"))
    assert Wirer().wire(Desired([binding])).changes
    services = {call.service for call in iamwire_sandbox.requests}
    assert services == {"iam", "sts", "eks", "kubernetes"}


def test_each_is_its_own(iamwire_sandbox: Sandbox) -> None:
    with Sandbox() as other:
        assert other.endpoint_url != iamwire_sandbox.endpoint_url
        client("iam", endpoint_url=other.endpoint_url).list_roles()
        assert [call.operation for call in other.requests] == ["ListRoles"]
        assert not iamwire_sandbox.requests
        other.clear_requests()
        assert not other.requests


def test_a_closed_one_says_so() -> None:
    sandbox = Sandbox()
    bundle = Path(sandbox.ca_bundle)
    assert bundle.exists()
    sandbox.close()
    sandbox.close()
    assert not bundle.exists()
    assert repr(sandbox) == "<Sandbox closed>"
    with pytest.raises(iamwire.Error) as caught:
        _ = sandbox.endpoint_url
    assert caught.value.code == "sandbox.closed"


def test_faults_and_objects(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("ListRoles", "denied")
    iam = client("iam")
    with pytest.raises(ClientError, match="AccessDenied"):
        iam.list_roles()
    iam.list_roles()
    iamwire_sandbox.fail("ListRoles", "denied")
    iamwire_sandbox.clear_faults()
    iam.list_roles()
    iamwire_sandbox.advance(3600)
    pod = {"kind": "Pod", "metadata": {"namespace": "shop", "name": "a"}}
    assert iamwire_sandbox.put_object("prod", pod)
    assert not iamwire_sandbox.put_object("other", pod)
    with pytest.raises(iamwire.ValueError) as caught:
        iamwire_sandbox.fail("ListRoles", "sometimes")
    assert caught.value.code == "sandbox.fault"


def test_any_error_at_any_call(iamwire_sandbox: Sandbox) -> None:
    iam = client("iam")
    iamwire_sandbox.clear_requests()
    iamwire_sandbox.fail(1, (409, "LimitExceeded", "Cannot exceed quota"))
    iam.list_roles()
    with pytest.raises(ClientError, match="LimitExceeded.*Cannot exceed quota"):
        iam.list_roles()
    iam.list_roles()
    with pytest.raises(iamwire.ValueError, match="200") as caught:
        iamwire_sandbox.fail("ListRoles", (200, "Fine", "it is no error"))
    assert caught.value.code == "sandbox.fault"
    no_such: list[tuple[Any, Any]] = [
        (1.5, "denied"),
        (True, "denied"),
        (None, "denied"),
        ("ListRoles", 409),
        ("ListRoles", (409, "LimitExceeded")),
    ]
    for operation, fault in no_such:
        with pytest.raises(TypeError, match="expected str or "):
            iamwire_sandbox.fail(operation, fault)
    beyond: list[tuple[Any, Any]] = [(-1, "denied"), ("ListRoles", (70_000, "a", "b"))]
    for operation, fault in beyond:
        with pytest.raises(iamwire.ValueError, match="out of range"):
            iamwire_sandbox.fail(operation, fault)


def test_quotas() -> None:
    with Sandbox(quotas={"roles": 1}) as sandbox:
        iam = client(
            "iam",
            endpoint_url=sandbox.endpoint_url,
            region_name=sandbox.env["AWS_REGION"],
            aws_access_key_id=sandbox.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=sandbox.env["AWS_SECRET_ACCESS_KEY"],
        )
        trust = str(TrustPolicy.web_identity(PROVIDER).service_account("shop/web").build())
        iam.create_open_id_connect_provider(Url=f"https://{HOST}")
        iam.create_role(RoleName="one", AssumeRolePolicyDocument=trust)
        with pytest.raises(ClientError, match="LimitExceeded"):
            iam.create_role(RoleName="two", AssumeRolePolicyDocument=trust)
    with pytest.raises(iamwire.ValueError, match="no quota `rolls`") as caught:
        Sandbox(quotas={"rolls": 1})
    assert caught.value.code == "sandbox.quota"


def published(sandbox: Sandbox) -> int:
    """How many keys the issuer of the cluster publishes."""
    context = ssl.create_default_context(cafile=str(sandbox.ca_bundle))
    with (
        socket.create_connection(sandbox.tls_address) as plain,
        context.wrap_socket(plain, server_hostname=HOST.split("/")[0]) as secure,
    ):
        connection = http.client.HTTPConnection(HOST.split("/")[0])
        connection.sock = secure
        connection.request("GET", f"/{HOST.split('/', 1)[1]}/keys")
        return len(json.load(connection.getresponse())["keys"])


def test_keys_rotate(iamwire_sandbox: Sandbox) -> None:
    assert published(iamwire_sandbox) == 1
    assert iamwire_sandbox.rotate_key("prod")
    assert published(iamwire_sandbox) == 2
    assert iamwire_sandbox.retire_keys("prod")
    assert published(iamwire_sandbox) == 1
    assert not iamwire_sandbox.rotate_key("other")
    assert not iamwire_sandbox.retire_keys("other")


def test_records() -> None:
    call = Call("iam", "GetRole", "web", "", 200, False)
    assert repr(call) == (
        "Call(service='iam', operation='GetRole', resource='web', caller='', status=200, wrote=False)"
    )
    assert {call} == {Call("iam", "GetRole", "web", "", 200, False)}
