"""What is wanted, and plans of it, without a network."""

import builtins
import json
import pickle

import iamwire
import pytest
from iamwire import (
    Account,
    Audience,
    Binding,
    Change,
    Cluster,
    ClusterArn,
    ClusterId,
    Desired,
    DesiredError,
    Error,
    ExistingRole,
    Issuer,
    Kept,
    Limits,
    ManagedPolicy,
    Observed,
    PermissionsPolicy,
    PlanError,
    PolicyArn,
    Role,
    RoleName,
    SessionDuration,
    ThumbprintChoice,
    Thumbprints,
    UnwireOptions,
    WireError,
    plan,
    plan_unwire,
)
from specimens import ISSUED, OBSERVED, PLAN, ROLE, SHA1, SIMPLE

ARN = "arn:aws:eks:eu-west-3:111122223333:cluster/prod"
DOCUMENT = {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def test_a_cluster_is_named_in_four_ways() -> None:
    assert Cluster("prod") == Cluster.from_name("prod") == Cluster(iamwire.ClusterName("prod"))
    assert Cluster(ARN) == Cluster.from_arn(ARN) == Cluster(ClusterArn(ARN))
    issuer = Issuer("oidc.example.com")
    assert Cluster(issuer) == Cluster.self_managed("oidc.example.com")
    assert str(Cluster(issuer).id) == "https://oidc.example.com"
    assert (ClusterId(ARN).label, ClusterId(ARN).arn) == ("prod", ClusterArn(ARN))
    assert ClusterArn(ARN).region == "eu-west-3"
    with pytest.raises(iamwire.ValueError) as caught:
        Cluster.from_name(ARN)
    assert caught.value.code == "cluster.character"
    assert "pass it as one" in caught.value.help


def test_what_a_cluster_wants() -> None:
    assert Cluster("prod").audiences == (Audience.STS,)
    assert Cluster("prod", ["a", Audience("b"), "a"]).audiences == (Audience("a"), Audience("b"))
    pinned = ThumbprintChoice.Pinned([SHA1])
    for given in (pinned, SHA1, [SHA1], Thumbprints([SHA1]), iamwire.Thumbprint(SHA1)):
        assert Cluster("prod", thumbprints=given).thumbprints == pinned
    assert pinned.pinned == Thumbprints([SHA1])
    assert ThumbprintChoice.Fetch().is_fetch
    with pytest.raises(iamwire.ValueError):
        Cluster("prod", thumbprints=["x"])
    with pytest.raises(iamwire.ValueError):
        Cluster("prod", thumbprints="x")
    with pytest.raises(TypeError):
        Cluster("prod", thumbprints=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_what_a_role_wants() -> None:
    role = Role(
        "api",
        tags={"team": "shop"},
        managed_policies=["AmazonS3ReadOnlyAccess", PolicyArn("arn:aws:iam::aws:policy/X")],
        inline_policies={"s3": DOCUMENT},
        boundary="arn:aws:iam::aws:policy/Y",
        existing=ExistingRole.Merge,
    )
    assert [str(policy) for policy in role.policies()] == [
        "AmazonS3ReadOnlyAccess",
        "arn:aws:iam::aws:policy/X",
        "arn:aws:iam::aws:policy/Y",
    ]
    assert role.inline_policies == {
        iamwire.InlinePolicyName("s3"): PermissionsPolicy(DOCUMENT),
    }
    assert (role.path, role.existing) == (None, "merge")
    assert Role("api").existing is None
    assert Role("api", max_session_duration=7200).max_session_duration == SessionDuration("7200")
    with pytest.raises(iamwire.ValueError) as caught:
        Role("api", inline_policies={"s3": "{}"})
    assert caught.value.code == "permissions.form"
    with pytest.raises(iamwire.ValueError) as caught:
        Role("api", max_session_duration=60)
    assert caught.value.code == "session-duration.range"
    with pytest.raises(TypeError, match="ManagedPolicy or str"):
        Role("api", managed_policies=[3])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    assert ManagedPolicy("ReadOnlyAccess").arn is None
    assert RoleName.for_binding("prod", "shop/api") == RoleName("prod-shop-api")


def test_contradictions_end_before_any_call() -> None:
    cluster = Cluster("prod")
    first = Binding(cluster, Account("shop/api"), Role("api"))
    second = Binding(cluster, Account("shop/api"), Role("other"))
    with pytest.raises(DesiredError) as caught:
        Desired([first, second])
    error = caught.value
    assert error.code == "desired.account-roles"
    assert str(first) in str(error) and str(second) in str(error)
    assert error.help in error.__notes__[0]
    assert isinstance(error, builtins.ValueError)
    many = Role("api", managed_policies=[f"P{i}" for i in range(21)])
    with pytest.raises(DesiredError) as caught:
        Desired([Binding(cluster, Account("shop/api"), many)])
    bindings = [Binding(cluster, Account("shop/api"), many)]
    assert Desired(bindings, Limits(policies_of_a_role=25)).limits.policies_of_a_role == 25


def test_bindings_fold() -> None:
    cluster = Cluster("prod")
    desired = Desired(
        [
            Binding(cluster, Account("shop/api", create_namespace=True), Role("api")),
            Binding(cluster, Account("shop/web", token_expiration=600), Role("api", path="/x/")),
        ]
    )
    (role,) = desired.roles
    assert str(role.path) == "/x/"
    assert [str(bound.service_account) for bound in desired.accounts] == ["shop/api", "shop/web"]
    assert list(desired.namespaces.values()) == [True]
    assert Desired(desired.bindings) == desired
    manifest = desired.accounts[1].manifest("arn:aws:iam::111122223333:role/x/api")
    assert manifest.annotations["eks.amazonaws.com/token-expiration"] == "600"


def test_a_plan_is_a_value() -> None:
    again = plan(SIMPLE, Observed(OBSERVED.to_json()))
    assert (again, str(again), again.digest()) == (PLAN, str(PLAN), PLAN.digest())
    assert [change.kind for change in PLAN.changes] == [
        "CreateProvider",
        "CreateRole",
        "CreateAccount",
    ]
    assert [[change.round for change in made] for made in PLAN.rounds] == [[0, 0], [1]]
    assert PLAN.changes[1].role == iamwire.RoleArn("arn:aws:iam::111122223333:role/api")
    assert PLAN.changes[0].provider == PLAN.clusters[0].provider
    assert PLAN.changes[2].to_dict()["service_account"] == "shop/api"
    assert PLAN.changes[2].service_account == (SIMPLE.clusters[0].id, PLAN.wired[0].service_account)
    assert PLAN.changes[1].to_dict() in PLAN.to_dict()["changes"]
    assert PLAN.to_json(indent=2).startswith('{\n  "format_version": 1,\n  "purpose": "wire",')
    assert (PLAN.desired, PLAN.observed, PLAN.unwires) == (SIMPLE, OBSERVED, False)
    unwiring = plan_unwire(SIMPLE, OBSERVED, UnwireOptions(detach_policies=True))
    assert (unwiring.is_empty, unwiring.unwires) == (True, True)
    assert unwiring.unwire_options == UnwireOptions(detach_policies=True)


def test_what_was_not_looked_at_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        plan(SIMPLE, Observed({}))
    assert caught.value.code == "plan.not-observed"
    assert isinstance(caught.value, WireError)
    assert (caught.value.done, caught.value.in_doubt, caught.value.not_begun) == ((), (), ())


def test_why_a_trust_policy_can_not_be_changed_is_the_cause() -> None:
    issuers = (ISSUED, "oidc.example.com/two")
    providers = [f"arn:aws:iam::111122223333:oidc-provider/{issuer}" for issuer in issuers]
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": providers},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{ISSUED}:aud": "sts.amazonaws.com",
                f"{ISSUED}:sub": "system:serviceaccount:shop:api",
            }
        },
    }
    role: dict[str, object] = {
        "arn": "arn:aws:iam::111122223333:role/api",
        "trust": json.dumps({"Version": "2012-10-17", "Statement": statement}),
        "max_session_duration": 3600,
        "tags": {"iamwire:managed": "true"},
        "attached": {"seen": []},
        "inline": {"seen": {}},
    }
    observed = Observed({**OBSERVED.to_dict(), "roles": {"api": {"seen": role}}})
    with pytest.raises(PlanError) as caught:
        plan_unwire(SIMPLE, observed, UnwireOptions())
    assert caught.value.code == "plan.trust"
    assert str(caught.value) == "the trust policy of role `api` can't be changed"
    assert isinstance(caught.value.__cause__, iamwire.EditError)
    assert str(caught.value.__cause__).startswith("statement 0 trusts `")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: Observed("{"), "observed.json"),
        (lambda: Observed({"format_version": 2}), "observed.json"),
        (lambda: Observed({"rolls": {}}), "observed.json"),
        (lambda: Observed({"roles": {"a/b": "absent"}}), "observed.json"),
        (lambda: Change("[]", "x", 0), "details.json"),
        (lambda: Change({"change": 3}, "x", 0), "details.json"),
        (lambda: Change({"change": "CreateRole", "role": "x"}, "x", 0), "arn.form"),
        (lambda: Change({"change": "Nope", "role": ROLE}, "x", 0), "details.json"),
        (lambda: Change({"change": "CreateRole"}, "x", 0), "details.json"),
        (
            lambda: Change({"change": "CreateAccount", "service_account": "shop/api"}, "x", 0),
            "details.json",
        ),
        (lambda: Kept({}), "details.json"),
        (lambda: Kept({"unchanged": "CreateRole", "role": ROLE}), "details.json"),
    ],
)
def test_what_can_not_be_read(made: object, code: str) -> None:
    assert callable(made)
    with pytest.raises(iamwire.ValueError) as caught:
        made()
    assert caught.value.code.endswith(code.split(".")[1])
    assert caught.value.help


def test_exceptions_are_pickled_with_what_they_say() -> None:
    error = WireError("stopped")
    error.code, error.help = "aws.denied", "allow it"
    error.done, error.plan = PLAN.changes[:1], PLAN
    other = pickle.loads(pickle.dumps(error))
    assert isinstance(other, WireError)
    assert (str(other), other.code, other.done) == ("stopped", "aws.denied", PLAN.changes[:1])
    assert (other.plan, other.in_doubt) == (PLAN, ())


def test_all_exceptions_are_of_one_base() -> None:
    for name in ("DesiredError", "PlanError", "AwsError", "KubeError", "TlsError", "WireError"):
        made: object = getattr(iamwire, name)("x")
        assert isinstance(made, Error)
        assert (made.code, made.help, made.place) == ("", "", None)
