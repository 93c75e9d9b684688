"""Settings of AWS that are empty or wrong, and what a machine lacks: an error that says which, and no panic."""

import subprocess
import sys
from pathlib import Path

import pytest
from iamwire import Account, AwsError, Binding, Cluster, Desired, Error, KubeError, Role, Wirer
from iamwire.sandbox import Sandbox

DESIRED = Desired([Binding(Cluster.from_name("prod"), Account("shop/a"), Role("a"))])


def refused(wirer: Wirer) -> Error:
    with pytest.raises(Error) as caught:
        wirer.plan(DESIRED)
    assert caught.value.help
    return caught.value


def test_what_is_empty_counts_as_absent(
    iamwire_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Wirer(region="", endpoint_url="").plan(DESIRED).changes
    monkeypatch.setenv("AWS_REGION", "")
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    for service in ("EKS", "IAM", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", iamwire_sandbox.endpoint_url)
    assert Wirer().plan(DESIRED).changes
    monkeypatch.setenv("AWS_DEFAULT_REGION", "")
    error = refused(Wirer(region=""))
    assert isinstance(error, AwsError)
    assert error.code == "aws.no-region"


def test_an_empty_profile_is_refused() -> None:
    with pytest.raises(Error) as caught:
        Wirer(profile="")
    assert caught.value.code == "wirer.credentials"
    with pytest.raises(Error) as caught:
        Wirer(role_profile="")
    assert caught.value.code == "wirer.credentials"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("AWS_ENDPOINT_URL", "not a url", "aws.endpoint"),
        ("AWS_ENDPOINT_URL_STS", "x", "aws.endpoint"),
        ("AWS_RETRY_MODE", "eager", "aws.retries"),
        ("AWS_MAX_ATTEMPTS", "0", "aws.retries"),
    ],
)
def test_the_variable_that_is_wrong_is_named(
    iamwire_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    wirer = Wirer()
    with monkeypatch.context() as changed:
        changed.setenv(name, value)
        error = refused(wirer)
    assert isinstance(error, AwsError)
    assert (error.code, error.operation) == (code, None)
    assert str(error).startswith(name)
    assert not iamwire_sandbox.requests
    # What was wrong isn't kept.
    assert wirer.plan(DESIRED).changes


@pytest.mark.usefixtures("iamwire_sandbox")
def test_an_argument_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    for wirer, code in [
        (Wirer(endpoint_url="not a url"), "aws.endpoint"),
        (Wirer(region="a b"), "aws.region"),
        (Wirer(role_profile="nobody"), "aws.no-credentials"),
    ]:
        assert refused(wirer).code == code
    # It is the one that counts, whatever the environment names.
    assert "asked at `http://127.0.0.1:1`" in str(refused(Wirer(endpoint_url="http://127.0.0.1:1")))
    monkeypatch.setenv("HTTPS_PROXY", "ftp://x:1")
    # The fixture excepts the loopback.
    assert Wirer(context="prod").plan(DESIRED).changes
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    error = refused(Wirer(context="prod"))
    assert isinstance(error, KubeError)
    assert error.code == "kube.proxy"


def test_a_session_that_is_wanting_names_its_sign_in(
    iamwire_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-3\n"
        "sso_account_id = 123456789012\nsso_role_name = Admin\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("HOME", str(tmp_path))
    for wirer in (Wirer(profile="corp"), Wirer(role_profile="corp")):
        error = refused(wirer)
        assert error.code == "aws.sso-expired"
        assert error.help == "sign in: `aws sso login --profile corp`"
    assert "AssumeRole" not in {call.operation for call in iamwire_sandbox.requests}


def test_a_machine_without_certificate_authorities(
    iamwire_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    host, port = iamwire_sandbox.tls_address
    # They are looked for once in a process.
    script = f"""
from iamwire import Account, AwsError, Binding, Cluster, Desired, Role, Wirer

desired = Desired([Binding(Cluster.from_name("prod"), Account("shop/a"), Role("a"))])
assert Wirer().plan(desired).changes
try:
    Wirer(endpoint_url="https://{host}:{port}").plan(desired)
except AwsError as error:
    print(error.code, error)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.stdout.startswith("aws.no-roots"), told
    assert "SSL_CERT_FILE names `/no/such/file`" in told.stdout
