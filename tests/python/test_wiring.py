"""Wiring on the sandbox: the main job in both forms, what stops it, and what it says."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aws
import iamwire
import pytest
from iamwire import (
    Account,
    Applied,
    AwsError,
    Binding,
    Cluster,
    Desired,
    Event,
    KubeError,
    Plan,
    PlanError,
    Role,
    ThumbprintChoice,
    ThumbprintHost,
    TlsError,
    TlsProbe,
    UnwireOptions,
    WireError,
    Wirer,
)
from iamwire.sandbox import Sandbox

ISSUER = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
ROLE = "arn:aws:iam::123456789012:role/my-s3-role"
SECRET = "wJalrXUtnFEMI"

DESIRED = Desired(
    [
        Binding(
            Cluster.from_name("prod"),
            Account("shop/my-s3-role"),
            Role("my-s3-role", managed_policies=["AmazonS3ReadOnlyAccess"]),
        )
    ]
)
ALL = ["CreateProvider", "CreateRole", "AttachPolicy", "CreateAccount"]


def kinds(of: Plan | Applied) -> list[str]:
    return [change.kind for change in of.changes]


def writes(sandbox: Sandbox) -> list[str]:
    return [call.operation for call in sandbox.requests if call.wrote]


def test_wiring_twice_and_unwiring(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    plan = wirer.plan(DESIRED)
    assert kinds(plan) == ALL
    assert not writes(iamwire_sandbox)
    assert "+ role" in str(plan)
    assert plan.to_dict()["purpose"] == "wire"

    done = wirer.apply(plan)
    assert kinds(done) == ALL
    (wired,) = done.wired
    assert wired.role_arn == iamwire.RoleArn(ROLE)
    assert f"eks.amazonaws.com/role-arn: {ROLE}" in wired.manifest.to_yaml()
    assert done.calls > len(ALL)
    assert [finding.code for finding in done.notices()]

    iamwire_sandbox.clear_requests()
    again = wirer.plan(DESIRED)
    assert again.is_empty
    assert [kept.kind for kept in again.unchanged] == [
        "Provider",
        "Role",
        "Policy",
        "Namespace",
        "Account",
    ]
    assert not wirer.wire(DESIRED).changes
    assert not writes(iamwire_sandbox)

    unwired = wirer.unwire(DESIRED, UnwireOptions(delete_provider=True))
    assert "DeleteRole" in kinds(unwired)
    assert "DeleteProvider" in kinds(unwired)
    assert wirer.plan_unwire(DESIRED).is_empty


def test_wiring_async(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    plan = asyncio.run(wirer.plan_async(DESIRED))
    assert kinds(plan) == ALL

    async def wire() -> None:
        assert kinds(await wirer.apply_async(plan)) == ALL
        first, second = await asyncio.gather(
            wirer.plan_async(DESIRED), wirer.plan_unwire_async(DESIRED)
        )
        assert first.is_empty
        assert not second.is_empty
        done = await wirer.unwire_approved_async(DESIRED, None, second.digest())
        assert kinds(done) == kinds(second)
        assert kinds(await wirer.wire_async(DESIRED))
        assert not kinds(await wirer.wire_approved_async(DESIRED, first.digest().upper()))
        assert kinds(await wirer.unwire_async(DESIRED))

    asyncio.run(wire())
    assert iamwire_sandbox.requests


def test_an_operation_begins_when_it_is_awaited(iamwire_sandbox: Sandbox) -> None:
    waiting = Wirer().wire_async(DESIRED)
    assert asyncio.iscoroutine(waiting)
    waiting.close()
    assert not iamwire_sandbox.requests


def test_only_what_was_approved_is_done(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    with pytest.raises(WireError) as caught:
        wirer.wire_approved(DESIRED, "0" * 64)
    assert caught.value.code == "wire.not-approved"
    now = caught.value.plan
    assert isinstance(now, Plan)
    assert not writes(iamwire_sandbox)
    assert kinds(wirer.wire_approved(DESIRED, now.digest())) == ALL
    plan = wirer.plan_unwire(DESIRED)
    assert kinds(wirer.unwire_approved(DESIRED, None, plan.digest())) == kinds(plan)


def test_a_stale_plan_is_refused(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    plan = wirer.plan(DESIRED)
    wirer.wire(DESIRED)
    iamwire_sandbox.clear_requests()
    with pytest.raises(WireError) as caught:
        wirer.apply(plan)
    assert caught.value.code == "wire.stale"
    assert caught.value.help
    assert (caught.value.done, caught.value.plan) == ((), None)
    assert not writes(iamwire_sandbox)


def test_events_come_in_order(iamwire_sandbox: Sandbox) -> None:
    events: list[Event] = []
    done = Wirer(on_event=events.append).wire(DESIRED)
    assert events[0].kind == "Planned"
    assert events[0].plan is not None and kinds(events[0].plan) == ALL
    made = [event.change for event in events if event.kind == "Done"]
    assert sorted(str(change) for change in made) == sorted(str(c) for c in done.changes)
    assert str(events[1]).startswith("begun: create ")
    assert iamwire_sandbox.requests


def test_an_operation_in_the_middle_of_another_is_refused(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()

    def listen(event: Event) -> None:
        wirer.plan(DESIRED)

    with pytest.raises(iamwire.ValueError) as caught:
        Wirer(on_event=listen).wire(DESIRED)
    assert caught.value.code == "wirer.nested"
    assert iamwire_sandbox.requests


def converges(wirer: Wirer) -> None:
    """What was stopped in the middle finishes when it is run again."""
    wirer.wire(DESIRED)
    assert wirer.plan(DESIRED).is_empty
    iam = aws.client("iam")
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER)["ClientIDList"]
    policies = iam.list_attached_role_policies(RoleName="my-s3-role")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in policies] == ["AmazonS3ReadOnlyAccess"]


def when_asked(sandbox: Sandbox, operation: str, then: Callable[[], object]) -> threading.Thread:
    """Does it as soon as the sandbox has got a call: other threads go on while an operation is waited for."""

    def watch() -> None:
        while not any(call.operation == operation for call in sandbox.requests):
            time.sleep(0.005)
        then()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    return watching


@pytest.mark.parametrize("is_awaited", [False, True])
def test_what_a_listener_raises_ends_the_operation(
    iamwire_sandbox: Sandbox, is_awaited: bool
) -> None:
    def listen(event: Event) -> None:
        if event.kind == "Done":
            raise LookupError(str(event))

    wirer = Wirer(on_event=listen)
    with pytest.raises(LookupError, match="done: "):
        if is_awaited:
            asyncio.run(wirer.wire_async(DESIRED))
        else:
            wirer.wire(DESIRED)
    converges(Wirer())
    assert iamwire_sandbox.requests


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Python's own way with SIGINT, also where this was started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_it(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("CreateRole", "delayed", delay=60)
    watching = when_asked(
        iamwire_sandbox, "CreateRole", lambda: os.kill(os.getpid(), signal.SIGINT)
    )
    wirer = Wirer()
    with pytest.raises(KeyboardInterrupt):
        wirer.wire(DESIRED)
    watching.join()
    assert "AttachRolePolicy" not in writes(iamwire_sandbox)
    converges(wirer)


def test_cancelling_stops_it(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("CreateRole", "delayed", delay=60)
    wirer = Wirer()

    async def cancelled() -> None:
        task = asyncio.create_task(wirer.wire_async(DESIRED))
        while not any(call.operation == "CreateRole" for call in iamwire_sandbox.requests):
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert "AttachRolePolicy" not in writes(iamwire_sandbox)
    converges(wirer)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_asyncio(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("CreateRole", "delayed", delay=60)
    watching = when_asked(
        iamwire_sandbox, "CreateRole", lambda: os.kill(os.getpid(), signal.SIGINT)
    )
    wirer = Wirer()
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(wirer.wire_async(DESIRED))
    watching.join()
    converges(wirer)


class Counting:
    """A session that counts how often it is asked."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.asked = 0
        self.region_name: object = session.region_name

    def get_credentials(self) -> object:
        self.asked += 1
        found: object = self.session.get_credentials()
        return found


def session(sandbox: Sandbox) -> Any:
    return aws.session(
        aws_access_key_id=sandbox.env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=sandbox.env["AWS_SECRET_ACCESS_KEY"],
        region_name=sandbox.env["AWS_REGION"],
    )


def test_a_boto3_session_gives_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:
        for name in sandbox.env:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        counting = Counting(session(sandbox))
        wirer = Wirer(session=counting, endpoint_url=sandbox.endpoint_url)
        assert counting.asked == 0
        assert kinds(wirer.wire(DESIRED)) == ALL
        first = counting.asked
        assert asyncio.run(wirer.plan_async(DESIRED)).is_empty
        assert counting.asked > first > 0
        assert "of a session" in repr(wirer)


def test_a_session_that_fails_says_so(iamwire_sandbox: Sandbox) -> None:
    class Failing:
        region_name = "eu-west-3"

        def get_credentials(self) -> object:
            raise type("Look\nup", (LookupError,), {})(SECRET)

    class Empty:
        region_name = "eu-west-3"

        def get_credentials(self) -> object:
            return None

    for wirer, text in [
        (Wirer(session=Failing()), r"the boto3 session raised Look; up; its `get_credentials` says why\n"),
        (Wirer(session=Empty()), "there are no AWS credentials"),
    ]:
        with pytest.raises(AwsError, match=text) as caught:
            wirer.plan(DESIRED)
        assert caught.value.code == "aws.no-credentials"
        assert caught.value.help
        assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert not iamwire_sandbox.requests


PRINTS_A_SECRET = f"""[profile p]
region = eu-west-3
credential_process = sh -c 'echo "{SECRET}" >&2; exit 1'
"""


def test_what_a_program_for_credentials_prints_is_not_shown(
    iamwire_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(PRINTS_A_SECRET)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for wirer, told in [
        (
            Wirer(session=aws.session(profile_name="p")),
            "raised CredentialRetrievalError (custom-process); its",
        ),
        (Wirer(profile="p"), "external process exited with code exit status: 1"),
    ]:
        with pytest.raises(AwsError) as caught:
            wirer.plan(DESIRED)
        assert caught.value.code == "aws.no-credentials"
        assert told in str(caught.value)
        assert caught.value.__cause__ is None
        assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert not iamwire_sandbox.requests



def test_a_kubeconfig_is_the_other_way(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer(kubeconfig=iamwire_sandbox.kubeconfig, context="prod")
    assert kinds(wirer.wire(DESIRED)) == ALL
    missing = Path(iamwire_sandbox.kubeconfig).with_name("missing")
    with pytest.raises(KubeError) as caught:
        Wirer(kubeconfig=missing).plan(DESIRED)
    assert (caught.value.code, caught.value.operation) == ("kube.kubeconfig", None)


def test_a_profile_comes_before_the_environment(
    iamwire_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    credentials = tmp_path / "credentials"
    credentials.write_text("[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for wirer in [
        Wirer(profile="other"),
        Wirer(role_profile="other"),
        Wirer(session=aws.session(profile_name="other")),
    ]:
        with pytest.raises(AwsError) as caught:
            wirer.plan(DESIRED)
        assert caught.value.code == "aws.credentials"
    assert Wirer(profile="other", region="eu-west-1").__repr__() == (
        "<Wirer profile='other' region='eu-west-1'>"
    )
    assert iamwire_sandbox.requests


def test_errors_of_each_layer(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    missing = Desired([Binding(Cluster("other"), Account("shop/a"), Role("a"))])
    with pytest.raises(PlanError, match="other") as refused:
        wirer.plan(missing)
    assert refused.value.code.startswith("plan.")

    iamwire_sandbox.fail("GetCallerIdentity", "denied")
    with pytest.raises(iamwire.Error, match="sts:GetCallerIdentity"):
        wirer.plan(DESIRED)

    iamwire_sandbox.fail("AttachRolePolicy", "denied")
    with pytest.raises(WireError) as stopped:
        wirer.wire(DESIRED)
    error = stopped.value
    assert [change.kind for change in error.done][:2] == ["CreateProvider", "CreateRole"]
    assert "AttachPolicy" in {change.kind for change in error.not_begun}
    assert [(change.kind, why.code) for change, why in error.failures] == [("AttachPolicy", error.code)]
    assert not error.in_doubt
    assert error.code == "aws.denied"
    assert "iam:AttachRolePolicy" in error.help
    why = error.__cause__
    assert isinstance(why, AwsError)
    assert why.operation == "iam:AttachRolePolicy"
    assert why.service_code == "AccessDenied"
    assert why.request_id
    assert isinstance(why, WireError) and not isinstance(why, KubeError)
    converges(wirer)


def test_what_kubernetes_refuses(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("apply serviceaccounts", "denied", times=9)
    with pytest.raises(WireError) as stopped:
        Wirer().wire(DESIRED)
    why = stopped.value.__cause__
    assert isinstance(why, KubeError)
    assert why.operation == "patch serviceaccounts"
    assert why.resource == "shop/my-s3-role"


def test_a_lost_answer_is_in_doubt(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("AttachRolePolicy", "after", times=9)
    wirer = Wirer()
    with pytest.raises(WireError) as stopped:
        wirer.wire(DESIRED)
    assert [change.kind for change in stopped.value.in_doubt] == ["AttachPolicy"]
    assert "in doubt: attach policy" in str(stopped.value)
    iamwire_sandbox.clear_faults()
    converges(wirer)


def test_the_deadline_holds(iamwire_sandbox: Sandbox) -> None:
    iamwire_sandbox.fail("DescribeCluster", "delayed", delay=60)
    with pytest.raises(WireError) as caught:
        Wirer(deadline=0.2).plan(DESIRED)
    assert caught.value.code == "wire.deadline"
    with pytest.raises(iamwire.ValueError) as refused:
        Wirer(deadline=-1)
    assert refused.value.code == "deadline.seconds"


def test_a_deadline_that_no_clock_can_tell_is_none(iamwire_sandbox: Sandbox) -> None:
    assert kinds(Wirer(deadline=1e19).plan(DESIRED)) == ALL


def test_arguments_that_contradict_each_other(iamwire_sandbox: Sandbox) -> None:
    with pytest.raises(iamwire.ValueError) as caught:
        Wirer(profile="x", session=session(iamwire_sandbox))
    assert caught.value.code == "wirer.credentials"
    with pytest.raises(iamwire.ValueError) as caught:
        Wirer(session=object())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert caught.value.code == "wirer.session"
    with pytest.raises(TypeError):
        Wirer(on_event=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_thumbprints(iamwire_sandbox: Sandbox) -> None:
    pem = Path(iamwire_sandbox.ca_bundle).read_bytes()
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> list[tuple[str, int]]:
        asked.append((host, port))
        return [iamwire_sandbox.tls_address]

    probe = TlsProbe(roots=pem, resolver=resolve)
    wirer = Wirer(tls=probe)
    fetched = wirer.fetch_thumbprint(ISSUER)
    assert fetched.is_verified
    assert fetched.thumbprint == fetched.chain.certificates[-1] == fetched.chain.last
    assert asked[0] == ("oidc.eks.eu-west-3.amazonaws.com", 443)
    own = asyncio.run(wirer.fetch_thumbprint_async(f"https://{ISSUER}", ThumbprintHost.Issuer))
    assert own.discovery is None
    assert probe.fetch_thumbprint(ISSUER).thumbprint == fetched.thumbprint
    chain = asyncio.run(probe.served_chain_async("sts.eu-west-3.amazonaws.com"))
    assert (chain.host, chain.not_verified) == ("sts.eu-west-3.amazonaws.com", None)
    doubtful = TlsProbe(resolver=resolve).served_chain("example.com", 443)
    assert doubtful.not_verified

    fetching = Cluster("prod", thumbprints=ThumbprintChoice.Fetch())
    desired = Desired([Binding(fetching, Account("shop/a"), Role("a"))])
    (provider,) = [c for c in wirer.plan(desired).changes if c.kind == "CreateProvider"]
    assert provider.to_dict()["thumbprints"] == [str(fetched.thumbprint)]

    def failing(host: str, port: int) -> list[tuple[str, int]]:
        raise LookupError(host)

    with pytest.raises(TlsError, match="LookupError") as caught:
        TlsProbe(resolver=failing).served_chain("example.com")
    assert caught.value.code == "tls.not-found"
    with pytest.raises(TlsError) as caught:
        TlsProbe(roots=b"")
    assert caught.value.code == "tls.roots"


def test_no_secret_is_shown(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer(session=session(iamwire_sandbox))
    iamwire_sandbox.fail("GetRole", "denied", times=9)
    with pytest.raises(iamwire.Error) as caught:
        wirer.plan(DESIRED)
    shown = [repr(wirer), repr(iamwire_sandbox), repr(iamwire_sandbox.requests)]
    shown += [repr(caught.value), str(caught.value), *caught.value.__notes__]
    shown += [repr(vars(caught.value))]
    assert not [text for text in shown if SECRET in text]
    with pytest.raises(TypeError):
        wirer.__reduce_ex__(4)


def test_a_wirer_outlives_its_loop_and_is_collected(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    for _ in range(3):
        assert kinds(asyncio.run(wirer.plan_async(DESIRED))) == ALL
    del wirer
    gc.collect()
    assert iamwire_sandbox.requests


def test_a_fork_says_so(iamwire_sandbox: Sandbox) -> None:
    wirer = Wirer()
    wirer.plan(DESIRED)
    child = os.fork()
    if child == 0:
        code = ""
        try:
            wirer.plan(DESIRED)
        except iamwire.Error as error:
            code = error.code
        os._exit(0 if code == "wirer.forked" else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_iam_takes_its_time() -> None:
    waits: list[Event] = []
    with pytest.MonkeyPatch.context() as patch, Sandbox(iam_delay=20) as sandbox:
        for name, value in sandbox.env.items():
            patch.setenv(name, value)

        def listen(event: Event) -> None:
            if event.kind == "Waiting":
                waits.append(event)
                sandbox.advance(20)

        wirer = Wirer(on_event=listen)
        wirer.wire(DESIRED)
        assert waits and waits[0].text
        sandbox.advance(20)
        assert wirer.plan(DESIRED).is_empty


def test_a_deadline_says_what_was_answered_last() -> None:
    with pytest.MonkeyPatch.context() as patch, Sandbox(iam_delay=3600) as sandbox:
        for name, value in sandbox.env.items():
            patch.setenv(name, value)
        with pytest.raises(WireError) as stopped:
            Wirer(deadline=2).wire(DESIRED)
    deadline = stopped.value.__cause__
    assert isinstance(deadline, WireError) and deadline.code == "wire.deadline"
    assert str(deadline).startswith("the deadline of 2 s ended the wait for: ")
    last = deadline.__cause__
    assert isinstance(last, AwsError) and last.code == "aws.missing"


THROUGH_A_PROXY = """
import iamwire, sys
sys.path.insert(0, sys.argv[1])
from test_wiring import DESIRED
print(len(iamwire.Wirer().wire(DESIRED).changes))
"""


def test_through_a_proxy() -> None:
    """Each host by its real name, its certificate verified: in a process of its own, whose roots it names."""
    with Sandbox() as sandbox:
        names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]
        env = {name: sandbox.env[name] for name in names}
        env |= {"AWS_EC2_METADATA_DISABLED": "true", "PATH": os.environ["PATH"]}
        env |= {"HTTPS_PROXY": sandbox.endpoint_url, "SSL_CERT_FILE": str(sandbox.ca_bundle)}
        command = [sys.executable, "-c", THROUGH_A_PROXY, str(Path(__file__).parent)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr, done.returncode) == ("4\n", "", 0)
        assert len(writes(sandbox)) == 4
