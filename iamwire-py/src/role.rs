//! A role, as it is wanted, and what it has: description, session duration, tags.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyTuple, PyType};

use crate::convert::{self, Member, Pairs, Parsed, Reduced, Textual};
use crate::error::{Failure, Result};
use crate::managed_policy::{InlinePolicyName, ManagedPolicy, PermissionsPolicy, PolicyArn};
use crate::seconds::{Seconds, seconds_class};
use crate::values::{RoleName, RolePath, value_class};

value_class! {
    /// The description of a role: at most 1,000 characters of tab, line breaks, U+0020 to U+007E and U+00A1
    /// to U+00FF.
    RoleDescription {}
}

value_class! {
    /// The key of a tag: 1 to 128 letters, digits, blanks and `_.:/=+-@`, not beginning with `aws:`.
    TagKey {}
}

value_class! {
    /// The value of a tag: at most 256 letters, digits, blanks and `_.:/=+-@`, or none.
    TagValue {}
}

seconds_class! {
    /// How long a session of a role may last at most: 3600 to 43200 seconds, as a number or its digits.
    SessionDuration
}

/// A role by its name, and what it must have. What isn't named is left as it is.
///
/// Its trust policy isn't among it: that follows from the bindings.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Role(pub(crate) core::Role);

const ROLE: [&str; 9] = [
    "name",
    "path",
    "description",
    "max_session_duration",
    "boundary",
    "tags",
    "managed_policies",
    "inline_policies",
    "existing",
];

impl Hash for Role {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name().hash(state);
    }
}

#[pymethods]
impl Role {
    #[new]
    #[pyo3(signature = (
        name, path = None, description = None, max_session_duration = None, boundary = None,
        tags = None, managed_policies = None, inline_policies = None, existing = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords, each of its own kind")]
    fn new(
        py: Python<'_>,
        name: Parsed<core::RoleName>,
        path: Option<Parsed<core::RolePath>>,
        description: Option<Parsed<core::RoleDescription>>,
        max_session_duration: Option<Seconds<core::SessionDuration>>,
        boundary: Option<Parsed<core::PolicyArn>>,
        tags: Option<Pairs<core::TagKey, core::TagValue>>,
        managed_policies: Option<Vec<Parsed<core::ManagedPolicy>>>,
        inline_policies: Option<&Bound<'_, PyDict>>,
        existing: Option<&str>,
    ) -> PyResult<Self> {
        let mut role = core::Role::new(name.0);
        if let Some(path) = path {
            role = role.path(path.0);
        }
        if let Some(description) = description {
            role = role.description(description.0);
        }
        if let Some(duration) = max_session_duration {
            role = role.max_session_duration(duration.0);
        }
        if let Some(boundary) = boundary {
            role = role.boundary(boundary.0);
        }
        for (key, value) in tags.into_iter().flat_map(|tags| tags.0) {
            role = role.tag(key, value);
        }
        for policy in managed_policies.into_iter().flatten() {
            role = role.managed_policy(policy.0);
        }
        for (name, document) in inline_policies.into_iter().flatten() {
            let name = name.extract::<Parsed<core::InlinePolicyName>>()?;
            role = role.inline_policy(name.0, PermissionsPolicy::read(&document)?.0);
        }
        if let Some(existing) = existing {
            role = role.existing(on_existing(py, existing)?);
        }
        Ok(Self(role))
    }

    /// The name.
    #[getter]
    fn name(&self) -> RoleName {
        RoleName(self.0.name().clone())
    }

    /// The path, if one was named; a new role is at `/` unless told. That of an existing one can't be changed.
    #[getter]
    fn path(&self) -> Option<RolePath> {
        self.0.wanted_path().cloned().map(RolePath)
    }

    /// The description, if one was named.
    #[getter]
    fn description(&self) -> Option<RoleDescription> {
        self.0.wanted_description().cloned().map(RoleDescription)
    }

    /// How long a session may last at most, if that was named; an hour for a new role unless told.
    #[getter]
    fn max_session_duration(&self) -> Option<SessionDuration> {
        self.0.wanted_duration().map(SessionDuration)
    }

    /// The permissions boundary, if one was named: a managed policy that bounds what the policies allow.
    #[getter]
    fn boundary(&self) -> Option<PolicyArn> {
        self.0.wanted_boundary().cloned().map(PolicyArn)
    }

    /// The tags that were named, by key.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tags = self.0.wanted_tags().iter();
        tags.map(|(key, value)| (TagKey(key.clone()), TagValue(value.clone()))).into_py_dict(py)
    }

    /// The managed policies, in the order in which they were named.
    #[getter]
    fn managed_policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.managed_policies().iter().cloned().map(ManagedPolicy))
    }

    /// The inline policies, by name.
    #[getter]
    fn inline_policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let inline = self.0.inline_policies().iter();
        let inline = inline.map(|(name, document)| {
            (InlinePolicyName(name.clone()), PermissionsPolicy(document.clone()))
        });
        inline.into_py_dict(py)
    }

    /// What to do if it exists and isn't marked as Iamwire's, if that was said; else that is refused.
    #[getter]
    fn existing(&self) -> Result<Option<Member>> {
        self.0.named_existing().map(existing_member).transpose()
    }

    /// All managed policies that must be there: those that are attached, and the boundary.
    fn policies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.policies().into_iter().map(ManagedPolicy))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &ROLE)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &ROLE)
    }
}

fn on_existing(py: Python<'_>, text: &str) -> Result<core::ExistingRole> {
    match Member::checked(py, "ExistingRole", text)?.value() {
        "merge" => Ok(core::ExistingRole::Merge),
        "replace" => Ok(core::ExistingRole::Replace),
        _ => Ok(core::ExistingRole::Refuse),
    }
}

fn existing_member(existing: core::ExistingRole) -> Result<Member> {
    let value = match existing {
        core::ExistingRole::Refuse => "refuse",
        core::ExistingRole::Merge => "merge",
        core::ExistingRole::Replace => "replace",
        _ => return Err(Failure::Unknown("choice for an existing role")),
    };
    Ok(Member::new("ExistingRole", value))
}
