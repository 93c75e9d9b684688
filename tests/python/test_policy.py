"""Documents from Python: what is taken, what comes back, and the views of it."""

import copy
import json
import pickle
import sys
import threading
import time
from enum import IntEnum
from typing import Any

import iamwire
import pytest
from iamwire import Effect, PolicyError, PrincipalKind, SetPrefix, Test, TrustPolicy, Version
from specimens import HOST, POLICY, PROVIDER

TEXT = (
    '{ "Statement" :\n [ { "Effect": "Allow", "X": [1, 1.50, 1e0, -0, true, null, "\\u00e9"] } ] }'
)


def test_the_text_stays() -> None:
    for given in (TEXT, TEXT.encode(), bytearray(TEXT, "utf-8"), TrustPolicy(TEXT)):
        assert str(TrustPolicy(given)) == TEXT
    assert TrustPolicy(document=TEXT).to_percent_encoded().startswith("%7B%20%22Statement")
    again = TrustPolicy.from_percent_encoded(TrustPolicy(TEXT).to_percent_encoded())
    assert str(again) == TEXT


def test_a_dict_is_written_compact() -> None:
    document = {"Version": "2012-10-17", "Statement": ({"Sid": 'a"\n\x01é𝒳'},)}
    assert str(TrustPolicy(document)) == (
        '{"Version":"2012-10-17","Statement":[{"Sid":"a\\"\\n\\u0001é𝒳"}]}'
    )
    back = TrustPolicy(document).to_dict()
    assert back == {"Version": "2012-10-17", "Statement": [{"Sid": 'a"\n\x01é𝒳'}]}
    assert list(back) == ["Version", "Statement"]


class Number(IntEnum):
    One = 1


class Text(str):
    pass


def test_subclasses_are_what_they_are() -> None:
    document: dict[str, Any] = {Text("Statement"): [{"a": Number.One, "b": Text("x"), "c": True}]}
    assert str(TrustPolicy(document)) == '{"Statement":[{"a":1,"b":"x","c":true}]}'


def test_numbers_are_never_changed() -> None:
    back = TrustPolicy(TEXT).to_dict()
    # What no number of Python gives back as written is a text of its digits.
    assert back["Statement"][0]["X"] == [1, "1.50", "1e0", "-0", True, None, "é"]
    big = 123456789012345678901234567890
    assert TrustPolicy({"Statement": [big, 1.5, 1e300]}).to_dict()["Statement"] == [
        big,
        1.5,
        "1e+300" if repr(1e300) != "1e+300" else 1e300,
    ]


def test_forms() -> None:
    policy = TrustPolicy({"Statement": [{"a": [], "b": {}, "c": "  x\\n  "}]})
    assert policy.to_json() == policy.to_compact() == str(policy)
    assert policy.to_json(indent=2) == policy.to_pretty()
    for indent in (0, 1, 2, 4, 7):
        text = policy.to_json(indent=indent)
        assert json.loads(text) == policy.to_dict()
        assert text.splitlines()[1] == " " * indent + '"Statement": ['
    for indent in (-1, 256):
        with pytest.raises(iamwire.ValueError, match=f"`{indent}` is out of range") as caught:
            policy.to_json(indent=indent)
        assert caught.value.code == "number.range"
    with pytest.raises(TypeError):
        policy.to_json(4)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_equality_is_of_members_order_and_values() -> None:
    a = TrustPolicy('{"Statement":[],"Version":"2012-10-17"}')
    b = TrustPolicy('{ "Statement" : [ ], "\\u0056ersion":"2012-10-17" }')
    c = TrustPolicy('{"Version":"2012-10-17","Statement":[]}')
    assert a == b and hash(a) == hash(b) and len({a, b, c}) == 2
    assert a != c and a.means_same(c) and a.means_same(str(c))
    assert a != str(a)


def test_members() -> None:
    policy = TrustPolicy('{"Version":"2012-10-17","Id":"i","Statement":{},"More":[1]}')
    assert policy.version is Version.V2012
    assert policy.id == "i"
    assert policy.unknown_members == {"More": [1]}
    notices = {notice.code: notice for notice in policy.notices()}
    place = notices["policy.unknown-member"].place
    assert place is not None and place.pointer == "/More"
    assert len(policy.statements) == 1
    assert TrustPolicy('{"Statement":[]}').version == "2008-10-17"
    assert TrustPolicy('{"Version":"x","Statement":[]}').version == "x"
    assert TrustPolicy('{"Version":[1],"Statement":[]}').version == [1]
    assert policy.size() == len(policy.to_compact())
    assert policy.room(iamwire.SIZE_QUOTA) == 2048 - policy.size()
    assert policy.statement(0) == policy.statements[0]
    assert policy.statement(1) is None


def test_statements() -> None:
    allow, deny = POLICY.statements
    assert (allow.index, allow.effect, deny.effect) == (0, Effect.Allow, "Deny")
    assert allow.action == "sts:AssumeRoleWithWebIdentity"
    assert allow.not_action is None and allow.sid is None and allow.not_principal is None
    assert allow.value == POLICY.to_dict()["Statement"][0]
    assert allow.condition == allow.value["Condition"]
    assert allow.unknown_members == {}
    start, end = allow.place.span
    assert json.loads(str(POLICY)[start:end]) == allow.value
    assert allow.place.pointer == "/Statement/0"
    principal = allow.principal
    assert principal is not None and principal.is_readable and not principal.is_star
    (trusted,) = principal.of_kind(PrincipalKind.Federated)
    assert (trusted.kind, trusted.value) == (PrincipalKind.Federated, PROVIDER)
    assert principal.of_kind("AWS") == ()
    with pytest.raises(iamwire.ValueError) as caught:
        principal.of_kind("aws")
    assert caught.value.code == "choice.unknown"


def test_conditions() -> None:
    aud, sub, time = POLICY.statements[0].conditions
    assert [c.key for c in (aud, sub)] == [f"{HOST}:aud", f"{HOST}:sub"]
    assert sub.values == ("system:serviceaccount:shop:web",) and time.values == (2000000000,)
    assert time.operator is not None and time.operator.test is Test.NumericLessThan
    assert POLICY.statements[0].conditions_on(f"{HOST.upper()}:AUD") == (aud,)
    assert aud.is_on(f"{HOST}:Aud") and aud != sub
    assert aud.place is not None and aud.place.pointer.endswith(":aud")
    operator = iamwire.Operator.parse("ForAllValues:StringNotLikeIfExists")
    assert operator is not None and str(operator) == "ForAllValues:StringNotLikeIfExists"
    assert operator.set is SetPrefix.ForAllValues and operator.if_exists
    assert operator.is_negated and not operator.is_guard
    assert iamwire.Operator.parse("stringEquals") is None


def test_broken_statements_don_t_hide_the_others() -> None:
    broken = TrustPolicy('{"Statement":[1,{"Effect":"allow","Principal":5,"NotPrincipal":"*"}]}')
    assert broken.statements[0].value == 1 and broken.statements[0].effect is None
    statement = broken.statements[1]
    assert statement.principal is not None and not statement.principal.is_readable
    assert statement.not_principal is not None and statement.not_principal.is_star
    assert statement.not_principal.inverted
    assert statement.not_principal.entries[0].kind is PrincipalKind.Aws
    assert pickle.loads(pickle.dumps(statement.not_principal)) == statement.not_principal


def test_views_are_made_of_their_parent() -> None:
    assert iamwire.Statement(POLICY, 1) == POLICY.statements[1]
    for make in (
        lambda: iamwire.Statement(POLICY, 2),
        lambda: iamwire.Condition(POLICY.statements[0], 3),
        lambda: iamwire.Principal(POLICY.statements[0], inverted=True),
    ):
        with pytest.raises(IndexError):
            make()


def test_views_outlive_their_document() -> None:
    statement = TrustPolicy(copy.copy(TEXT)).statements[0]
    assert statement.effect is Effect.Allow


def nested(depth: int) -> dict[str, Any]:
    document: dict[str, Any] = {"Statement": []}
    for _ in range(depth):
        document = {"Statement": [document]}
    return document


LOOP: dict[str, Any] = {"Statement": []}
LOOP["Statement"].append(LOOP)


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        ("", "json.syntax", ""),
        ("hello", "json.syntax", ""),
        ("[]", "policy.not-an-object", ""),
        ("{}", "policy.no-statement", ""),
        ('{"Statement":[]} x', "json.syntax", ""),
        ('\ufeff{"Statement":[]}', "json.byte-order-mark", ""),
        ('{"Statement":[{"a":1,"a":2}]}', "json.duplicate-key", "/Statement/0"),
        ('{"Statement":"\\ud800"}', "json.surrogate", None),
        ({"Statement": "\ud800"}, "json.surrogate", None),
        ('{"Statement":"\ud800"}', "json.utf8", ""),
        (b'{"Statement":"\xff"}', "json.utf8", ""),
        ({"Statement": float("nan")}, "json.syntax", None),
        ({"Statement": float("-inf")}, "json.syntax", None),
        ({"Statement": [{"Resource": "*"}]}, "policy.permissions", ""),
        (
            {"Statement": [{"Condition": {"Bool": {"a": 1, "A": 2}}}]},
            "policy.key-case",
            "/Statement/0/Condition/Bool/A",
        ),
        (LOOP, "json.depth", None),
        (nested(5000), "json.depth", None),
        ('{"Statement":' + "[" * 10_000, "json.depth", None),
    ],
    ids=range(18),
)
def test_what_is_refused(document: Any, code: str, pointer: str | None) -> None:
    with pytest.raises(PolicyError) as raised:
        TrustPolicy(document)
    error = raised.value
    assert isinstance(error, iamwire.Error) and isinstance(error, ValueError)
    assert error.code == code and error.help
    assert error.line >= 1 and error.column >= 1
    assert error.place is not None and error.place.pointer == error.pointer
    if pointer is not None:
        assert error.pointer == pointer
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)


def test_both_places_of_a_duplicate_key() -> None:
    with pytest.raises(PolicyError) as raised:
        TrustPolicy('{"Statement":[],\n "Statement":[]}')
    assert (raised.value.line, raised.value.column) == (2, 2)
    assert raised.value.earlier is not None and raised.value.earlier.line == 1


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        1,
        1.5,
        ["x"],
        {"Statement"},
        {1: 2},
        {"Statement": {1, 2}},
        {"Statement": b"x"},
        {"a": object()},
    ],
    ids=repr,
)
def test_wrong_types(wrong: Any) -> None:
    with pytest.raises(TypeError, match="expected "):
        TrustPolicy(wrong)


def test_long_documents_don_t_hold_the_interpreter() -> None:
    statement = json.dumps(POLICY.to_dict()["Statement"][0])
    text = '{"Statement":[' + ",".join([statement] * 20_000) + "]}"
    rounds, ready, stop = 0, threading.Event(), threading.Event()

    def count() -> None:
        nonlocal rounds
        while not stop.is_set():
            time.sleep(0.0005)
            rounds += 1
            ready.set()

    other = threading.Thread(target=count)
    # Nobody takes the interpreter from a thread that doesn't release it.
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        other.start()
        ready.wait()
        rounds = 0
        policy = TrustPolicy(text)
        during = rounds
    finally:
        sys.setswitchinterval(before)
        stop.set()
        other.join()
    assert during > 0
    assert len(policy.statements) == 20_000
