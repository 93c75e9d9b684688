"""What is refused of an argument says so alike, whichever it is."""

import builtins
from collections.abc import Callable

import iamwire
import pytest
from iamwire import (
    Applied,
    Bearing,
    Change,
    Changed,
    Condition,
    Explanation,
    Finding,
    Granted,
    Limits,
    Place,
    Reason,
    Request,
    Role,
    SessionDuration,
    Statement,
    TlsProbe,
    TrustPolicy,
    Trusted,
    Wirer,
)
from iamwire.sandbox import Call, Sandbox
from specimens import CALL, CLAIMS, ISSUED, OBSERVED, PLAN, POLICY, ROLE, STATEMENT

PLACE = Place("", 1, 1, (0, 0))
GRANT = POLICY.grants()[0].grant
HUGE = 10**5000

NO_MEMBERS: dict[str, tuple[Callable[[str], object], str]] = {
    "existing": (lambda text: Role("a", existing=text), "`refuse`, `merge`, `replace`"),
    "host": (lambda text: TlsProbe().fetch_thumbprint(ISSUED, host=text), "`jwks-uri`, `issuer`"),
    "host of a wirer": (
        lambda text: Wirer().fetch_thumbprint(ISSUED, host=text),
        "`jwks-uri`, `issuer`",
    ),
    "decision": (lambda text: Explanation(text, []), "`allowed`"),
    "effect": (lambda text: Reason(0, text, "yes", "sts", "m"), "`Allow`, `Deny`"),
    "result": (lambda text: Reason(0, "Allow", text, "sts", "m"), "`yes`, `no`, `unknown`"),
    "part": (lambda text: Reason(0, "Allow", "yes", text, "m"), "`sts`"),
    "severity": (lambda text: Finding("c", text, None, "m", "h"), "`note`, `warning`, `error`"),
    "touch": (lambda text: Changed(text, 0, "m", PLACE), "`added`, `modified`, `removed`"),
}


@pytest.mark.parametrize(("made", "help"), NO_MEMBERS.values(), ids=NO_MEMBERS)
def test_no_member_of_an_enumeration(made: Callable[[str], object], help: str) -> None:
    with pytest.raises(iamwire.ValueError, match=r"^`a\\nb` is no `\w+`\n") as caught:
        made("a\nb")
    assert isinstance(caught.value, builtins.ValueError)
    assert caught.value.code == "choice.unknown"
    assert caught.value.help.startswith("use one of `")
    assert help in caught.value.help


NUMBERS: dict[str, Callable[[int], object]] = {
    "answer": CALL.answer,
    "applied": lambda n: Applied([], [], [], n),
    "bearing": lambda n: Bearing(n, True),
    "call": lambda n: Call("iam", "GetRole", "r", "", n, False),
    "change": lambda n: Change({"change": "DeleteRole", "role": ROLE}, "m", n),
    "changed": lambda n: Changed("added", n, "m", PLACE),
    "claims": lambda n: Request.from_claims(CLAIMS, ROLE, n),
    "column": lambda n: Place("", 1, n, (0, 0)),
    "condition": lambda n: Condition(STATEMENT, n),
    "fits": lambda n: POLICY.fits(n, []),
    "granted": lambda n: Granted(n, GRANT, [], []),
    "indent": lambda n: POLICY.to_json(indent=n),
    "indent of a plan": lambda n: PLAN.to_json(indent=n),
    "indent of what is seen": lambda n: OBSERVED.to_json(indent=n),
    "limits": Limits,
    "line": lambda n: Place("", n, 1, (0, 0)),
    "port": lambda n: TlsProbe().served_chain("localhost", n),
    "port, awaited": lambda n: TlsProbe().served_chain_async("localhost", n),
    "quota": lambda n: Sandbox(quotas={"roles": n}),
    "reason": lambda n: Reason(n, "Allow", "yes", "sts", "m"),
    "room": POLICY.room,
    "span": lambda n: Place("", 1, 1, (0, n)),
    "statement": POLICY.statement,
    "statement of a policy": lambda n: Statement(POLICY, n),
    "trust size": lambda n: Limits(20, n),
    "trusted": lambda n: Trusted(STATEMENT.principal, n) if STATEMENT.principal else None,
}


@pytest.mark.parametrize("number", [-(2**63) - 1, 2**64, HUGE], ids=["low", "high", "huge"])
@pytest.mark.parametrize("made", NUMBERS.values(), ids=NUMBERS)
def test_a_number_out_of_range(made: Callable[[int], object], number: int) -> None:
    with pytest.raises(iamwire.ValueError, match="is out of range\n") as caught:
        made(number)
    assert isinstance(caught.value, builtins.ValueError)
    assert caught.value.code == "number.range"
    assert caught.value.help.startswith("use a whole number from ")


def test_bounds_are_told() -> None:
    for port in (-1, 65536):
        with pytest.raises(iamwire.ValueError, match=f"`{port}` is out of range") as caught:
            TlsProbe().served_chain("localhost", port)
        assert caught.value.help == "use a whole number from 0 to 65535"
    with pytest.raises(TypeError, match="port"):
        TlsProbe().served_chain("localhost", "443")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "seconds", [-1.0, float("nan"), float("inf"), HUGE], ids=["negative", "nan", "inf", "huge"]
)
def test_no_time(seconds: float) -> None:
    made: list[Callable[[], object]] = [
        lambda: TlsProbe(deadline=seconds),
        lambda: Wirer(deadline=seconds),
        lambda: Sandbox(iam_delay=seconds),
        lambda: Sandbox(sts_delay=seconds),
    ]
    with Sandbox() as sandbox:
        made += [
            lambda: sandbox.advance(seconds),
            lambda: sandbox.fail("GetRole", "delayed", delay=seconds),
        ]
        for one in made:
            with pytest.raises(iamwire.ValueError, match="is no number of seconds") as caught:
                one()
            assert (caught.value.code, bool(caught.value.help)) == ("deadline.seconds", True)
        with pytest.raises(iamwire.ValueError) as caught:
            sandbox.fail("GetRole", "denied", times=-1)
        assert caught.value.code == "number.range"


def test_a_number_of_very_many_digits() -> None:
    for made in (lambda: TrustPolicy({"Id": HUGE}), lambda: SessionDuration(HUGE)):
        with pytest.raises(iamwire.ValueError) as caught:
            made()
        assert (caught.value.code, bool(caught.value.help)) == ("number.digits", True)
