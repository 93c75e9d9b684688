"""The main job on real servers, asserted with boto3 and kubectl, not with our own code."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import HOST, PROVIDER, REGION, Aws, Kubernetes, Program, canonical

READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
KEY = "eks.amazonaws.com/role-arn"
AUDIENCE = "eks.amazonaws.com/audience"
EXPIRATION = "eks.amazonaws.com/token-expiration"
READS = ("Get", "List", "GET ", "Describe")


def flags(namespace: str, *more: str) -> list[str]:
    account = ["--namespace", namespace, "--service-account", "my-s3-role"]
    return ["--cluster", "prod", "--region", REGION, *account, *more]


def role_flags(role: str) -> list[str]:
    return ["--role", role, "--policy", "AmazonS3ReadOnlyAccess"]


def trust_of(aws: Aws, role: str) -> Any:
    return aws.client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]


def writes(asked: list[str]) -> list[str]:
    return [what for what in asked if not what.split(":", 1)[1].startswith(READS)]


def apply_theirs(
    kubernetes: Kubernetes, namespace: str, annotations: dict[str, str], labels: dict[str, str]
) -> None:
    """The service account, as somebody else applies it."""
    metadata = {"name": "my-s3-role", "annotations": annotations, "labels": labels}
    manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    flags = ["--server-side", "--field-manager=theirs", "-n", namespace, "-f", "-"]
    kubernetes.kubectl("apply", *flags, stdin=json.dumps(manifest))


def test_provider_role_trust_attachment_and_annotation_agree(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    wire = ["wire", *flags(namespace, *role_flags("agree")), "--yes", "--output", "json"]
    first = iamwire(*wire)
    assert first.code == 0, first.err
    arn = "arn:aws:iam::123456789012:role/agree"
    assert first.json["role_arn"] == arn
    assert first.json["in_doubt"] == first.json["not_begun"] == []

    iam = aws.client("iam")
    provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER)
    assert provider["Url"] == HOST
    assert provider["ClientIDList"] == ["sts.amazonaws.com"]
    assert trust_of(aws, "agree")["Statement"] == [canonical(f"{namespace}:my-s3-role")]
    attached = iam.list_attached_role_policies(RoleName="agree")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [READ_ONLY]
    account = kubernetes.get("serviceaccount", "my-s3-role", namespace)
    assert account["metadata"]["annotations"] == {KEY: arn}
    assert account["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "iamwire"}
    # The manifest that it prints is the object that is there.
    dry = kubernetes.kubectl("diff", "--server-side", "-f", "-", stdin=json.dumps(first.json["manifest"]))
    assert dry == ""

    before = len(aws.asked())
    second = iamwire(*wire)
    assert second.code == 0, second.err
    assert second.json["done"] == []
    assert writes(aws.asked()[before:]) == []
    again = kubernetes.get("serviceaccount", "my-s3-role", namespace)
    assert again["metadata"]["resourceVersion"] == account["metadata"]["resourceVersion"]

    gone = iamwire("unwire", *flags(namespace, *role_flags("agree")), "--delete-provider", "--yes")
    assert gone.code == 0, gone.err
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="agree")
    assert PROVIDER not in json.dumps(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"])
    assert kubernetes.kubectl("-n", namespace, "get", "serviceaccounts", "-o", "name") == ""


def test_what_others_own_survives(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    """A foreign role and account: only the grant and the annotation come and go."""
    iam = aws.client("iam")
    foreign = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Sid": "Theirs", "Effect": "Allow",\n      "Principal": { "Service": "ec2.amazonaws.com" },\n      "Action": "sts:AssumeRole"\n    }\n  ]\n}'
    iam.create_role(
        RoleName="theirs", AssumeRolePolicyDocument=foreign, Tags=[{"Key": "owner", "Value": "them"}]
    )
    iam.attach_role_policy(RoleName="theirs", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    apply_theirs(kubernetes, namespace, {"theirs/note": "kept"}, {"theirs": "kept"})
    account = kubernetes.get("serviceaccount", "my-s3-role", namespace)

    refused = iamwire("wire", *flags(namespace, *role_flags("theirs")), "--yes")
    assert refused.code == 1
    assert "theirs" in refused.err and "IAMReadOnlyAccess" in refused.err
    assert trust_of(aws, "theirs") == json.loads(foreign)

    merge = ["--existing-role", "merge", "--yes"]
    wired = iamwire("wire", *flags(namespace, *role_flags("theirs"), *merge))
    assert wired.code == 0, wired.err
    statements = trust_of(aws, "theirs")["Statement"]
    assert statements == [*json.loads(foreign)["Statement"], canonical(f"{namespace}:my-s3-role")]
    role = iam.get_role(RoleName="theirs")["Role"]
    assert role["Tags"] == [{"Key": "owner", "Value": "them"}]
    now = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert now["annotations"] == {"theirs/note": "kept", KEY: role["Arn"]}
    assert now["labels"] == {"theirs": "kept"}
    owners = {entry["manager"]: entry["fieldsV1"] for entry in now["managedFields"]}
    assert owners["theirs"] == managed(account, "theirs")
    assert owners["iamwire"] == {"f:metadata": {"f:annotations": {f"f:{KEY}": {}}}}

    gone = iamwire("unwire", *flags(namespace, "--role", "theirs"), "--yes")
    assert gone.code == 0, gone.err
    assert raw_trust(aws, "theirs") == foreign
    role = iam.get_role(RoleName="theirs")["Role"]
    assert role["Tags"] == [{"Key": "owner", "Value": "them"}]
    attached = iam.list_attached_role_policies(RoleName="theirs")["AttachedPolicies"]
    assert {policy["PolicyName"] for policy in attached} == {
        "IAMReadOnlyAccess",
        "AmazonS3ReadOnlyAccess",
    }
    left = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert left["annotations"] == {"theirs/note": "kept"}
    assert left["labels"] == {"theirs": "kept"}
    assert managed(kubernetes.get("serviceaccount", "my-s3-role", namespace), "theirs") == managed(
        account, "theirs"
    )


def test_another_manager_owns_the_annotation(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    other = {KEY: "arn:aws:iam::123456789012:role/another"}
    apply_theirs(kubernetes, namespace, other, {})
    before = len(aws.asked())
    refused = iamwire("wire", *flags(namespace, *role_flags("conflict")), "--yes")
    assert refused.code == 1
    assert "theirs" in refused.err and "--force-conflicts" in refused.err
    assert writes(aws.asked()[before:]) == []
    forced = iamwire("wire", *flags(namespace, *role_flags("conflict"), "--force-conflicts"), "--yes")
    assert forced.code == 0, forced.err
    now = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert now["annotations"] == {KEY: "arn:aws:iam::123456789012:role/conflict"}


def test_nobody_owns_the_annotation(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    apply_theirs(kubernetes, namespace, {KEY: "arn:aws:iam::123456789012:role/another"}, {})
    patch = json.dumps({"metadata": {"managedFields": [{}]}})
    where = ["-n", namespace, "patch", "serviceaccount", "my-s3-role"]
    kubernetes.kubectl(*where, "--type=merge", "-p", patch)
    before = len(aws.asked())
    wire = ["wire", *flags(namespace, *role_flags("unowned")), "--yes"]
    refused = iamwire(*wire)
    assert refused.code == 1
    assert "no field manager" in refused.err and "--force-conflicts" in refused.err
    assert writes(aws.asked()[before:]) == []
    forced = iamwire(*wire, "--force-conflicts")
    assert forced.code == 0, forced.err
    now = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert now["annotations"] == {KEY: "arn:aws:iam::123456789012:role/unowned"}


def test_an_account_that_is_being_deleted(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    wire = ["wire", *flags(namespace, *role_flags("going")), "--yes"]
    assert iamwire(*wire).code == 0
    where = ["-n", namespace, "patch", "serviceaccount", "my-s3-role", "--type=merge", "-p"]
    kubernetes.kubectl(*where, json.dumps({"metadata": {"finalizers": ["example.com/wait"]}}))
    kubernetes.kubectl("-n", namespace, "delete", "serviceaccount", "my-s3-role", "--wait=false")
    before = len(aws.asked())
    refused = iamwire(*wire)
    assert refused.code == 1
    assert "is being deleted" in refused.err and "finalizers" in refused.err
    assert writes(aws.asked()[before:]) == []
    kubernetes.kubectl(*where, json.dumps({"metadata": {"finalizers": None}}))
    again = iamwire(*wire)
    assert again.code == 0, again.err
    now = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert now["annotations"] == {KEY: "arn:aws:iam::123456789012:role/going"}


def test_an_audience_that_nobody_asks_for(
    kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    def annotations() -> Any:
        return kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]["annotations"]

    arn = "arn:aws:iam::123456789012:role/audience"
    wire = ["wire", *flags(namespace, *role_flags("audience")), "--yes", "--output", "json"]
    asked = iamwire(*wire, "--audience", "vault", "--token-expiration", "600")
    assert asked.code == 0, asked.err
    assert annotations() == {KEY: arn, AUDIENCE: "vault", EXPIRATION: "600"}
    plain = iamwire(*wire)
    assert plain.code == 0, plain.err
    assert annotations() == {KEY: arn}
    assert iamwire(*wire).json["done"] == []

    apply_theirs(kubernetes, namespace, {AUDIENCE: "vault"}, {})
    refused = iamwire(*wire)
    assert refused.code == 1
    assert "theirs" in refused.json["error"]["message"]
    forced = iamwire(*wire, "--force-conflicts")
    assert forced.code == 0, forced.err
    assert annotations() == {KEY: arn, AUDIENCE: "sts.amazonaws.com"}
    again = iamwire(*wire)
    assert again.json["done"] == []
    assert again.json["manifest"]["metadata"]["annotations"] == annotations()


@pytest.mark.parametrize("by", ["keys", "assumed-role"])
def test_cluster_and_role_in_two_accounts(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str, tmp_path: Path, by: str
) -> None:
    admin = "arn:aws:iam::210987654321:role/admin"
    session = aws.client("sts").assume_role(RoleArn=admin, RoleSessionName="iamwire")["Credentials"]
    credentials = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    profiles = tmp_path / "config"
    assumed = {"role_arn": admin, "credential_source": "Environment"}
    profile = credentials if by == "keys" else assumed
    lines = [f"{name} = {value}" for name, value in profile.items()]
    profiles.write_text("\n".join(["[profile other]", *lines, ""]), encoding="utf-8")
    there = [*role_flags("across"), "--role-profile", "other", "--yes"]
    wired = iamwire("wire", *flags(namespace, *there), profiles=profiles)
    assert wired.code == 0, wired.err

    iam = aws.client("iam", **credentials)
    role = iam.get_role(RoleName="across")["Role"]
    assert role["Arn"] == "arn:aws:iam::210987654321:role/across"
    provider = PROVIDER.replace("123456789012", "210987654321")
    principal = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert principal == {"Federated": provider}
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["Url"] == HOST
    account = kubernetes.get("serviceaccount", "my-s3-role", namespace)
    assert account["metadata"]["annotations"] == {KEY: role["Arn"]}
    with pytest.raises(aws.client("iam").exceptions.NoSuchEntityException):
        aws.client("iam").get_role(RoleName="across")
    gone = iamwire("unwire", *flags(namespace, *there), profiles=profiles)
    assert gone.code == 0, gone.err
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="across")


def test_a_policy_of_the_account_is_found_under_its_path(
    aws: Aws, iamwire: Program, namespace: str
) -> None:
    iam = aws.client("iam")
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
    made = iam.create_policy(
        PolicyName="shop-bucket", Path="/team/shop/", PolicyDocument=json.dumps(document)
    )
    role = ["--role", "deep", "--policy", "shop-bucket", "--yes"]
    wired = iamwire("wire", *flags(namespace, *role))
    assert wired.code == 0, wired.err
    attached = iam.list_attached_role_policies(RoleName="deep")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [made["Policy"]["Arn"]]


def test_a_caller_who_may_not_is_told_the_verb(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    before = len(aws.asked())
    wire = ["wire", *flags(namespace, *role_flags("restricted")), "--yes"]
    refused = iamwire(*wire, kubeconfig=kubernetes.restricted_kubeconfig)
    assert refused.code == 1
    assert f"get namespaces of `{namespace}`" in refused.err
    assert writes(aws.asked()[before:]) == []


def test_a_missing_namespace_is_made_only_when_asked(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program
) -> None:
    before = len(aws.asked())
    refused = iamwire("wire", *flags("made-when-asked", *role_flags("missing")), "--yes")
    assert refused.code == 1
    assert "made-when-asked" in refused.err and "--create-namespace" in refused.err
    assert writes(aws.asked()[before:]) == []
    made = iamwire(
        "wire", *flags("made-when-asked", *role_flags("missing"), "--create-namespace"), "--yes"
    )
    assert made.code == 0, made.err
    labels = kubernetes.get("namespace", "made-when-asked")["metadata"]["labels"]
    assert labels["app.kubernetes.io/managed-by"] == "iamwire"


def managed(thing: dict[str, Any], manager: str) -> Any:
    """What a field manager owns."""
    entries = thing["metadata"]["managedFields"]
    return next(entry["fieldsV1"] for entry in entries if entry["manager"] == manager)


def raw_trust(aws: Aws, role: str) -> str:
    """The trust policy's text, byte for byte: boto3 itself gives what it means."""
    client = aws.client("iam")
    texts: list[str] = []

    def keep(http_response: Any, **_: Any) -> None:
        name = "AssumeRolePolicyDocument"
        found = re.search(f"<{name}>(.*?)</{name}>", http_response.content.decode(), re.S)
        assert found
        texts.append(unquote(found.group(1)))

    client.meta.events.register("after-call.iam.GetRole", keep)
    client.get_role(RoleName=role)
    return texts[-1]
