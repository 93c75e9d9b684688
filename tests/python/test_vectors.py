"""The vectors that Rust's tests and the reference evaluator read too."""

import json

import iamwire
import pytest
from iamwire import (
    AccountId,
    Audience,
    Edit,
    EditError,
    Grant,
    Issuer,
    Namespace,
    Partition,
    PermissionsPolicy,
    PreparedPolicy,
    ProviderArn,
    Request,
    RoleArn,
    RoleName,
    RolePath,
    ServiceAccountRef,
    SubjectPattern,
    Thumbprint,
    TrustPolicy,
    WebIdentityCall,
    WebIdentityGrant,
)
from vectors import Vector, files, texts_of, vectors

VALUES = {
    "account": AccountId,
    "audience": Audience,
    "inline-policy": PermissionsPolicy,
    "issuer": Issuer,
    "namespace": Namespace,
    "partition": Partition,
    "provider-arn": ProviderArn,
    "role-arn": RoleArn,
    "role-name": RoleName,
    "role-path": RolePath,
    "service-account": ServiceAccountRef,
    "thumbprint": Thumbprint,
}


def policy_of(text: str) -> TrustPolicy:
    """A document as a line of `evaluate` gives it: an object, its text, or percent-encoded."""
    value = json.loads(text)
    if not isinstance(value, str):
        return TrustPolicy(text)
    return TrustPolicy(value) if value.startswith("{") else TrustPolicy.from_percent_encoded(value)


def test_values() -> None:
    assert {path.stem for path in files("vectors/values", "*.jsonl")} == set(VALUES)
    for vector in vectors("values"):
        value_class = VALUES[vector.place.split(".jsonl")[0]]
        if vector["valid"]:
            assert str(value_class(vector["input"])) == vector["text"], vector
        else:
            with pytest.raises(iamwire.ValueError) as raised:
                value_class(vector["input"])
            assert raised.value.code and raised.value.help, vector
            assert raised.value.input in (vector["input"], ""), vector


def test_evaluate() -> None:
    for vector in vectors("evaluate"):
        if "line" in vector:
            continue
        policy, request = policy_of(vector.texts["policy"]), Request(vector.texts["request"])
        prepared = PreparedPolicy(policy)
        assert prepared.decide(request) == vector["decision"], vector
        assert prepared.explain(request) == policy.explain(request), vector
        assert policy.explain(request).decision == vector["decision"], vector


def test_evaluate_takes_dicts() -> None:
    for vector in vectors("evaluate"):
        if "line" in vector or not isinstance(vector["policy"], dict):
            continue
        decision = TrustPolicy(vector["policy"]).prepare().decide(vector["request"])
        assert decision == vector["decision"], vector


def test_what_evaluate_refuses() -> None:
    refused = 0
    for vector in vectors("evaluate"):
        if "line" not in vector:
            continue
        try:
            json.loads(vector["line"])
        except json.JSONDecodeError:
            continue  # the line is no JSON: the program's matter
        texts = texts_of(vector["line"]) if vector["line"].startswith("{") else {}
        if {"policy", "request"} - set(texts):
            continue
        with pytest.raises(iamwire.Error) as raised:
            policy_of(texts["policy"])
            Request(texts["request"])
        assert raised.value.code and raised.value.help, vector
        refused += 1
    assert refused > 30


def test_assume() -> None:
    for vector in vectors("assume"):
        names = ("provider", "role", "claims", "request", "context", "now")
        if "error" in vector:
            with pytest.raises(iamwire.Error) as raised:
                WebIdentityCall.from_json(vector.only(*names))
            assert raised.value.code and raised.value.help, vector
            continue
        call = WebIdentityCall.from_json(vector.only(*names))
        assert call.now == vector["now"], vector
        answer = call.answer(vector["now"])
        assert (answer.code, answer.message) == (vector["answer"], vector["message"]), vector


REASONS = {
    "edit.not-trusted": "not_trusted",
    "edit.no-match": "no_match",
    "edit.shared": "several_providers",
    "edit.other-subject": "other_subject",
    "edit.audience": "other_audience_operator",
    "edit.guarded": "guarded",
    "edit.broken": "broken",
    "edit.last-statement": "last_statement",
}


def edited(vector: Vector) -> Edit:
    policy = TrustPolicy(vector["before"])
    account = ServiceAccountRef(vector["service_account"]) if "service_account" in vector else None
    match vector["edit"]:
        case "grant":
            return policy.grant(grant_of(vector))
        case "revoke":
            return policy.revoke(grant_of(vector))
        case "pin_subject" | "narrow" | "replace_audience_with_subject" as name:
            edit: Edit = getattr(policy, name)(provider=vector["provider"], subject=account)
            return edit
        case "add_provider":
            return policy.add_provider(of=vector["provider"], new=vector["new_provider"])
        case "replace_provider":
            return policy.replace_provider(old=vector["provider"], new=vector["new_provider"])
        case "remove_provider":
            return policy.remove_provider(provider=vector["provider"])
        case "prune_providers":
            return policy.prune_providers(known=vector["known"])
        case "compact":
            return policy.compact()
        case other:
            raise AssertionError(f"no edit {other}")


def grant_of(vector: Vector) -> Grant:
    if "pattern" in vector:
        pattern = SubjectPattern.dangerous_parse(vector["pattern"])
        grant = WebIdentityGrant.dangerous_pattern(vector["provider"], pattern)
    else:
        account = ServiceAccountRef(vector["service_account"])
        grant = WebIdentityGrant(vector["provider"], account)
    return grant.dangerous_audiences(vector["audiences"])


def test_edits() -> None:
    for vector in vectors("edits"):
        if "refused" in vector:
            with pytest.raises(EditError) as raised:
                edited(vector)
            reason = REASONS.get(raised.value.code)
            assert reason == vector["refused"], vector
            assert raised.value.help, vector
            continue
        edit = edited(vector)
        after = vector["before"] if "unchanged" in vector else vector["after"]
        assert str(edit.policy) == after, vector
        assert edit.is_unchanged == ("unchanged" in vector), vector
        assert bool(edit.changes) != edit.is_unchanged, vector


def test_documents() -> None:
    documents = files("documents", "*.json")
    assert len(documents) >= 60
    for path in documents:
        data = path.read_bytes()
        policy = TrustPolicy(data)
        assert str(policy).encode() == data, path.name
        assert json.loads(policy.to_json()) == json.loads(data), path.name
        assert TrustPolicy(policy.to_json(indent=4)) == policy, path.name
        assert TrustPolicy(policy.to_dict()).means_same(policy), path.name
    for path in files("documents", "*.txt"):
        policy = TrustPolicy.from_percent_encoded(path.read_text())
        assert TrustPolicy.from_percent_encoded(policy.to_percent_encoded()) == policy, path.name
