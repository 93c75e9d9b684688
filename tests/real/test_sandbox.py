"""Other people's clients against the sandbox: the AWS CLI, boto3 and kubectl, with nothing but what it exports."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from conftest import ISSUER, PROVIDER, Sandbox, canonical


def trust(account: str) -> str:
    """The trust policy of a service account."""
    return json.dumps({"Version": "2012-10-17", "Statement": [canonical(account)]})


def aws_cli() -> str:
    """The AWS CLI: of version 1, in a virtual environment of its own."""
    program = os.environ.get("IAMWIRE_AWS_CLI", "")
    if not Path(program).is_file():
        message = "there is no AWS CLI: IAMWIRE_AWS_CLI names one, `pip install awscli` in a venv makes one"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return program


def aws(sandbox: Sandbox, *args: str) -> Any:
    """What the AWS CLI prints as JSON; it must not fail."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | sandbox.env
    command = [aws_cli(), *args, "--output", "json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "null")


def test_the_tutorial_by_hand(sandbox: Sandbox) -> None:
    """What the tutorial does by hand, with the AWS CLI and kubectl, and a token that then opens the role."""
    cluster = aws(sandbox, "eks", "describe-cluster", "--name", "prod")["cluster"]
    assert cluster["identity"]["oidc"]["issuer"] == ISSUER
    audience = ["--client-id-list", "sts.amazonaws.com"]
    made = aws(sandbox, "iam", "create-open-id-connect-provider", "--url", ISSUER, *audience)
    assert made["OpenIDConnectProviderArn"] == PROVIDER
    name = ["--role-name", "by-hand"]
    document = ["--assume-role-policy-document", trust("shop:by-hand")]
    role = aws(sandbox, "iam", "create-role", *name, *document)["Role"]
    policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    aws(sandbox, "iam", "attach-role-policy", *name, "--policy-arn", policy)

    kubectl = sandbox.kubernetes.kubectl
    kubectl("-n", "shop", "create", "serviceaccount", "by-hand")
    arn = f"eks.amazonaws.com/role-arn={role['Arn']}"
    kubectl("-n", "shop", "annotate", "serviceaccount", "by-hand", arn)
    assert "by-hand" in kubectl("-n", "shop", "describe", "serviceaccount", "by-hand")

    token = ["create", "token", "by-hand", "-n", "shop"]
    ours = kubectl(*token, "--audience", "sts.amazonaws.com").strip()
    session = ["--role-arn", role["Arn"], "--role-session-name", "by-hand", "--web-identity-token", ours]
    opened = aws(sandbox, "sts", "assume-role-with-web-identity", *session)
    assert opened["SubjectFromWebIdentityToken"] == "system:serviceaccount:shop:by-hand"
    assert opened["AssumedRoleUser"]["Arn"].endswith(":assumed-role/by-hand/by-hand")

    sts = sandbox.client("sts")
    kubectl("-n", "shop", "create", "serviceaccount", "another")
    others = kubectl("create", "token", "another", "-n", "shop", "--audience", "sts.amazonaws.com")
    for foreign, code in [(others.strip(), "AccessDenied"), (ours[:-6] + "AAAAAA", "InvalidIdentityToken")]:
        with pytest.raises(ClientError) as refused:
            sts.assume_role_with_web_identity(
                RoleArn=role["Arn"], RoleSessionName="by-hand", WebIdentityToken=foreign
            )
        assert refused.value.response["Error"]["Code"] == code


def test_a_token_of_the_aws_cli_opens_the_cluster(sandbox: Sandbox, tmp_path: Path) -> None:
    token = aws(sandbox, "eks", "get-token", "--cluster-name", "prod")["status"]["token"]
    config = json.loads(sandbox.kubernetes.kubectl("config", "view", "--raw", "-o", "json"))
    for user in config["users"]:
        user["user"] = {"token": token}
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(json.dumps(config), encoding="utf-8")
    kubectl = str(sandbox.kubernetes.kubectl_program)
    command = [kubectl, "--kubeconfig", str(kubeconfig), "get", "namespaces"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "shop" in done.stdout, done.stderr


def test_what_it_does_not_know_is_said(sandbox: Sandbox) -> None:
    with pytest.raises(ClientError) as unknown:
        sandbox.client("iam").list_groups()
    response = unknown.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "ListGroups" in response["Error"]["Message"]
