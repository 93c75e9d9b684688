//! Typed views of a document: each holds the document and where in it it stands.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::convert::{self, Member, Whole, hash_value};
use crate::finding::Place;
use crate::policy::TrustPolicy;

/// One statement of a trust policy, as far as it can be read.
///
/// Nothing that is wrong with it hides the rest: each part is there if it can be read.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone)]
pub(crate) struct Statement {
    policy: core::TrustPolicy,
    node: usize,
    index: usize,
}

impl Statement {
    /// One statement by its number; none if there are fewer.
    pub(crate) fn of(policy: &core::TrustPolicy, index: usize) -> Option<Self> {
        policy.statement(index).map(|statement| Self::new(policy, statement))
    }

    pub(crate) fn new(policy: &core::TrustPolicy, statement: core::Statement<'_>) -> Self {
        let (node, index) = (statement.value().index(), statement.index());
        Self { policy: policy.clone(), node, index }
    }

    fn view(&self) -> core::Statement<'_> {
        let json = self.policy.json();
        core::Statement::of(json.at(self.node).unwrap_or_else(|| json.root()), self.index)
    }
}

impl PartialEq for Statement {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Hash for Statement {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.index.hash(state);
        hash_value(self.view().value(), state);
    }
}

#[pymethods]
impl Statement {
    #[new]
    fn py_new(policy: &Bound<'_, TrustPolicy>, index: Whole<usize>) -> PyResult<Self> {
        Self::of(&policy.get().0, index.0).ok_or_else(|| no_such("statement", index.0))
    }

    /// Its number in the document, from 0.
    #[getter]
    fn index(&self) -> usize {
        self.index
    }

    /// What it is in JSON; a dict, unless the document is broken.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::to_python(py, self.view().value())
    }

    /// Where it stands in the text.
    #[getter]
    fn place(&self) -> Place {
        Place::of(&self.view().value().place())
    }

    /// The `Sid`, if it is a text.
    #[getter]
    fn sid(&self) -> Option<String> {
        self.view().sid().map(std::borrow::Cow::into_owned)
    }

    /// The `Effect`, if it is exactly `Allow` or `Deny`.
    #[getter]
    fn effect(&self) -> Option<Member> {
        self.view().effect().map(|effect| Member::new("Effect", effect))
    }

    /// The `Principal`.
    #[getter]
    fn principal(&self) -> Option<Principal> {
        Principal::of(self, false)
    }

    /// The `NotPrincipal`, which IAM refuses in a trust policy.
    #[getter]
    fn not_principal(&self) -> Option<Principal> {
        Principal::of(self, true)
    }

    /// The `Action` as it stands: a text or a list of them.
    #[getter]
    fn action<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        convert::optional(py, self.view().action())
    }

    /// The `NotAction` as it stands: a text or a list of them.
    #[getter]
    fn not_action<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        convert::optional(py, self.view().not_action())
    }

    /// The `Condition` as it stands.
    #[getter]
    fn condition<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        convert::optional(py, self.view().condition())
    }

    /// Each key of each operator block of the `Condition`.
    #[getter]
    fn conditions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let count = self.view().conditions().count();
        PyTuple::new(py, (0..count).map(|index| Condition { statement: self.clone(), index }))
    }

    /// The conditions on one key, compared without case.
    fn conditions_on<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyTuple>> {
        let numbered = self.view().conditions().enumerate().filter(|(_, c)| c.is_on(key));
        let found = numbered.map(|(index, _)| Condition { statement: self.clone(), index });
        PyTuple::new(py, found.collect::<Vec<_>>())
    }

    /// What IAM doesn't know in a statement, or takes in other policies only.
    #[getter]
    fn unknown_members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        convert::members(py, self.view().unknown_members())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = convert::repr(py, self.view().value().text())?;
        Ok(format!("<Statement {} {text}>", self.index))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (TrustPolicy, usize)) {
        let this = slf.get();
        (slf.get_type(), (TrustPolicy(this.policy.clone()), this.index))
    }
}

/// The `Principal` or `NotPrincipal` of a statement: a map of kinds to values, or `"*"`.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone)]
pub(crate) struct Principal {
    statement: Statement,
    inverted: bool,
}

impl Principal {
    fn of(statement: &Statement, inverted: bool) -> Option<Self> {
        let this = Self { statement: statement.clone(), inverted };
        this.view().is_some().then_some(this)
    }

    fn view(&self) -> Option<core::Principal<'_>> {
        let statement = self.statement.view();
        if self.inverted { statement.not_principal() } else { statement.principal() }
    }

    fn entries_where<'py>(
        &self,
        py: Python<'py>,
        wanted: impl Fn(core::Trusted<'_>) -> bool,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let numbered = self.view().into_iter().flat_map(core::Principal::entries).enumerate();
        let found = numbered.filter(|(_, entry)| wanted(*entry));
        let entries = found.map(|(index, _)| Trusted { principal: self.clone(), index });
        PyTuple::new(py, entries.collect::<Vec<_>>())
    }
}

impl PartialEq for Principal {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Hash for Principal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Some(principal) = self.view() {
            hash_value(principal.value(), state);
        }
    }
}

#[pymethods]
impl Principal {
    #[new]
    #[pyo3(signature = (statement, *, inverted = false))]
    fn py_new(statement: &Bound<'_, Statement>, inverted: bool) -> PyResult<Self> {
        Self::of(statement.get(), inverted)
            .ok_or_else(|| PyIndexError::new_err("the statement has no such principal"))
    }

    /// Whether it is a `NotPrincipal`.
    #[getter]
    fn inverted(&self) -> bool {
        self.inverted
    }

    /// What it is in JSON.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        convert::optional(py, self.view().map(core::Principal::value))
    }

    /// Whether it is `"*"` without a map, which IAM refuses and which reads as `{"AWS": "*"}`.
    #[getter]
    fn is_star(&self) -> bool {
        self.view().is_some_and(core::Principal::is_star)
    }

    /// Whether it can be read at all: a map, or `"*"`.
    #[getter]
    fn is_readable(&self) -> bool {
        self.view().is_some_and(core::Principal::is_readable)
    }

    /// Every value with its kind, in order.
    #[getter]
    fn entries<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.entries_where(py, |_| true)
    }

    /// The values of one kind, in order.
    fn of_kind<'py>(&self, py: Python<'py>, kind: &str) -> PyResult<Bound<'py, PyTuple>> {
        let kind = Member::checked(py, "PrincipalKind", kind)?;
        self.entries_where(py, |entry| entry.kind.to_string() == kind.value())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let name = if self.inverted { "NotPrincipal" } else { "Principal" };
        let text = self.view().map_or("", |principal| principal.value().text());
        Ok(format!("<{name} {}>", convert::repr(py, text)?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<convert::Reduced<'py>> {
        let name = if slf.get().inverted { "not_principal" } else { "principal" };
        let getattr = slf.py().import("builtins")?.getattr("getattr")?;
        let arguments = (slf.get().statement.clone(), name).into_pyobject(slf.py())?;
        Ok((getattr, arguments))
    }
}

/// One value of a `Principal`.
#[pyclass(module = "iamwire", frozen, eq, hash)]
pub(crate) struct Trusted {
    principal: Principal,
    index: usize,
}

impl Trusted {
    fn view(&self) -> Option<core::Trusted<'_>> {
        self.principal.view()?.entries().nth(self.index)
    }
}

impl PartialEq for Trusted {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Hash for Trusted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Some(trusted) = self.view() {
            trusted.kind.hash(state);
            hash_value(trusted.value, state);
        }
    }
}

#[pymethods]
impl Trusted {
    #[new]
    fn py_new(principal: &Bound<'_, Principal>, index: Whole<usize>) -> PyResult<Self> {
        let index = index.0;
        let this = Self { principal: principal.get().clone(), index };
        if this.view().is_some() { Ok(this) } else { Err(no_such("value", index)) }
    }

    /// Its kind.
    #[getter]
    fn kind(&self) -> Option<Member> {
        self.view().map(|trusted| Member::new("PrincipalKind", trusted.kind))
    }

    /// What it names; a text, unless the document is broken.
    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        convert::optional(py, self.view().map(|trusted| trusted.value))
    }

    /// Where it stands in the text.
    #[getter]
    fn place(&self) -> Option<Place> {
        self.view().map(|trusted| Place::of(&trusted.value.place()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Some(trusted) = self.view() else { return Ok("<Trusted>".to_owned()) };
        Ok(format!("<Trusted {} {}>", trusted.kind, convert::repr(py, trusted.value.text())?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (Principal, usize)) {
        (slf.get_type(), (slf.get().principal.clone(), slf.get().index))
    }
}

/// One key of one operator block, with its values.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone)]
pub(crate) struct Condition {
    statement: Statement,
    index: usize,
}

impl Condition {
    /// Those of a statement's conditions that are among these.
    pub(crate) fn among(
        policy: &core::TrustPolicy,
        statement: usize,
        wanted: &[core::Condition<'_>],
    ) -> Vec<Self> {
        let Some(view) = policy.statement(statement) else { return Vec::new() };
        let statement = Statement::new(policy, view);
        let keys: Vec<_> = wanted.iter().map(|c| c.member().key.index()).collect();
        let numbered = view.conditions().enumerate();
        let found = numbered.filter(|(_, c)| keys.contains(&c.member().key.index()));
        found.map(|(index, _)| Self { statement: statement.clone(), index }).collect()
    }

    fn view(&self) -> Option<core::Condition<'_>> {
        self.statement.view().conditions().nth(self.index)
    }
}

impl Eq for Condition {}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if let Some(condition) = self.view() {
            condition.operator_name().hash(state);
            condition.key().hash(state);
            hash_value(condition.member().value, state);
        }
    }
}

#[pymethods]
impl Condition {
    #[new]
    fn py_new(statement: &Bound<'_, Statement>, index: Whole<usize>) -> PyResult<Self> {
        let index = index.0;
        let this = Self { statement: statement.get().clone(), index };
        if this.view().is_some() { Ok(this) } else { Err(no_such("condition", index)) }
    }

    /// The name of the operator as it stands, prefix and `IfExists` included.
    #[getter]
    fn operator_name(&self) -> String {
        self.view().map(|c| c.operator_name().into_owned()).unwrap_or_default()
    }

    /// The operator, if IAM knows it.
    #[getter]
    fn operator(&self) -> Option<Operator> {
        self.view().and_then(core::Condition::operator).map(Operator)
    }

    /// The condition key as it stands.
    #[getter]
    fn key(&self) -> String {
        self.view().map(|c| c.key().into_owned()).unwrap_or_default()
    }

    /// The values: one or more.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let values = self.view().into_iter().flat_map(core::Condition::values);
        let values = values.map(|value| convert::to_python(py, value));
        PyTuple::new(py, values.collect::<PyResult<Vec<_>>>()?)
    }

    /// Where the key stands in the text.
    #[getter]
    fn place(&self) -> Option<Place> {
        self.view().map(|c| Place::of(&c.member().key.place()))
    }

    pub(crate) fn __str__(&self) -> String {
        self.view().map(|c| c.to_string()).unwrap_or_default()
    }

    /// Whether this is the key, compared without case.
    fn is_on(&self, key: &str) -> bool {
        self.view().is_some_and(|c| c.is_on(key))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let text = self.view().map_or("", |c| c.member().value.text());
        let (operator, key) = (self.operator_name(), convert::repr(py, &self.key())?);
        Ok(format!("<Condition {operator} {key} {}>", convert::repr(py, text)?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (Statement, usize)) {
        (slf.get_type(), (slf.get().statement.clone(), slf.get().index))
    }
}

/// An operator: what it tests, for which values of a set, and what it makes of an absent key.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Operator(core::Operator);

#[pymethods]
impl Operator {
    /// Reads the name, compared with case; none if IAM doesn't know it.
    #[classmethod]
    fn parse(_class: &Bound<'_, PyType>, name: &str) -> Option<Self> {
        core::Operator::parse(name).map(Self)
    }

    /// What it tests.
    #[getter]
    fn test(&self) -> Member {
        Member::new("Test", self.0.test().name())
    }

    /// `ForAllValues` or `ForAnyValue`.
    #[getter]
    fn set(&self) -> Option<Member> {
        self.0.set().map(|set| Member::new("SetPrefix", format!("{set:?}")))
    }

    /// Whether it ends in `IfExists`: an absent key is no obstacle.
    #[getter]
    fn if_exists(&self) -> bool {
        self.0.if_exists()
    }

    /// Whether it is `…Not…`: every value must differ.
    #[getter]
    fn is_negated(&self) -> bool {
        self.0.is_negated()
    }

    /// Whether it fails where its key is absent and can match where a value is given.
    #[getter]
    fn is_guard(&self) -> bool {
        self.0.is_guard()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Operator.parse('{}')", self.0)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("parse")?, (slf.get().0.to_string(),)))
    }
}

fn no_such(what: &str, index: usize) -> PyErr {
    PyIndexError::new_err(format!("there is no {what} {index}"))
}
