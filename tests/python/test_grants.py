"""Builder, grants, edits and manifest, from Python."""

import json

import iamwire
import pytest
from iamwire import (
    AwsGrant,
    EditError,
    Grant,
    Manifest,
    RoleArn,
    ServiceAccountRef,
    ServiceGrant,
    Severity,
    Standing,
    Subject,
    SubjectMatch,
    SubjectPattern,
    Touch,
    TrustPolicy,
    WebIdentityGrant,
    WithSubject,
)
from specimens import HOST, OTHER, PATTERN, POLICY, PROVIDER, ROLE

TRUST = TrustPolicy.web_identity(PROVIDER).service_account("shop/web").build()


def test_builder() -> None:
    builder = TrustPolicy.web_identity(PROVIDER).audience("other")
    assert not hasattr(builder, "build")
    both = builder.service_account("shop/web").subject("x").service_account("shop/web")
    assert isinstance(both, WithSubject) and isinstance(both.audience("y"), WithSubject)
    condition = both.build().to_dict()["Statement"][0]["Condition"]
    assert condition == {
        "StringEquals": {
            f"{HOST}:aud": "other",
            f"{HOST}:sub": ["system:serviceaccount:shop:web", "x"],
        }
    }
    wide = builder.dangerous_without_audience().dangerous_subject_pattern(PATTERN).build()
    assert wide.to_dict()["Statement"][0]["Condition"] == {
        "StringLike": {f"{HOST}:sub": "system:serviceaccount:shop:*"}
    }
    assert TrustPolicy.from_grant(WebIdentityGrant(PROVIDER, "x")).grants()[0].statement == 0


def test_grants_are_of_three_classes() -> None:
    grant = Grant.web_identity(provider=PROVIDER, subject="x")
    assert isinstance(grant, WebIdentityGrant) and isinstance(grant, Grant)
    assert grant == WebIdentityGrant(PROVIDER, Subject("x"))
    assert isinstance(Grant.aws(ROLE), AwsGrant) and isinstance(Grant.pod_identity(), ServiceGrant)
    assert Grant.service("ec2.amazonaws.com") == ServiceGrant(service="ec2.amazonaws.com")
    assert len({grant, WebIdentityGrant(PROVIDER, "x"), grant.audience("a")}) == 2
    match grant:
        case WebIdentityGrant(provider=provider, audiences=audiences, subject=subject):
            assert (str(provider), [*map(str, audiences)]) == (PROVIDER, ["sts.amazonaws.com"])
            assert subject == SubjectMatch.Exact("x") and subject.subject == Subject("x")
    tagged = AwsGrant(ROLE).with_session_tags()
    assert isinstance(tagged, AwsGrant) and tagged.has_session_tags
    assert tagged != AwsGrant(ROLE) and str(tagged.principal) == ROLE
    assert str(Grant.pod_identity().service) == "pods.eks.amazonaws.com"


def test_breadth() -> None:
    account = ServiceAccountRef("shop/web")
    assert WebIdentityGrant(PROVIDER, account).breadth() == "one service account"
    wide = WebIdentityGrant.dangerous_pattern(PROVIDER, PATTERN)
    assert wide.breadth() == "every service account of namespace `shop`"
    assert wide.matches(account) and wide.matches("system:serviceaccount:shop:x")
    assert not wide.matches("shop")
    assert wide.subject.pattern == PATTERN and wide.subject.subject is None
    every = WebIdentityGrant.dangerous_any_subject(PROVIDER)
    assert every.subject.is_any and every.matches("")
    assert every.dangerous_without_audience().audiences == ()
    with pytest.raises(TypeError):
        WebIdentityGrant(PROVIDER, PATTERN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_who_may() -> None:
    (granted,) = POLICY.grants()
    assert granted.grant == WebIdentityGrant(PROVIDER, ServiceAccountRef("shop/web"))
    (time,) = granted.narrowed_by
    assert time == POLICY.statements[0].conditions[2]
    assert str(time).startswith("NumericLessThan")
    told = TRUST.who_may(PROVIDER, ["shop/web", ServiceAccountRef("shop/api")])
    assert told == [
        (ServiceAccountRef("shop/web"), Standing.Allowed),
        (ServiceAccountRef("shop/api"), Standing.Refused),
    ]
    assert TRUST.standing(granted.grant) == "allowed"
    assert POLICY.notices_of_grants() == []
    assert TRUST.fits(2048, [WebIdentityGrant(PROVIDER, f"subject-{i}") for i in range(500)]) < 200


def test_edits() -> None:
    edit = TRUST.grant(WebIdentityGrant(PROVIDER, ServiceAccountRef("shop/api")))
    (change,) = edit.changes
    assert (change.touch, change.statement) == (Touch.Modified, 0)
    assert str(change) == f"statement 0: {change.message}"
    assert change.place.pointer.startswith("/Statement/0/Condition/")
    assert not edit.is_unchanged and edit.blocked_by == () and edit.still_allowed_by == ()
    back = edit.policy.revoke(WebIdentityGrant(PROVIDER, ServiceAccountRef("shop/api")))
    assert back.policy.means_same(TRUST)
    again = edit.policy.grant(WebIdentityGrant(PROVIDER, ServiceAccountRef("shop/api")))
    assert again.is_unchanged and again.notices()[0].severity is Severity.Note


def test_providers() -> None:
    both = TRUST.add_provider(of=PROVIDER, new=OTHER).policy
    assert [*map(str, both.trusted_providers())] == [PROVIDER, OTHER]
    assert str(TRUST.sole_provider()) == PROVIDER
    with pytest.raises(EditError) as raised:
        both.sole_provider()
    error = raised.value
    assert error.code == "edit.which-provider" and error.alternatives == (PROVIDER, OTHER)
    assert error.help and error.statement is None and error.place is None
    assert isinstance(error, iamwire.Error) and not isinstance(error, ValueError)
    assert both.prune_providers([OTHER]).policy.means_same(
        TRUST.replace_provider(PROVIDER, OTHER).policy
    )


def test_a_refused_edit_names_the_place() -> None:
    with pytest.raises(EditError) as raised:
        TRUST.pin_subject(PROVIDER, ServiceAccountRef("shop/api"))
    assert raised.value.code == "edit.other-subject"
    assert raised.value.statement == 0
    assert raised.value.place is not None
    assert raised.value.place.pointer.endswith(":sub")
    with pytest.raises(iamwire.ValueError):
        TRUST.pin_subject("arn:x", "y")
    with pytest.raises(TypeError, match="expected Subject, ServiceAccountRef or str, got int"):
        TRUST.narrow(PROVIDER, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError):
        TRUST.grant(PROVIDER)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_manifest() -> None:
    manifest = Manifest("shop/web", ROLE)
    assert manifest.to_yaml() == (
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  namespace: shop\n"
        f"  annotations:\n    eks.amazonaws.com/role-arn: {ROLE}\n"
    )
    full = Manifest(
        account=ServiceAccountRef("shop/web"),
        role=RoleArn(ROLE),
        audience="a",
        sts_regional_endpoints=False,
        token_expiration="3600",
        labels={"b": "2", "a": "true"},
    )
    assert full.annotations == {
        iamwire.annotation.AUDIENCE: "a",
        iamwire.annotation.ROLE_ARN: ROLE,
        iamwire.annotation.STS_REGIONAL_ENDPOINTS: "false",
        iamwire.annotation.TOKEN_EXPIRATION: "3600",
    }
    assert [str(key) for key in full.labels] == ["a", "b"]
    assert json.loads(full.to_json())["metadata"]["labels"] == {"a": "true", "b": "2"}
    assert full.audience is not None and full.sts_regional_endpoints is False
    assert full.token_expiration is not None and full.token_expiration.seconds == 3600
    assert full != manifest
    for wrong in ({"-": "x"}, {"a": "-"}):
        with pytest.raises(iamwire.ValueError):
            Manifest("shop/web", ROLE, labels=wrong)


def test_a_pattern_is_no_subject() -> None:
    with pytest.raises(TypeError):
        SubjectMatch.Exact(SubjectPattern.dangerous_parse("*"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
