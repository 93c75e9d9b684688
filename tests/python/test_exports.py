"""Both languages export the same names, and the stub says what the module has."""

import ast
import enum
import inspect
import re
from pathlib import Path

import iamwire
import iamwire._iamwire
from specimens import ROLE
from vectors import ROOT

# Names of Rust that Python has no use for.
ONLY_RUST = {
    "CallFailure": "the attributes of `AwsError` and `KubeError`",
    "Conditions": "an iterator: `Statement.conditions` is a tuple",
    "Invalid": "the attributes of `ValueError`",
    "NoSubject": "a state of `TrustBuilder`, which is that class itself",
    "Refusal": "the attributes of `DesiredError`, `PlanError`, `WireError` and `TlsError`",
    "Refused": "the attributes of `EditError`",
    "SeenAccount": "in the JSON of `Observed`, which is made by looking, or by a test as a dict",
    "SeenCluster": "in the JSON of `Observed`",
    "SeenNamespace": "in the JSON of `Observed`",
    "SeenPod": "in the JSON of `Observed`",
    "SeenProvider": "in the JSON of `Observed`",
    "SeenRole": "in the JSON of `Observed`",
    "SeenWay": "in the JSON of `Observed`",
    "Sight": 'in the JSON of `Observed`: `{"seen": …}`, `"absent"` and so on',
    "Statements": "an iterator: `TrustPolicy.statements` is a tuple",
    "Stopped": "the attributes of `WireError`; why is its `__cause__`",
    "TrustEdit": "`edit` of an `UpdateTrust` change, in its `to_dict`",
    "Unreadable": "the attributes of `PolicyError`",
    "Unseen": "in the JSON of `Observed`",
    "ValueError": "there, but not in `__all__`: a star import must not hide Python's own",
    "Verification": "`ServedChain.not_verified`",
    "aws": "the SDK's types; Python gives a profile or a boto3 session to the `Wirer`",
    "json": "Python has its own: values of JSON are given as `json.loads` gives them",
    "kube": "the types of kube; Python gives a kubeconfig to the `Wirer`",
}
ONLY_PYTHON = {
    "AwsError": "in Rust in its room, `aws`",
    "Error": "the base of all exceptions",
    "KubeError": "in Rust in its room, `kube`",
}


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
    assert sorted(rust - python) == sorted(ONLY_RUST.keys())
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
    "Account.creates_namespace": "`create_namespace`",
    "Account.forces_conflicts": "`force_conflicts`",
    "Account.named_audience": "`audience`",
    "Account.named_sts_regional_endpoints": "`sts_regional_endpoints`",
    "Account.named_token_expiration": "`token_expiration`",
    "Account.new": "the constructor",
    "Account.wanted_audience": "`audience`, or `Audience.STS`",
    "Binding.new": "the constructor",
    "BoundAccount.new": "the constructor",
    "Caller.new": "the constructor",
    "Claims.parse": "the constructor",
    "Claims.value": "`to_dict`",
    "Cluster.new": "the constructor",
    "Cluster.thumbprint_choice": "`thumbprints`",
    "Cluster.wanted_audiences": "`audiences`",
    "Condition.block": "`operator_name`",
    "Condition.member": "`key` and `values`",
    "Desired.new": "the constructor",
    "Desired.with_limits": "an argument: `limits`",
    "Edit.into_policy": "`policy`",
    "Grant.as_web_identity": "`isinstance`",
    "Manifest.label": "an argument: `labels`",
    "Manifest.named_audience": "`audience`",
    "Manifest.named_sts_regional_endpoints": "`sts_regional_endpoints`",
    "Manifest.named_token_expiration": "`token_expiration`",
    "Manifest.new": "the constructor",
    "Request.action_name": "`action`",
    "Request.from_json": "the constructor",
    "Request.with": "a word of Python: `with_values`",
    "Role.inline_policy": "an argument: `inline_policies`",
    "Role.managed_policy": "an argument: `managed_policies`",
    "Role.named_existing": "`existing`",
    "Role.new": "the constructor",
    "Role.tag": "an argument: `tags`",
    "Role.wanted_boundary": "`boundary`",
    "Role.wanted_description": "`description`",
    "Role.wanted_duration": "`max_session_duration`",
    "Role.wanted_path": "`path`",
    "Role.wanted_tags": "`tags`",
    "ServedChain.verification": "`not_verified`",
    "SessionDuration.from_seconds": "the constructor",
    "Statement.of": "the constructor",
    "Test.is_negated": "`Operator.is_negated`",
    "Thumbprints.as_slice": "`tuple`",
    "Thumbprints.is_empty": "`len`",
    "Thumbprints.iter": "`iter`",
    "Thumbprints.len": "`len`",
    "Thumbprints.new": "the constructor",
    "TlsProbe.deadline": "an argument",
    "TlsProbe.new": "the constructor",
    "TlsProbe.resolver": "an argument",
    "TlsProbe.roots": "an argument",
    "TokenExpiration.from_seconds": "the constructor",
    "TrustBuilder.build": "`WithSubject.build`",
    "TrustPolicy.parse": "the constructor",
    "UnwireOptions.new": "the constructor",
    "ValueError.invalid": "`input` and `span`",
    "WebIdentityCall.new": "the constructor",
    "WebIdentityCall.with": "a word of Python: `with_values`",
    "WebIdentityGrant.new": "the constructor",
    "WireError.stopped": "`done`, `in_doubt`, `not_begun`, `failures` and `__cause__`",
    "Wirer.deadline": "an argument",
    "Wirer.kube": "a client of Rust: Python has `kubeconfig` and `context`",
    "Wirer.kube_of": "a client of Rust",
    "Wirer.kubeconfig": "an argument",
    "Wirer.new": "the constructor",
    "Wirer.on_event": "an argument",
    "Wirer.role_account": "arguments: `role_profile`, `role_session`",
    "Wirer.tls": "an argument",
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
        if name not in ONLY_RUST or name == "ValueError"
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
    assert len(enumerations) == 14
    for found in enumerations:
        # `Version.Other` holds a value: Python gives that value itself.
        rust = [
            name
            for name in members_of_rust(found.__name__)
            if name != "Other" or found is not iamwire.Version
        ]
        assert [member.name for member in found] == rust, found


def test_changes_have_rusts_kinds() -> None:
    for kind in members_of_rust("Change"):
        change = iamwire.Change({"change": kind, "role": ROLE}, "m", 0)
        assert (change.kind, str(change.role)) == (kind, ROLE)
    for kind in members_of_rust("Kept"):
        assert iamwire.Kept({"unchanged": kind, "role": ROLE}).kind == kind


def test_the_stub_documents_what_the_module_does() -> None:
    stub = Path(iamwire._iamwire.__file__).with_name("_iamwire.pyi")
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        found = getattr(iamwire._iamwire, node.name)
        assert (ast.get_docstring(node) or "").strip() == inspect.getdoc(found), node.name
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                doc = inspect.getdoc(getattr(found, method.name))
                shown = ast.get_docstring(method)
                assert shown and doc, f"{node.name}.{method.name}"
                assert shown.strip() == doc.strip(), f"{node.name}.{method.name}"
