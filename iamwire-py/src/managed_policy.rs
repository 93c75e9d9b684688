//! Policies of a role: managed ones by name or ARN, inline ones by name and document.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::convert::{self, Document, Parsed, Textual};
use crate::error::Result;
use crate::values::{AccountId, Partition, value_class};

value_class! {
    /// The name of a managed policy, such as `AmazonS3ReadOnlyAccess`: 1 to 128 of `A-Z a-z 0-9 + = , . @ _ -`.
    PolicyName {}
}

value_class! {
    /// The name of a policy that is written into its role: 1 to 128 of `A-Z a-z 0-9 + = , . @ _ -`.
    InlinePolicyName {}
}

value_class! {
    /// The ARN of a managed policy: `arn:PARTITION:iam::ACCOUNT:policy/PATH/NAME`, with `aws` in the place
    /// of the account for one that AWS keeps.
    PolicyArn {
        /// Its partition.
        #[getter]
        fn partition(&self) -> Partition {
            Partition(self.0.partition().clone())
        }

        /// The account that it is in; none for a policy that AWS keeps.
        #[getter]
        fn account(&self) -> Option<AccountId> {
            self.0.account().cloned().map(AccountId)
        }

        /// The name without the path.
        #[getter]
        fn name(&self) -> PolicyName {
            PolicyName(self.0.name().clone())
        }
    }
}

value_class! {
    @of [PolicyName, PolicyArn]
    /// A managed policy, by name or by ARN.
    ///
    /// A name is looked up where AWS keeps its own and in the account of the role, under whatever path; an ARN is taken
    /// as it is.
    ManagedPolicy {
        /// The name, which an ARN has as well.
        #[getter]
        fn name(&self) -> PolicyName {
            PolicyName(self.0.name().clone())
        }

        /// The ARN, if it was named by it.
        #[getter]
        fn arn(&self) -> Option<PolicyArn> {
            self.0.arn().cloned().map(PolicyArn)
        }
    }
}

/// The document of an inline policy, in IAM's language: `str`, `bytes` or `dict` of a JSON object with a
/// `Statement` whose statements each have an `Effect`, actions and resources, and no principal. What
/// `PutRolePolicy` is sure to refuse is refused here; what it allows is not judged.
///
/// The text is the document, as with `TrustPolicy`; `==` compares members, order and values.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PermissionsPolicy(pub(crate) core::PermissionsPolicy);

impl std::hash::Hash for PermissionsPolicy {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        convert::hash_value(self.0.json().root(), state);
    }
}

#[pymethods]
impl PermissionsPolicy {
    #[new]
    pub(crate) fn read(document: &Bound<'_, PyAny>) -> Result<Self> {
        if let Ok(policy) = document.cast::<Self>() {
            return Ok(policy.get().clone());
        }
        Ok(Self(Document::of("PermissionsPolicy", document)?.as_str()?.parse()?))
    }

    /// The document as `json.loads` gives it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        convert::members(py, self.0.json().root().members())
    }

    /// The characters without white space between tokens, which count against the 10,240 that all inline
    /// policies of a role share.
    fn size(&self) -> usize {
        self.0.size()
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("PermissionsPolicy({})", convert::repr(py, self.0.as_str())?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String,)) {
        (slf.get_type(), (slf.get().0.as_str().to_owned(),))
    }
}
