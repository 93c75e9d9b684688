"""What holds of the objects of every class: frozen, hashable, picklable, readable."""

import copy
import enum
import pickle

import iamwire
import pytest
from specimens import ALL, SHOWN, TYPED

# No values: they hold what a policy is being built of, or the way to the network.
BUILDERS = {"TrustBuilder", "WithSubject"}
EDGES = {"TlsProbe", "Wirer"}
IDS = [f"{type(x).__name__}-{i}" for i, x in enumerate(ALL)]


def test_every_class_has_a_specimen() -> None:
    classes = {
        name
        for name in iamwire.__all__
        if isinstance(found := getattr(iamwire, name), type)
        and not issubclass(found, (Exception, enum.Enum))
    }
    assert {type(x).__name__ for x in ALL} == classes - BUILDERS - EDGES - {"Grant"}


@pytest.mark.parametrize("specimen", ALL, ids=IDS)
def test_copies_are_equal(specimen: object) -> None:
    copies = [pickle.loads(pickle.dumps(specimen, protocol)) for protocol in range(6)]
    for other in [*copies, copy.copy(specimen), copy.deepcopy(specimen)]:
        assert type(other) is type(specimen)
        assert other == specimen
        assert hash(other) == hash(specimen)
        assert str(other) == str(specimen)


@pytest.mark.parametrize("specimen", ALL, ids=IDS)
def test_each_differs_from_the_others(specimen: object) -> None:
    assert [x for x in ALL if x == specimen] == [specimen]
    assert specimen != "x"
    assert specimen != object()


@pytest.mark.parametrize("specimen", ALL, ids=IDS)
def test_nothing_can_be_set(specimen: object) -> None:
    names = [name for name in dir(specimen) if not name.startswith("_")]
    for name in [*names, "new_attribute"]:
        with pytest.raises((AttributeError, TypeError)):
            setattr(specimen, name, None)
        with pytest.raises((AttributeError, TypeError)):
            delattr(specimen, name)


@pytest.mark.parametrize(("text", "specimen"), TYPED.items(), ids=TYPED)
def test_repr_can_be_typed_in(text: str, specimen: object) -> None:
    assert repr(specimen) == text
    assert eval(text, vars(iamwire).copy()) == specimen


@pytest.mark.parametrize(("text", "specimen"), SHOWN.items(), ids=SHOWN)
def test_repr_begins_so(text: str, specimen: object) -> None:
    assert repr(specimen).startswith(text)


@pytest.mark.parametrize("name", [*iamwire.__all__, "ValueError"])
def test_everything_is_documented(name: str) -> None:
    found: object = getattr(iamwire, name)
    if name in ("SIZE_QUOTA", "annotation"):
        return
    assert found.__doc__
    assert found.__module__ in ("iamwire", "iamwire._enums")
    if not isinstance(found, type):
        return
    members = dict[str, object](found.__dict__)
    for member, value in members.items():
        if callable(value) or isinstance(value, property):
            assert member.startswith("_") or value.__doc__, member


def test_classes_are_final() -> None:
    with pytest.raises(TypeError):
        type("Mine", (iamwire.Issuer,), {})


def test_no_class_is_made_without_its_rule() -> None:
    for name in (
        "SubjectPattern",
        "Grant",
        "Operator",
        "SubjectMatch",
        "TrustBuilder",
        "WithSubject",
        "Event",
        "Plan",
        "ThumbprintChoice",
    ):
        found = getattr(iamwire, name)
        with pytest.raises(TypeError):
            found("*")
        with pytest.raises(TypeError):
            found.__new__(found)
        with pytest.raises(TypeError):
            object.__new__(found)
