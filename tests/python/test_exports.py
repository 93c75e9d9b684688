"""Both languages export the same names, and the stub says what the module has."""

import ast
import enum
import inspect
import re
from pathlib import Path

import iamwire
import iamwire._iamwire
from vectors import ROOT

# Names of Rust that Python has no use for.
ONLY_RUST = {
    "Conditions": "an iterator: `Statement.conditions` is a tuple",
    "Invalid": "the attributes of `ValueError`",
    "NoSubject": "a state of `TrustBuilder`, which is that class itself",
    "Refused": "the attributes of `EditError`",
    "Statements": "an iterator: `TrustPolicy.statements` is a tuple",
    "Unreadable": "the attributes of `PolicyError`",
    "ValueError": "there, but not in `__all__`: a star import must not hide Python's own",
    "json": "Python has its own: values of JSON are given as `json.loads` gives them",
}
# What the wiring stands on; Python gets it together with the `Wirer` that uses it.
WIRING = {
    "Account",
    "Binding",
    "BoundAccount",
    "Caller",
    "Change",
    "Cluster",
    "ClusterArn",
    "ClusterId",
    "ClusterName",
    "Desired",
    "DesiredError",
    "ExistingRole",
    "InlinePolicyName",
    "Kept",
    "Limits",
    "ManagedPolicy",
    "Observed",
    "PermissionsPolicy",
    "Plan",
    "PlanError",
    "PlannedCluster",
    "PolicyArn",
    "PolicyName",
    "Refusal",
    "Role",
    "RoleDescription",
    "SeenAccount",
    "SeenCluster",
    "SeenNamespace",
    "SeenPod",
    "SeenProvider",
    "SeenRole",
    "SessionDuration",
    "Sight",
    "TagKey",
    "TagValue",
    "ThumbprintChoice",
    "TrustEdit",
    "TrustEdited",
    "Unseen",
    "UnwireOptions",
    "Wired",
    "plan",
    "plan_unwire",
}
ONLY_PYTHON = {"Error": "the base of all exceptions"}


def exports_of_rust() -> set[str]:
    text = (ROOT / "iamwire-core/src/lib.rs").read_text(encoding="utf-8")
    text = re.sub(r"//.*", "", text)
    names = set(re.findall(r"^pub mod (\w+);", text, re.M))
    for path in re.findall(r"^pub use ([^;]+);", text, re.M):
        assert "*" not in path and " as " not in path, path
        listed = re.search(r"\{(.*)\}", path, re.S)
        items = listed[1].split(",") if listed else [path.rsplit("::", 1)[1]]
        names |= {item.strip() for item in items if item.strip()}
    return names


def test_both_languages_export_the_same() -> None:
    rust, python = exports_of_rust(), set(iamwire.__all__)
    assert len(rust) > 50
    assert sorted(rust - python) == sorted(ONLY_RUST.keys() | WIRING)
    assert sorted(python - rust) == sorted(ONLY_PYTHON)
    assert hasattr(iamwire, "ValueError")


def test_all_is_sorted_and_there() -> None:
    assert sorted(iamwire.__all__, key=str.lower) == iamwire.__all__
    assert all(hasattr(iamwire, name) for name in iamwire.__all__)


def test_annotation_has_rusts_constants() -> None:
    text = (ROOT / "iamwire-core/src/annotation.rs").read_text(encoding="utf-8")
    constants = dict(re.findall(r'^pub const (\w+): &str = "(.*)";', text, re.M))
    names = iamwire.annotation.__all__
    assert {name: getattr(iamwire.annotation, name) for name in names} == constants


# What every type of Rust may have, and what it is in Python.
EVERYWHERE = {
    "as_str": "`str`",
    "from_bytes": "the constructor",
    "from_value": "the constructor, for a dict",
    "json": "`to_dict`",
}
# What single types have, and what it is in Python.
RENAMED = {
    "Claims.parse": "the constructor",
    "Claims.value": "`to_dict`",
    "Condition.block": "`operator_name`",
    "Condition.member": "`key` and `values`",
    "Edit.into_policy": "`policy`",
    "Grant.as_web_identity": "`isinstance`",
    "Manifest.label": "an argument: `labels`",
    "Manifest.new": "the constructor",
    "Request.action_name": "`action`",
    "Request.from_json": "the constructor",
    "Request.with": "a word of Python: `with_values`",
    "RoleName.for_binding": "comes with the wiring",
    "Statement.of": "the constructor",
    "Test.is_negated": "`Operator.is_negated`",
    "Thumbprints.as_slice": "`tuple`",
    "Thumbprints.is_empty": "`len`",
    "Thumbprints.iter": "`iter`",
    "Thumbprints.len": "`len`",
    "Thumbprints.new": "the constructor",
    "TokenExpiration.from_seconds": "the constructor",
    "TrustBuilder.build": "`WithSubject.build`",
    "TrustPolicy.parse": "the constructor",
    "WebIdentityCall.new": "the constructor",
    "WebIdentityCall.with": "a word of Python: `with_values`",
    "WebIdentityGrant.new": "the constructor",
    "ValueError.invalid": "`input` and `span`",
}


def methods_of_rust() -> set[str]:
    """`Type.name` for each public function and constant of an exported type."""
    found: set[str] = set()
    for path in (ROOT / "iamwire-core/src").rglob("*.rs"):
        text = path.read_text(encoding="utf-8").split("#[cfg(test)]\nmod tests {")[0]
        blocks = re.findall(r"^impl(?:<[^>]*>)? (\w+)(?:<[^>]*>)? \{\n(.*?)^\}", text, re.M | re.S)
        for name, body in blocks:
            items = re.findall(
                r"^    pub (?:const |async )*fn (\w+)|^    pub const (\w+)", body, re.M
            )
            found |= {f"{name}.{function or constant}" for function, constant in items}
    return {method for method in found if method.split(".")[0] in exports_of_rust()}


def test_both_languages_have_the_same_methods() -> None:
    rust = methods_of_rust()
    assert len(rust) > 200
    only_rust = {
        method
        for name, _, attribute in (m.partition(".") for m in rust)
        if name not in ONLY_RUST.keys() | WIRING or name == "ValueError"
        if attribute not in EVERYWHERE
        if not hasattr(getattr(iamwire, name), attribute)
        for method in [f"{name}.{attribute}"]
    }
    assert sorted(only_rust) == sorted(RENAMED)


def members_of_rust(name: str) -> list[str]:
    """The variants of an enumeration without values, in order."""
    for path in (ROOT / "iamwire-core/src").rglob("*.rs"):
        text = path.read_text(encoding="utf-8")
        if name == "Test" and "tests! {\n" in text:
            body = text.split("tests! {\n")[1].split("\n}")[0]
        elif found := re.search(rf"^pub enum {name}(?:<'a>)? \{{\n(.*?)\n\}}", text, re.M | re.S):
            body = found[1]
        else:
            continue
        return re.findall(r"^    (\w+)\b", re.sub(r"///.*", "", body), re.M)
    raise AssertionError(name)


def test_enumerations_have_rusts_members() -> None:
    enumerations = [
        found
        for name in iamwire.__all__
        if isinstance(found := getattr(iamwire, name), type) and issubclass(found, enum.Enum)
    ]
    assert len(enumerations) == 12
    for found in enumerations:
        # `Version.Other` holds a value: Python gives that value itself.
        rust = [
            name
            for name in members_of_rust(found.__name__)
            if name != "Other" or found is not iamwire.Version
        ]
        assert [member.name for member in found] == rust, found


def test_the_stub_documents_what_the_module_does() -> None:
    stub = Path(iamwire._iamwire.__file__).with_name("_iamwire.pyi")
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef):
            continue
        found = getattr(iamwire._iamwire, node.name)
        assert (ast.get_docstring(node) or "").strip() == inspect.getdoc(found), node.name
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                doc = inspect.getdoc(getattr(found, method.name))
                shown = ast.get_docstring(method)
                assert shown and doc, f"{node.name}.{method.name}"
                assert shown.strip() == doc.strip(), f"{node.name}.{method.name}"
