"""What a role has beside its trust, foreign roles that are replaced, and pods: on the real servers."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Aws, Kubernetes, Program, canonical
from test_wire import KEY, flags, role_flags, trust_of, writes

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


def owners(kubernetes: Kubernetes, namespace: str) -> set[str]:
    """Who manages fields of the service account."""
    found = kubernetes.get("serviceaccount", "my-s3-role", namespace)
    return {entry["manager"] for entry in found["metadata"].get("managedFields", [])}


def test_all_settings_of_a_role(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str, tmp_path: Path
) -> None:
    inline = tmp_path / "list.json"
    inline.write_text(json.dumps(POLICY), encoding="utf-8")
    settings = [
        *("--path", "/apps/", "--description", "reads buckets", "--max-session-duration", "7200"),
        *("--boundary", BOUNDARY, "--tag", "team=shop", "--inline", f"list={inline}"),
    ]
    wire = ["wire", *flags(namespace, *role_flags("settled"), *settings), "--yes", "--output", "json"]
    done = iamwire(*wire)
    assert done.code == 0, done.err
    iam = aws.client("iam")
    role = iam.get_role(RoleName="settled")["Role"]
    assert role["Arn"] == "arn:aws:iam::123456789012:role/apps/settled"
    assert (role["Description"], role["MaxSessionDuration"]) == ("reads buckets", 7200)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
    tags = {tag["Key"]: tag["Value"] for tag in role["Tags"]}
    assert tags == {"iamwire:managed": "true", "team": "shop"}
    assert iam.get_role_policy(RoleName="settled", PolicyName="list")["PolicyDocument"] == POLICY
    found = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert found["annotations"] == {KEY: role["Arn"]}

    before = len(aws.asked())
    again = iamwire(*wire)
    assert (again.code, again.json["done"]) == (0, []), again.err
    assert writes(aws.asked()[before:]) == []

    changed = {**POLICY, "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    inline.write_text(json.dumps(changed), encoding="utf-8")
    other = [word.replace("7200", "3600").replace("reads buckets", "reads objects") for word in wire]
    assert iamwire(*other).code == 0
    role = iam.get_role(RoleName="settled")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("reads objects", 3600)
    assert iam.get_role_policy(RoleName="settled", PolicyName="list")["PolicyDocument"] == changed

    gone = iamwire("unwire", *flags(namespace, "--role", "settled"), "--yes")
    assert gone.code == 0, gone.err
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="settled")


def test_a_foreign_role_is_replaced_where_that_is_asked(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    iam = aws.client("iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    theirs = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName="replaced", AssumeRolePolicyDocument=theirs)
    replace = ["--existing-role", "replace", "--yes"]
    done = iamwire("wire", *flags(namespace, *role_flags("replaced"), *replace))
    assert done.code == 0, done.err
    assert trust_of(aws, "replaced")["Statement"] == [canonical(f"{namespace}:my-s3-role")]
    tags = iam.get_role(RoleName="replaced")["Role"]["Tags"]
    assert {"Key": "iamwire:managed", "Value": "true"} in tags
    before = len(aws.asked())
    again = iamwire("wire", *flags(namespace, *role_flags("replaced"), *replace))
    assert again.code == 0, again.err
    assert writes(aws.asked()[before:]) == []
    # It counts as ours from then on.
    gone = iamwire("unwire", *flags(namespace, "--role", "replaced"), "--yes")
    assert gone.code == 0, gone.err
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName="replaced")


def test_policies_are_detached_where_that_is_asked(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    iam = aws.client("iam")
    other = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    theirs = json.dumps({"Version": "2012-10-17", "Statement": [other]})
    iam.create_role(RoleName="detached", AssumeRolePolicyDocument=theirs)
    iam.attach_role_policy(RoleName="detached", PolicyArn=BOUNDARY)
    merge = ["--existing-role", "merge", "--yes"]
    assert iamwire("wire", *flags(namespace, *role_flags("detached"), *merge)).code == 0
    unwire = ["unwire", *flags(namespace, *role_flags("detached")), "--yes"]
    gone = iamwire(*unwire, "--detach-policies")
    assert gone.code == 0, gone.err
    left = iam.list_attached_role_policies(RoleName="detached")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in left] == [BOUNDARY]
    assert trust_of(aws, "detached") == json.loads(theirs)


def test_pods_are_told_and_keep_their_account(
    aws: Aws, kubernetes: Kubernetes, iamwire: Program, namespace: str
) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "my-s3-role"}}
    kubernetes.kubectl("-n", namespace, "create", "-f", "-", stdin=json.dumps(account))
    pod: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0"},
        "spec": {
            "serviceAccountName": "my-s3-role",
            "automountServiceAccountToken": False,
            "containers": [{"name": "web", "image": "web"}],
        },
    }
    kubernetes.kubectl("-n", namespace, "create", "-f", "-", stdin=json.dumps(pod))
    wired = iamwire("wire", *flags(namespace, *role_flags("pods")), "--yes", "--output", "json")
    assert wired.code == 0, wired.err
    told = [n["help"] for n in wired.json["notices"] if n["code"] == "plan.restart"]
    assert told == ["make these pods again: web-0"]
    assert "iamwire" in owners(kubernetes, namespace)

    gone = iamwire("unwire", *flags(namespace, "--role", "pods"), "--yes")
    assert gone.code == 0, gone.err
    found = kubernetes.get("serviceaccount", "my-s3-role", namespace)["metadata"]
    assert "annotations" not in found
    assert "iamwire" not in owners(kubernetes, namespace)
