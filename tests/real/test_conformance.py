"""One suite, run against the sandbox, moto and kube-apiserver, so that the sandbox can't drift from what others do.

What a backend can't do is listed in `UNABLE`, never skipped in silence: a check that is listed must fail there.
"""

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from conftest import Aws, Kubernetes, Sandbox

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
ISSUER = "https://oidc.example.com/id/{name}"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"

# What the others lack, measured.
UNABLE = {
    ("moto", "names_are_checked"): "takes any name",
    ("moto", "documents_are_checked"): "takes any document",
    ("moto", "deleting_an_absent_provider_is_an_error"): "answers 200",
    ("moto", "names_differ_by_more_than_case"): "takes names that differ by case only",
    ("moto", "an_empty_list_of_thumbprints_is_refused"): "takes an empty list",
}

AwsCheck = Callable[[Any, str], None]
AWS_CHECKS: dict[str, AwsCheck] = {}
KubernetesCheck = Callable[[Kubernetes, str], None]
KUBERNETES_CHECKS: dict[str, KubernetesCheck] = {}


def aws_check(check: AwsCheck) -> AwsCheck:
    AWS_CHECKS[check.__name__] = check
    return check


def kubernetes_check(check: KubernetesCheck) -> KubernetesCheck:
    KUBERNETES_CHECKS[check.__name__] = check
    return check


def code_of(call: Callable[[], Any]) -> str:
    """The error's code; a call that is answered is none."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "none"


@aws_check
def a_role_comes_and_goes(iam: Any, name: str) -> None:
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Path="/team/")["Role"]
    assert made["Arn"] == f"arn:aws:iam::123456789012:role/team/{name}"
    role = iam.get_role(RoleName=name)["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert role["MaxSessionDuration"] == 3600
    again = code_of(lambda: iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST))
    assert again == "EntityAlreadyExists"
    iam.delete_role(RoleName=name)
    assert code_of(lambda: iam.get_role(RoleName=name)) == "NoSuchEntity"
    assert code_of(lambda: iam.delete_role(RoleName=name)) == "NoSuchEntity"


@aws_check
def documents_are_percent_encoded(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    texts: list[str] = []

    def keep(http_response: Any, **_: Any) -> None:
        texts.append(http_response.content.decode())

    iam.meta.events.register("after-call.iam.GetRole", keep)
    iam.get_role(RoleName=name)
    member = "AssumeRolePolicyDocument"
    found = re.search(f"<{member}>(.*?)</{member}>", texts[0], re.S)
    assert found and not set('{" ') & set(found.group(1))
    # IAM writes it anew, moto gives back the text.
    assert json.loads(unquote(found.group(1))) == json.loads(TRUST)


@aws_check
def a_trust_policy_is_replaced(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    other = TRUST.replace("ec2", "lambda")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=other)
    role = iam.get_role(RoleName=name)["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(other)


@aws_check
def description_and_duration_change(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Description="one")
    iam.update_role(RoleName=name, Description="two", MaxSessionDuration=7200)
    role = iam.get_role(RoleName=name)["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("two", 7200)


@aws_check
def policies_are_attached_once(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    for _ in range(2):
        iam.attach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert attached == [{"PolicyName": "AmazonS3ReadOnlyAccess", "PolicyArn": READ_ONLY}]
    assert code_of(lambda: iam.delete_role(RoleName=name)) == "DeleteConflict"
    iam.detach_role_policy(RoleName=name, PolicyArn=READ_ONLY)
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    gone = code_of(lambda: iam.detach_role_policy(RoleName=name, PolicyArn=READ_ONLY))
    assert gone == "NoSuchEntity"
    missing = "arn:aws:iam::aws:policy/NoSuchPolicy"
    assert code_of(lambda: iam.attach_role_policy(RoleName=name, PolicyArn=missing)) == "NoSuchEntity"


@aws_check
def policies_are_found_where_aws_keeps_them(iam: Any, _: str) -> None:
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["PolicyName"] == "AmazonS3ReadOnlyAccess"
    kept = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    assert iam.get_policy(PolicyArn=kept)["Policy"]["Path"] == "/service-role/"
    missing = "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicy"
    assert code_of(lambda: iam.get_policy(PolicyArn=missing)) == "NoSuchEntity"


@aws_check
def inline_policies_come_and_go(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
        }
    )
    iam.put_role_policy(RoleName=name, PolicyName="list", PolicyDocument=document)
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["list"]
    found = iam.get_role_policy(RoleName=name, PolicyName="list")["PolicyDocument"]
    assert found == json.loads(document)
    iam.delete_role_policy(RoleName=name, PolicyName="list")
    gone = code_of(lambda: iam.get_role_policy(RoleName=name, PolicyName="list"))
    assert gone == "NoSuchEntity"


@aws_check
def a_role_with_policies_stays(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document)
    assert code_of(lambda: iam.delete_role(RoleName=name)) == "DeleteConflict"


@aws_check
def tags_come_and_go(iam: Any, name: str) -> None:
    tags = [{"Key": "a", "Value": "1"}]
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, Tags=tags)
    iam.tag_role(RoleName=name, Tags=[{"Key": "b", "Value": ""}])
    found = iam.get_role(RoleName=name)["Role"]["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in found} == {"a": "1", "b": ""}
    iam.untag_role(RoleName=name, TagKeys=["a"])
    found = iam.get_role(RoleName=name)["Role"]["Tags"]
    assert found == [{"Key": "b", "Value": ""}]


@aws_check
def a_boundary_comes_and_goes(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=READ_ONLY)
    boundary = iam.get_role(RoleName=name)["Role"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"] == READ_ONLY
    iam.delete_role_permissions_boundary(RoleName=name)
    assert "PermissionsBoundary" not in iam.get_role(RoleName=name)["Role"]


@aws_check
def a_provider_comes_and_goes(iam: Any, name: str) -> None:
    url = ISSUER.format(name=name)
    made = iam.create_open_id_connect_provider(
        Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["A" * 40]
    )
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::123456789012:oidc-provider/{url.removeprefix('https://')}"
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert found["Url"] == url.removeprefix("https://")
    assert found["ClientIDList"] == ["sts.amazonaws.com"]
    again = code_of(lambda: iam.create_open_id_connect_provider(Url=url, ThumbprintList=["A" * 40]))
    assert again == "EntityAlreadyExists"
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert {"Arn": arn} in listed
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    gone = code_of(lambda: iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn))
    assert gone == "NoSuchEntity"


@aws_check
def audiences_are_added_and_removed_more_than_once(iam: Any, name: str) -> None:
    url = ISSUER.format(name=name)
    made = iam.create_open_id_connect_provider(Url=url, ThumbprintList=["a" * 40])
    arn = made["OpenIDConnectProviderArn"]
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="x")
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert found["ClientIDList"] == ["x"]
    for _ in range(2):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="x")
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert found.get("ClientIDList", []) == []


@aws_check
def thumbprints_are_replaced(iam: Any, name: str) -> None:
    url = ISSUER.format(name=name)
    made = iam.create_open_id_connect_provider(Url=url, ThumbprintList=["a" * 40])
    arn = made["OpenIDConnectProviderArn"]
    iam.update_open_id_connect_provider_thumbprint(
        OpenIDConnectProviderArn=arn, ThumbprintList=["b" * 40, "c" * 40]
    )
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert found["ThumbprintList"] == ["b" * 40, "c" * 40]


@aws_check
def an_empty_list_of_thumbprints_is_refused(iam: Any, name: str) -> None:
    url = ISSUER.format(name=name)
    made = iam.create_open_id_connect_provider(Url=url, ThumbprintList=["a" * 40])
    arn = made["OpenIDConnectProviderArn"]
    empty = code_of(
        lambda: iam.update_open_id_connect_provider_thumbprint(
            OpenIDConnectProviderArn=arn, ThumbprintList=[]
        )
    )
    assert empty != "none"


@aws_check
def deleting_an_absent_provider_is_an_error(iam: Any, name: str) -> None:
    arn = f"arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/{name}"
    gone = code_of(lambda: iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn))
    assert gone == "NoSuchEntity"


@aws_check
def names_are_checked(iam: Any, name: str) -> None:
    code = code_of(lambda: iam.create_role(RoleName=f"{name} x", AssumeRolePolicyDocument=TRUST))
    assert code == "ValidationError"


@aws_check
def names_differ_by_more_than_case(iam: Any, name: str) -> None:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    upper = code_of(lambda: iam.create_role(RoleName=name.upper(), AssumeRolePolicyDocument=TRUST))
    assert upper == "EntityAlreadyExists"


@aws_check
def documents_are_checked(iam: Any, name: str) -> None:
    for document in ("{", '{"Statement":[]}', TRUST.replace("Allow", "allow")):
        code = code_of(lambda: iam.create_role(RoleName=name, AssumeRolePolicyDocument=document))
        if code == "none":
            # Whoever looks for the roles that trust a provider could not read it.
            iam.delete_role(RoleName=name)
        assert code == "MalformedPolicyDocument", document


def manifest(name: str, annotations: dict[str, str], labels: dict[str, str] | None = None) -> str:
    metadata: dict[str, Any] = {"name": name, "annotations": annotations}
    if labels:
        metadata["labels"] = labels
    return json.dumps({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})


def apply(server: Kubernetes, namespace: str, manager: str, text: str, *more: str) -> str:
    flags = ["apply", "--server-side", f"--field-manager={manager}", "-n", namespace, *more]
    return server.kubectl(*flags, "-f", "-", stdin=text)


def disown(server: Kubernetes, namespace: str, name: str) -> None:
    """Has nobody own any field of a service account."""
    patch = json.dumps({"metadata": {"managedFields": [{}]}})
    where = ["-n", namespace, "patch", "serviceaccount", name]
    server.kubectl(*where, "--type=merge", "-p", patch)


@kubernetes_check
def server_side_apply_owns_single_annotations(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("x", {"a": "1"}))
    apply(server, namespace, "two", manifest("x", {"b": "2"}))
    found = server.get("serviceaccount", "x", namespace)["metadata"]
    assert found["annotations"] == {"a": "1", "b": "2"}
    owners = {entry["manager"]: entry for entry in found["managedFields"]}
    assert owners["one"]["fieldsV1"] == {"f:metadata": {"f:annotations": {"f:a": {}}}}
    assert owners["two"]["operation"] == "Apply"
    # What is no longer applied goes, and only that.
    apply(server, namespace, "two", manifest("x", {}))
    assert server.get("serviceaccount", "x", namespace)["metadata"]["annotations"] == {"a": "1"}


@kubernetes_check
def applying_twice_changes_nothing(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("x", {"a": "1"}, {"l": "m"}))
    first = server.get("serviceaccount", "x", namespace)["metadata"]["resourceVersion"]
    apply(server, namespace, "one", manifest("x", {"a": "1"}, {"l": "m"}))
    second = server.get("serviceaccount", "x", namespace)["metadata"]["resourceVersion"]
    assert first == second


@kubernetes_check
def another_manager_conflicts(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("x", {"a": "1"}))
    with pytest.raises(AssertionError, match="conflict"):
        apply(server, namespace, "two", manifest("x", {"a": "2"}))
    apply(server, namespace, "two", manifest("x", {"a": "2"}), "--force-conflicts")
    found = server.get("serviceaccount", "x", namespace)["metadata"]
    assert found["annotations"] == {"a": "2"}
    # The same value is no conflict: both own it.
    apply(server, namespace, "three", manifest("x", {"a": "2"}))
    found = server.get("serviceaccount", "x", namespace)["metadata"]
    assert {entry["manager"] for entry in found["managedFields"]} >= {"two", "three"}


@kubernetes_check
def what_nobody_owns_conflicts(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("x", {"a": "1", "b": "1"}))
    disown(server, namespace, "x")
    # Whoever updates it without applying owns nothing then.
    where = ["-n", namespace, "annotate", "--overwrite", "serviceaccount", "x"]
    server.kubectl(*where, "a=2")
    assert "managedFields" not in server.get("serviceaccount", "x", namespace)["metadata"]
    with pytest.raises(AssertionError, match="before-first-apply"):
        apply(server, namespace, "two", manifest("x", {"a": "3", "b": "1"}))
    apply(server, namespace, "two", manifest("x", {"a": "3", "b": "1"}), "--force-conflicts")
    found = server.get("serviceaccount", "x", namespace)["metadata"]
    assert found["annotations"] == {"a": "3", "b": "1"}
    owners = {entry["manager"]: entry["fieldsV1"]["f:metadata"] for entry in found["managedFields"]}
    assert set(owners) == {"before-first-apply", "two"}
    assert "f:b" in owners["before-first-apply"]["f:annotations"]
    assert "f:a" not in owners["before-first-apply"]["f:annotations"]


@kubernetes_check
def with_a_version_that_nothing_has_an_apply_only_makes(server: Kubernetes, namespace: str) -> None:
    wanted = json.loads(manifest("x", {"a": "1"}, {"l": "m"}))
    wanted["metadata"]["resourceVersion"] = "1"
    apply(server, namespace, "one", json.dumps(wanted))
    made = server.get("serviceaccount", "x", namespace)["metadata"]
    assert made["annotations"] == {"a": "1"}
    assert [entry["operation"] for entry in made["managedFields"]] == ["Apply"]
    for manager in ["one", "two"]:
        with pytest.raises(AssertionError, match="the object has been modified"):
            apply(server, namespace, manager, json.dumps(wanted))
    assert server.get("serviceaccount", "x", namespace)["metadata"] == made


@kubernetes_check
def what_is_missing_is_told(server: Kubernetes, namespace: str) -> None:
    with pytest.raises(AssertionError, match="NotFound"):
        server.get("serviceaccount", "none", namespace)
    with pytest.raises(AssertionError, match='namespaces "no-such-namespace" not found'):
        apply(server, "no-such-namespace", "one", manifest("x", {}))
    with pytest.raises(AssertionError, match='namespaces "no-such-namespace" not found'):
        server.kubectl("-n", "no-such-namespace", "create", "token", "x")


@kubernetes_check
def names_labels_and_annotations_are_checked(server: Kubernetes, namespace: str) -> None:
    key = r"name part must consist of alphanumeric characters, '-', '_' or '\.', and must start"
    for text, why in [
        (manifest("Bad", {}), r"metadata\.name: Invalid value: \"Bad\": a lowercase RFC 1123 subdomain"),
        (manifest("x", {"bad key": "1"}), rf"metadata\.annotations: Invalid value: \"bad key\": {key}"),
        (manifest("x", {"/key": "1"}), r"\"/key\": prefix part must be non-empty"),
        (manifest("x", {"a/b/c": "1"}), r"\"a/b/c\": a valid label key must consist of .* optional DNS"),
        (manifest("x", {"A_b/c": "1"}), r"\"A_b/c\": prefix part a lowercase RFC 1123 subdomain"),
        (manifest("x", {"k" * 64: "1"}), r"name part must be no more than 63 bytes"),
        (manifest("x", {"k": "v" * 262_144}), r"annotations: Too long: may not be more than 262144"),
        (manifest("x", {}, {"a": "b c"}), r"metadata\.labels: Invalid value: \"b c\": a valid label must"),
        (manifest("x", {}, {"a": "b" * 64}), r"metadata\.labels: .*must be no more than 63 bytes"),
        (manifest("x", {"a b": "", "c d": ""}), r"\* metadata\.annotations.*\n\s*\* metadata\.annotations"),
        (manifest("x", {}).replace('"metadata"', '"foo": 1, "metadata"'), r"\.foo: field not declared in schema"),
    ]:
        with pytest.raises(AssertionError, match=why):
            apply(server, namespace, "one", text)
    # Upper case is taken in the key of an annotation.
    apply(server, namespace, "one", manifest("x", {"A.example.com/b": "1"}))
    other = manifest("x", {}).replace('"metadata": {', '"metadata": {"uid": "other", ')
    with pytest.raises(AssertionError, match=r"metadata\.uid: Invalid value: \"other\": field is immutable"):
        apply(server, namespace, "one", other)


@kubernetes_check
def selectors_select(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("web", {}, {"app": "web", "tier": "front"}))
    apply(server, namespace, "one", manifest("api", {}, {"app": "api"}))

    def found(*selector: str) -> list[str]:
        names = server.kubectl("-n", namespace, "get", "serviceaccounts", "-o", "name", *selector)
        found = {line.removeprefix("serviceaccount/") for line in names.splitlines()}
        # A real server makes it, some time later.
        return sorted(found - {"default"})

    for selector, expected in [
        ("app=web", ["web"]),
        ("app==web,tier", ["web"]),
        ("app!=web", ["api"]),
        ("!tier", ["api"]),
        ("app in (web, api)", ["api", "web"]),
        ("app in (api),!tier", ["api"]),
        ("app notin (web)", ["api"]),
        ("tier notin (front)", ["api"]),
    ]:
        assert found("-l", selector) == expected, selector
    assert found("--field-selector", "metadata.name=web") == ["web"]
    with pytest.raises(AssertionError, match='"foo" is not a known field selector'):
        found("--field-selector", "foo=a")
    active = server.kubectl("get", "namespaces", "--field-selector=status.phase=Active", "-o", "name")
    assert f"namespace/{namespace}" in active.splitlines()
    secrets = ["get", "secrets", "-n", namespace, "--field-selector=type=Opaque", "-o", "name"]
    assert server.kubectl(*secrets) == ""
    for selector in ["app foo (x)", "app in web", "app in (web", "app web"]:
        with pytest.raises(AssertionError, match="unable to parse requirement: found "):
            found("-l", selector)


@kubernetes_check
def accounts_are_deleted(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("x", {}))
    server.kubectl("-n", namespace, "delete", "serviceaccount", "x")
    with pytest.raises(AssertionError, match="NotFound"):
        server.get("serviceaccount", "x", namespace)


@kubernetes_check
def a_token_is_for_one_audience(server: Kubernetes, namespace: str) -> None:
    apply(server, namespace, "one", manifest("x", {}))
    token = server.kubectl("-n", namespace, "create", "token", "x", "--audience=sts.amazonaws.com")
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["aud"] == ["sts.amazonaws.com"]
    assert claims["sub"] == f"system:serviceaccount:{namespace}:x"
    assert claims["iss"].startswith("https://oidc.eks.eu-west-3.amazonaws.com/id/")
    assert claims["kubernetes.io"]["serviceaccount"]["name"] == "x"


def outcome(backend: str, name: str, run: Callable[[], None]) -> None:
    """Runs a check; one that the backend is listed as unable of must fail."""
    reason = UNABLE.get((backend, name))
    if reason is None:
        return run()
    with pytest.raises(AssertionError):
        run()


@pytest.fixture(params=["sandbox", "moto"])
def cloud(request: pytest.FixtureRequest) -> tuple[str, Aws | Sandbox]:
    backend = str(request.param)
    return backend, request.getfixturevalue("sandbox" if backend == "sandbox" else "aws")


@pytest.mark.parametrize("name", AWS_CHECKS)
def test_aws(cloud: tuple[str, Aws | Sandbox], name: str) -> None:
    backend, server = cloud
    iam = server.client("iam")
    outcome(backend, name, lambda: AWS_CHECKS[name](iam, name.replace("_", "-")[:60]))


def test_the_caller_and_the_cluster(cloud: tuple[str, Aws | Sandbox]) -> None:
    _, server = cloud
    caller = server.client("sts").get_caller_identity()
    assert caller["Account"] == "123456789012"
    assert caller["Arn"].startswith("arn:aws:")
    eks = server.client("eks")
    assert "prod" in eks.list_clusters()["clusters"]
    cluster = eks.describe_cluster(name="prod")["cluster"]
    assert (cluster["name"], cluster["status"]) == ("prod", "ACTIVE")
    assert cluster["arn"] == "arn:aws:eks:eu-west-3:123456789012:cluster/prod"
    issuer = cluster["identity"]["oidc"]["issuer"]
    assert issuer.startswith("https://oidc.eks.eu-west-3.amazonaws.com/id/")
    assert cluster["endpoint"].startswith("https://")
    authority = base64.b64decode(cluster["certificateAuthority"]["data"])
    assert authority.startswith(b"-----BEGIN CERTIFICATE-----")
    missing = code_of(lambda: eks.describe_cluster(name="no-such-cluster"))
    assert missing == "ResourceNotFoundException"


@pytest.fixture(params=["sandbox", "kube-apiserver"])
def server(request: pytest.FixtureRequest) -> tuple[str, Kubernetes]:
    backend = str(request.param)
    if backend == "sandbox":
        sandbox: Sandbox = request.getfixturevalue("sandbox")
        return backend, sandbox.kubernetes
    return backend, request.getfixturevalue("kubernetes")


@pytest.mark.parametrize("name", KUBERNETES_CHECKS)
def test_kubernetes(server: tuple[str, Kubernetes], name: str) -> None:
    backend, kubernetes = server
    namespace = f"conformance-{name.replace('_', '-')}"[:60].rstrip("-")
    kubernetes.kubectl("create", "namespace", namespace)
    outcome(backend, name, lambda: KUBERNETES_CHECKS[name](kubernetes, namespace))
