"""Real servers on loopback: IAM, STS and EKS as moto serves them, and a real kube-apiserver on a real etcd."""

import base64
import json
import os
import re
import secrets
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-3"
HOST = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
ISSUER = f"https://{HOST}"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{HOST}"
ADMIN = "admin-of-the-tests"
RESTRICTED = "restricted-of-the-tests"


def canonical(account: str) -> dict[str, Any]:
    """The statement that lets in one service account, `NAMESPACE:NAME`."""
    return {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{HOST}:aud": "sts.amazonaws.com",
                f"{HOST}:sub": f"system:serviceaccount:{account}",
            }
        },
    }


@dataclass
class Kubernetes:
    """A kube-apiserver that looks like one of EKS."""

    url: str
    ca: Path
    kubectl_program: Path
    kubeconfig: Path
    restricted_kubeconfig: Path

    def kubectl(self, *args: str, stdin: str | None = None) -> str:
        """What kubectl prints; it must not fail."""
        command = [str(self.kubectl_program), "--kubeconfig", str(self.kubeconfig), *args]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """An object, with its managed fields."""
        where = ["-n", namespace] if namespace else []
        text = self.kubectl("get", kind, name, *where, "-o", "json", "--show-managed-fields")
        found: dict[str, Any] = json.loads(text)
        return found


@dataclass
class Aws:
    """moto: its endpoint, and what it was asked."""

    url: str
    log: Path
    env: dict[str, str] = field(default_factory=dict)

    def client(self, service: str, **credentials: str) -> Any:
        """A client of boto3, with these credentials or its own."""
        own = {
            "aws_access_key_id": self.env["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": self.env["AWS_SECRET_ACCESS_KEY"],
        }
        known = credentials or own
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **known)

    def asked(self) -> list[str]:
        """Each request since the start, such as `iam:GetRole`."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(what: str, ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.1)
    pytest.fail(f"{what} did not start:\n{log.read_text(errors='replace')[-3000:]}")


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder with etcd, kube-apiserver and kubectl."""
    built = subprocess.run([ROOT / "tests/real/servers"], stdout=subprocess.PIPE, text=True, check=False)
    if built.returncode != 0:
        message = "etcd and kube-apiserver are not there: `tests/real/servers` builds them"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return Path(built.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def kubernetes(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubernetes]:
    """etcd and kube-apiserver, with namespace `shop`."""
    home = tmp_path_factory.mktemp("kubernetes")
    etcd_port, peer_port, port = free_port(), free_port(), free_port()
    running = []
    try:
        etcd_log = home / "etcd.log"
        etcd_url = f"http://127.0.0.1:{etcd_port}"
        peer_url = f"http://127.0.0.1:{peer_port}"
        etcd = [
            str(programs / "etcd"),
            f"--data-dir={home / 'etcd'}",
            f"--listen-client-urls={etcd_url}",
            f"--advertise-client-urls={etcd_url}",
            f"--listen-peer-urls={peer_url}",
            f"--initial-advertise-peer-urls={peer_url}",
            f"--initial-cluster=default={peer_url}",
            "--unsafe-no-fsync",
        ]
        with etcd_log.open("wb") as out:
            running.append(subprocess.Popen(etcd, stdout=out, stderr=out))
        wait_for("etcd", lambda: is_open(etcd_port), running[0], etcd_log)

        key = home / "signing.key"
        subprocess.run(
            ["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True
        )
        tokens = home / "tokens.csv"
        tokens.write_text(
            f'{ADMIN},admin,1,"system:masters"\n{RESTRICTED},restricted,2,""\n', encoding="utf-8"
        )
        log = home / "kube-apiserver.log"
        server = [
            str(programs / "kube-apiserver"),
            f"--etcd-servers={etcd_url}",
            f"--secure-port={port}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={home / 'certificates'}",
            f"--service-account-issuer={ISSUER}",
            f"--service-account-jwks-uri={ISSUER}/keys",
            f"--service-account-signing-key-file={key}",
            f"--service-account-key-file={key}",
            "--api-audiences=https://kubernetes.default.svc",
            "--authorization-mode=RBAC",
            f"--token-auth-file={tokens}",
            "--disable-admission-plugins=ServiceAccount",
            "--service-cluster-ip-range=10.0.0.0/24",
        ]
        with log.open("wb") as out:
            running.append(subprocess.Popen(server, stdout=out, stderr=out))

        url = f"https://127.0.0.1:{port}"
        # Its own certificate, with the one that signed it behind.
        ca = home / "certificates" / "apiserver.crt"
        found = Kubernetes(
            url,
            ca,
            programs / "kubectl",
            home / "kubeconfig",
            home / "restricted",
        )
        for file, token in [(found.kubeconfig, ADMIN), (found.restricted_kubeconfig, RESTRICTED)]:
            file.write_text(json.dumps(kubeconfig(url, ca, token)), encoding="utf-8")

        def ready() -> bool:
            flags = ["--kubeconfig", str(found.kubeconfig)]
            command = [str(found.kubectl_program), *flags, "get", "--raw", "/readyz"]
            return subprocess.run(command, capture_output=True, check=False).returncode == 0

        wait_for("kube-apiserver", ready, running[1], log)
        yield found
    finally:
        # The server would wait for its watchers.
        for process in reversed(running):
            process.kill()
            process.wait()


def kubeconfig(url: str, ca: Path, token: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
        "clusters": [{"name": "tests", "cluster": {"server": url, "certificate-authority": str(ca)}}],
        "users": [{"name": "tests", "user": {"token": token}}],
    }


@pytest.fixture
def namespace(kubernetes: Kubernetes, request: pytest.FixtureRequest) -> str:
    """A namespace of the test's own."""
    name = re.sub("[^a-z0-9]+", "-", str(request.node.name))[:60].strip("-")
    kubernetes.kubectl("create", "namespace", name)
    return name


@pytest.fixture(scope="session")
def aws(kubernetes: Kubernetes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """moto with cluster `prod`, whose API server is the real one."""
    home = tmp_path_factory.mktemp("moto")
    port = free_port()
    clusters, log = home / "clusters.json", home / "requests.log"
    known = {
        "endpoint": kubernetes.url,
        "issuer": ISSUER,
        "ca": base64.b64encode(kubernetes.ca.read_bytes()).decode(),
    }
    clusters.write_text(json.dumps({"prod": known}), encoding="utf-8")
    program = str(ROOT / "tests/real/moto_server.py")
    server = [sys.executable, program, str(port), str(log), str(clusters)]
    output = home / "moto.log"
    with output.open("wb") as out:
        process = subprocess.Popen(server, stdout=out, stderr=out)
    try:
        wait_for("moto", lambda: is_open(port), process, output)
        env = {
            "AWS_ACCESS_KEY_ID": "AKIA" + secrets.token_hex(8).upper(),
            "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        found = Aws(env["AWS_ENDPOINT_URL"], log, env)
        network = {"subnetIds": ["subnet-1", "subnet-2"]}
        role = "arn:aws:iam::123456789012:role/cluster"
        found.client("eks").create_cluster(name="prod", roleArn=role, resourcesVpcConfig=network)
        yield found
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Sandbox:
    """The sandbox, served by the program."""

    env: dict[str, str]
    kubernetes: Kubernetes

    def client(self, service: str) -> Any:
        """A client of boto3."""
        return boto3.client(
            service,
            endpoint_url=self.env["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id=self.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.env["AWS_SECRET_ACCESS_KEY"],
        )


@pytest.fixture(scope="session")
def sandbox(programs: Path) -> Iterator[Sandbox]:
    """`iamwire sandbox`, by what it prints to export; it ends with its input."""
    process = subprocess.Popen(
        [program(), "sandbox"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout
    try:
        env: dict[str, str] = {}
        while "KUBECONFIG" not in env:
            line = process.stdout.readline()
            assert line, "the sandbox ended"
            name, _, value = line.strip().removeprefix("export ").partition("=")
            env[name] = shlex.split(value)[0]
        kubeconfig = Path(env["KUBECONFIG"])
        server = Kubernetes("", Path(), programs / "kubectl", kubeconfig, kubeconfig)
        yield Sandbox(env, server)
    finally:
        process.stdin.close()
        process.wait(30)


def program() -> str:
    """The program as it was built for the tests."""
    default = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "iamwire"
    return os.environ.get("IAMWIRE", str(default))


@dataclass
class Done:
    """A run of the program."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The result, of `--output json`."""
        read: dict[str, Any] = json.loads(self.out)
        return read


Program = Callable[..., Done]


@pytest.fixture(scope="session")
def iamwire(aws: Aws, kubernetes: Kubernetes) -> Program:
    """Runs the program against these servers."""
    base = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "KUBE"))}

    def run(*args: str, kubeconfig: Path | None = None, profiles: Path | None = None) -> Done:
        env = base | aws.env | {"KUBECONFIG": str(kubeconfig or kubernetes.kubeconfig)}
        if profiles:
            env["AWS_CONFIG_FILE"] = str(profiles)
        config = ["--kubeconfig", env["KUBECONFIG"]]
        command = [program(), *args, *config]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        for secret in (aws.env["AWS_SECRET_ACCESS_KEY"], ADMIN, RESTRICTED):
            assert secret not in done.stdout + done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run
