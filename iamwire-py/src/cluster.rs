//! A cluster: how it is named, and what is wanted of its provider.

use std::hash::{Hash, Hasher};

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::convert::{self, Choice, Parsed, Reduced, Textual, pinned};
use crate::error::Result;
use crate::thumbprint::Thumbprints;
use crate::values::{AccountId, Audience, Issuer, Partition, value_class};

value_class! {
    /// The name of an EKS cluster: 1 to 100 of `A-Z a-z 0-9 _ -`, beginning with a letter or digit.
    ClusterName {}
}

value_class! {
    /// The ARN of an EKS cluster: `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`.
    ClusterArn {
        /// Its partition.
        #[getter]
        fn partition(&self) -> Partition {
            Partition(self.0.partition().clone())
        }

        /// Its region, such as `eu-west-3`.
        #[getter]
        fn region(&self) -> &str {
            self.0.region()
        }

        /// The account that the cluster is in.
        #[getter]
        fn account(&self) -> AccountId {
            AccountId(self.0.account().clone())
        }

        /// The name.
        #[getter]
        fn name(&self) -> ClusterName {
            ClusterName(self.0.name().clone())
        }
    }
}

value_class! {
    @of [ClusterName, ClusterArn, Issuer]
    /// How a cluster is told from others: by its name in the region of the credentials, by its ARN, or, for
    /// one that EKS does not run, by its issuer, whose text begins with `https://`.
    ClusterId {
        /// The name in EKS; none for a self-managed cluster.
        #[getter]
        fn name(&self) -> Option<ClusterName> {
            self.0.name().cloned().map(ClusterName)
        }

        /// The ARN, if it was named by it.
        #[getter]
        fn arn(&self) -> Option<ClusterArn> {
            self.0.arn().cloned().map(ClusterArn)
        }

        /// The issuer of a self-managed cluster; that of a cluster of EKS is what `DescribeCluster` returns.
        #[getter]
        fn self_managed(&self) -> Option<Issuer> {
            self.0.self_managed().cloned().map(Issuer)
        }

        /// What people call it: the name, or the issuer without `https://`.
        #[getter]
        fn label(&self) -> &str {
            self.0.label()
        }
    }
}

/// A cluster, and what its OIDC provider in IAM must have: audiences and thumbprints.
///
/// It is named by its name in the region of the credentials, by its ARN, or by the issuer, with `https://`, of
/// one that EKS does not run.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct Cluster(pub(crate) core::Cluster);

const CLUSTER: [&str; 3] = ["id", "audiences", "thumbprints"];

impl Hash for Cluster {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id().hash(state);
    }
}

impl Cluster {
    fn of(
        id: core::ClusterId,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        let mut cluster = core::Cluster::new(id);
        if let Some(audiences) = audiences {
            cluster = cluster.audiences(audiences.into_iter().map(|audience| audience.0));
        }
        if let Some(choice) = thumbprints {
            cluster = cluster.thumbprints(choice.0);
        }
        Self(cluster)
    }
}

#[pymethods]
impl Cluster {
    #[new]
    #[pyo3(signature = (id, audiences = None, thumbprints = None))]
    fn new(
        id: Parsed<core::ClusterId>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(id.0, audiences, thumbprints)
    }

    /// A cluster of EKS by its name, in the region of the credentials.
    #[staticmethod]
    #[pyo3(signature = (name, audiences = None, thumbprints = None))]
    fn from_name(
        name: Parsed<core::ClusterName>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(name.0.into(), audiences, thumbprints)
    }

    /// A cluster of EKS by its ARN, which says region, account and partition.
    #[staticmethod]
    #[pyo3(signature = (arn, audiences = None, thumbprints = None))]
    fn from_arn(
        arn: Parsed<core::ClusterArn>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(arn.0.into(), audiences, thumbprints)
    }

    /// A cluster that EKS does not run, by the issuer of its tokens.
    #[staticmethod]
    #[pyo3(signature = (issuer, audiences = None, thumbprints = None))]
    fn self_managed(
        issuer: Parsed<core::Issuer>,
        audiences: Option<Vec<Parsed<core::Audience>>>,
        thumbprints: Option<Choice>,
    ) -> Self {
        Self::of(issuer.0.into(), audiences, thumbprints)
    }

    /// What names it.
    #[getter]
    fn id(&self) -> ClusterId {
        ClusterId(self.0.id().clone())
    }

    /// Whom its tokens may be for: client ids of the provider.
    #[getter]
    fn audiences<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.wanted_audiences().iter().cloned().map(Audience))
    }

    /// Which thumbprints the provider has.
    #[getter]
    fn thumbprints(&self) -> ThumbprintChoice {
        ThumbprintChoice(self.0.thumbprint_choice().clone())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        convert::record_repr(slf, &CLUSTER)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        convert::record_reduced(slf, &CLUSTER)
    }
}

/// Which thumbprints an OIDC provider has: `LetIam` sends none and IAM fetches its own, `Fetch` takes the one of
/// the certificate that the issuer serves now, `Pinned` those that are named.
#[pyclass(module = "iamwire", frozen, eq, hash)]
#[derive(PartialEq, Eq)]
pub(crate) struct ThumbprintChoice(pub(crate) core::ThumbprintChoice);

impl Hash for ThumbprintChoice {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl ThumbprintChoice {
    fn name(&self) -> &'static str {
        match &self.0 {
            core::ThumbprintChoice::Fetch => "Fetch",
            core::ThumbprintChoice::Pinned(_) => "Pinned",
            _ => "LetIam",
        }
    }
}

#[pymethods]
impl ThumbprintChoice {
    /// None is sent: IAM fetches its own. Those of an existing provider stay.
    #[staticmethod]
    #[pyo3(name = "LetIam")]
    fn let_iam() -> Self {
        Self(core::ThumbprintChoice::LetIam)
    }

    /// The one of the certificate that the issuer serves now.
    #[staticmethod]
    #[pyo3(name = "Fetch")]
    fn fetch() -> Self {
        Self(core::ThumbprintChoice::Fetch)
    }

    /// These; an empty list is as `LetIam`.
    #[staticmethod]
    #[pyo3(name = "Pinned")]
    fn of_pinned(thumbprints: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(core::ThumbprintChoice::Pinned(pinned(thumbprints)?)))
    }

    /// Those that are named, if it is `Pinned`.
    #[getter]
    fn pinned(&self) -> Option<Thumbprints> {
        match &self.0 {
            core::ThumbprintChoice::Pinned(all) => Some(Thumbprints(all.clone())),
            _ => None,
        }
    }

    /// Whether it is `Fetch`.
    #[getter]
    fn is_fetch(&self) -> bool {
        self.0 == core::ThumbprintChoice::Fetch
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (_, arguments) = Self::__reduce__(slf)?;
        let arguments: Vec<_> =
            arguments.iter().map(|a| Ok(a.repr()?.to_string())).collect::<PyResult<_>>()?;
        Ok(format!("ThumbprintChoice.{}({})", slf.get().name(), arguments.join(", ")))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let make = slf.get_type().getattr(slf.get().name())?;
        Ok((make, PyTuple::new(slf.py(), slf.get().pinned())?))
    }
}
