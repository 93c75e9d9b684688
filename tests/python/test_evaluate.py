"""Requests, decisions and what STS answers, from Python."""

import base64
import json
from typing import Any

import iamwire
import pytest
from iamwire import (
    Audience,
    Claims,
    Decision,
    Part,
    ProviderArn,
    Request,
    RequestError,
    RoleArn,
    ServiceAccountRef,
    ServicePrincipal,
    TrustPolicy,
    Verdict,
    WebIdentityCall,
)
from specimens import CALL, EVENT, HOST, POLICY, PROVIDER, ROLE

TRUST = TrustPolicy.web_identity(PROVIDER).service_account("shop/web").build()
KEYS = {f"{HOST}:aud": "sts.amazonaws.com", f"{HOST}:sub": "system:serviceaccount:shop:web"}


def test_decisions() -> None:
    request = Request.web_identity(PROVIDER, context=KEYS)
    prepared = TRUST.prepare()
    assert prepared.decide(request) is Decision.Allowed
    assert prepared.decide(request) == "allowed"
    assert json.dumps(prepared.decide(request)) == '"allowed"'
    other = request.with_values(f"{HOST.upper()}:SUB", "x")
    assert prepared.decide(other) is Decision.ImplicitDeny
    assert prepared.decide(request) is Decision.Allowed
    assert prepared.decide(request.with_unknown_value(f"{HOST}:sub")) is Decision.Undetermined
    assert prepared.decide(request.with_unknown(f"{HOST}:sub")) is Decision.Undetermined
    assert prepared.decide(request.with_values(f"{HOST}:sub", [])) is Decision.ImplicitDeny
    assert prepared.decide(request.with_action("sts:AssumeRole")) is Decision.ImplicitDeny


def test_reasons() -> None:
    explained = TRUST.explain(Request.web_identity(PROVIDER, context={**KEYS, f"{HOST}:sub": "x"}))
    (reason,) = explained.reasons
    assert (reason.statement, reason.effect, reason.result) == (0, "Allow", Verdict.No)
    assert reason.part is Part.Condition
    assert "`x`" in reason.message and "system:serviceaccount:shop:web" in reason.message
    assert str(explained) == f"implicitDeny\nstatement 0 (Allow): no: {reason.message}"


def test_requests() -> None:
    given = {
        "action": "sts:AssumeRole",
        "principal": {"AWS": ROLE},
        "context": {"a": 1, "b": [True, "x"], "c": []},
    }
    request = Request(given)
    assert request == Request(json.dumps(given)) == Request(json.dumps(given).encode())
    assert request == Request.aws(ROLE, context={"a": "1", "b": ("true", "x"), "c": []})
    assert (request.action, request.principal) == ("sts:AssumeRole", ROLE)
    assert request.context == {"a": ["1"], "b": ["true", "x"], "c": []}
    assert request.with_unknown("b").context["b"] is None
    assert Request.service("pods.eks.amazonaws.com").principal == "pods.eks.amazonaws.com"
    assert Request(request) == request


def test_values_stand_for_their_text() -> None:
    provider, account = ProviderArn(PROVIDER), ServiceAccountRef("shop/web")
    keys = [provider.issuer.condition_key(claim) for claim in ("aud", "sub")]
    context = dict(zip(keys, (Audience.STS, account.subject), strict=True))
    request = Request.web_identity(provider, context=context)
    assert request == Request.web_identity(PROVIDER, context=KEYS)
    assert request.with_values(keys[1], [account.subject]) == request
    assert Request.aws(RoleArn(ROLE)) == Request.aws(ROLE)
    assert Request.service(ServicePrincipal.EKS_PODS).principal == "pods.eks.amazonaws.com"
    document = {"Statement": {"Principal": {"Federated": provider}}}
    assert TrustPolicy(document).statements[0].value == {"Principal": {"Federated": PROVIDER}}


def test_requests_are_taken_as_json_too() -> None:
    request = {
        "action": "sts:AssumeRoleWithWebIdentity",
        "principal": {"Federated": PROVIDER},
        "context": KEYS,
    }
    assert TRUST.prepare().decide(request) == "allowed"
    assert TRUST.explain(json.dumps(request)).decision == "allowed"


def test_cloudtrail() -> None:
    for event in (EVENT, {"detail": EVENT}, json.dumps({"Records": [EVENT]})):
        request = Request.from_cloudtrail(event)
        assert request.context[f"{HOST}:sub"] == ["system:serviceaccount:shop:web"]
    with pytest.raises(RequestError) as raised:
        Request.from_cloudtrail({"eventName": "AssumeRole"})
    assert raised.value.code == "cloudtrail.event"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("", "request.json"),
        ("[]", "request.type"),
        ({}, "request.missing-member"),
        ({"action": "a", "principal": {}, "context": {}}, "request.principal"),
        ({"action": "a", "principal": {"AWS": "x"}, "context": {}}, "request.principal"),
        (
            {"action": "a", "principal": {"Service": "x"}, "context": {"k": None}},
            "request.context-value",
        ),
        (
            {"action": "a", "principal": {"Service": "x"}, "context": {"k": 1, "K": 2}},
            "request.context-case",
        ),
        (
            {"action": "a", "principal": {"Service": "x"}, "context": {}, "more": 1},
            "request.unknown-member",
        ),
        (b"\xff", "text.utf8"),
        ("\ud800", "text.utf8"),
    ],
)
def test_what_is_refused(request_: Any, code: str) -> None:
    for call in (Request, TRUST.explain, TRUST.prepare().decide):
        with pytest.raises(iamwire.Error) as raised:
            call(request_)
        assert raised.value.code == code
        assert raised.value.help
        assert isinstance(raised.value, ValueError)


def test_wrong_types() -> None:
    for wrong in (None, 1, ["x"], TRUST):
        with pytest.raises(TypeError, match="expected Request, str, bytes or dict"):
            TRUST.explain(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError):
        Request.web_identity(PROVIDER, KEYS)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    request = Request.service("x")
    with pytest.raises(TypeError):
        request.with_values("k", None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def jwt(claims: str) -> str:
    payload = base64.urlsafe_b64encode(claims.encode()).rstrip(b"=").decode()
    return f"e30.{payload}.c2VjcmV0"


def test_claims() -> None:
    claims = Claims.from_jwt(jwt(f'{{"iss":"https://{HOST}","sub":"s","n":1,"l":[]}}'))
    assert claims.issuer == HOST
    assert claims.text("n") == "1"
    assert claims.text("l") is None and claims.text("x") is None
    assert claims.to_dict()["l"] == []
    assert claims == Claims(claims) == Claims(claims.to_dict())


@pytest.mark.parametrize("token", ["", "a.b", "a.%.c", "secret.c2VjcmV0.secret", jwt("[]")])
def test_no_error_shows_a_token(token: str) -> None:
    with pytest.raises(RequestError) as raised:
        Claims.from_jwt(token)
    assert raised.value.code == "claims.jwt"
    assert "secret" not in str(raised.value) + raised.value.help


def test_what_sts_answers() -> None:
    now = 1_767_225_600
    claims: dict[str, Any] = {
        "iss": f"https://{HOST}",
        "sub": "system:serviceaccount:shop:web",
        "aud": ["sts.amazonaws.com"],
        "iat": now,
        "exp": now + 3600,
    }
    call = WebIdentityCall(claims).provider(HOST, ["sts.amazonaws.com"]).role(ROLE, TRUST)
    answer = call.answer(now)
    assert (answer.code, answer.message) == ("ok", None)
    assert answer.reasons[0].part is Part.Condition
    late = call.answer(now + 7200)
    assert late.code == "ExpiredTokenException"
    assert late.message is not None and late.message.startswith("Token expired")
    assert late.reasons[0].part is Part.Sts
    denied = WebIdentityCall({**claims, "sub": "x"}).provider(HOST, ["sts.amazonaws.com"])
    assert denied.role(ROLE, TRUST.to_dict()).answer(now).code == "AccessDenied"
    assert call.now is None
    assert call.with_values("aws:SourceIp", ["10.0.0.1"]).answer(now).code == "ok"


def test_a_request_of_claims() -> None:
    claims = Claims(
        {"iss": f"https://{HOST}", "sub": KEYS[f"{HOST}:sub"], "aud": "sts.amazonaws.com"}
    )
    request = Request.from_claims(claims, ROLE, now=1_767_225_600)
    assert request.principal == PROVIDER
    assert request.context["aws:CurrentTime"] == ["2026-01-01T00:00:00Z"]
    assert TRUST.prepare().decide(request) == "allowed"
    assert request == Request.from_claims(claims.to_dict(), role=ROLE, now=1_767_225_600)
    with pytest.raises(RequestError):
        Request.from_claims({}, ROLE, now=0)


def test_a_call_is_equal_where_it_was_made_alike() -> None:
    again = WebIdentityCall(CALL_CLAIMS).provider(HOST, ["sts.amazonaws.com"]).role(ROLE, POLICY)
    assert again == CALL and hash(again) == hash(CALL)
    assert again != again.with_values("k", "v")


CALL_CLAIMS = Claims(
    {"iss": f"https://{HOST}", "sub": "system:serviceaccount:shop:web", "aud": ["a"]}
)
