//! The values: each class holds one value of the core, and is valid if it exists.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::cluster::{ClusterArn, ClusterId, ClusterName};
use crate::convert::{self, Parsed, Textual};
use crate::error::Result;
use crate::finding::Finding;
use crate::managed_policy::{InlinePolicyName, ManagedPolicy, PolicyArn, PolicyName};
use crate::principal::{AwsPrincipal, PrincipalArn, ServicePrincipal};
use crate::role::{RoleDescription, TagKey, TagValue};
use crate::thumbprint::Thumbprint;

/// A class over a value that is read from one text and printed as one.
macro_rules! value_class {
    ($(#[$doc:meta])* $class:ident { $($methods:tt)* }) => {
        value_class! { @of [] $(#[$doc])* $class { $($methods)* } }
    };
    (@of [$($kin:ident),*] $(#[$doc:meta])* $class:ident { $($methods:tt)* }) => {
        value_class! { @bare [$($kin),*] $(#[$doc])* $class {
            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                Ok(format!("{}({})", stringify!($class), convert::repr(py, self.0.as_str())?))
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String,)) {
                (slf.get_type(), (slf.get().0.as_str().to_owned(),))
            }

            $($methods)*
        } }
    };
    (@bare [$($kin:ident),*] $(#[$doc:meta])* $class:ident { $($methods:tt)* }) => {
        $(#[$doc])*
        #[pyclass(module = "iamwire", frozen, eq, ord, hash)]
        #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $class(pub(crate) core::$class);

        impl AsRef<core::$class> for $class {
            fn as_ref(&self) -> &core::$class {
                &self.0
            }
        }

        impl Textual for core::$class {
            type Class = $class;

            fn parse(text: &str) -> Result<Self> {
                Ok(text.parse()?)
            }

            #[allow(unused_variables, reason = "most values have no kin")]
            fn kin(object: Borrowed<'_, '_, PyAny>) -> Option<Self> {
                None$(.or_else(|| Some(object.cast::<$kin>().ok()?.get().0.clone().into())))*
            }
        }

        #[pymethods]
        impl $class {
            #[new]
            fn new(text: Parsed<core::$class>) -> Self {
                Self(text.0)
            }

            fn __str__(&self) -> &str {
                self.0.as_str()
            }

            $($methods)*
        }
    };
}

value_class! {
    /// A partition of AWS: `aws`, or `aws-` and more, such as `aws-cn`.
    Partition {
        /// The end of the hosts of its services, such as `amazonaws.com.cn`; none if it is not known.
        #[getter]
        fn dns_suffix(&self) -> Option<&'static str> {
            self.0.dns_suffix()
        }

        /// A note where the partition is none of those that are known.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }

        /// `aws`, the commercial regions.
        #[classattr]
        const AWS: Self = Self(core::Partition::AWS);

        /// `aws-cn`, China.
        #[classattr]
        const AWS_CN: Self = Self(core::Partition::AWS_CN);

        /// `aws-us-gov`, AWS GovCloud (US).
        #[classattr]
        const AWS_US_GOV: Self = Self(core::Partition::AWS_US_GOV);
    }
}

value_class! {
    /// The id of an AWS account: exactly 12 digits.
    AccountId {}
}

value_class! {
    /// The ARN of an OIDC provider: `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`.
    ProviderArn {
        /// The provider of an issuer in an account.
        #[staticmethod]
        #[pyo3(name = "new")]
        fn of(
            partition: Parsed<core::Partition>,
            account: Parsed<core::AccountId>,
            issuer: Parsed<core::Issuer>,
        ) -> Self {
            Self(core::ProviderArn::new(partition.0, account.0, &issuer.0))
        }

        /// Its partition.
        #[getter]
        fn partition(&self) -> Partition {
            Partition(self.0.partition().clone())
        }

        /// The account that the provider is in.
        #[getter]
        fn account(&self) -> AccountId {
            AccountId(self.0.account().clone())
        }

        /// The issuer whose tokens it lets in.
        #[getter]
        fn issuer(&self) -> Issuer {
            Issuer(self.0.issuer().clone())
        }

        /// What its partition and issuer have to say.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// The ARN of a role: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`.
    RoleArn {
        /// The role of a name, under a path, in an account.
        #[staticmethod]
        #[pyo3(name = "new")]
        fn of(
            partition: Parsed<core::Partition>,
            account: Parsed<core::AccountId>,
            path: Parsed<core::RolePath>,
            name: Parsed<core::RoleName>,
        ) -> Self {
            Self(core::RoleArn::new(partition.0, account.0, path.0, name.0))
        }

        /// Its partition.
        #[getter]
        fn partition(&self) -> Partition {
            Partition(self.0.partition().clone())
        }

        /// The account that the role is in.
        #[getter]
        fn account(&self) -> AccountId {
            AccountId(self.0.account().clone())
        }

        /// The path, `/` for none.
        #[getter]
        fn path(&self) -> RolePath {
            RolePath(self.0.path().clone())
        }

        /// The name without the path.
        #[getter]
        fn name(&self) -> RoleName {
            RoleName(self.0.name().clone())
        }

        /// What its partition and path have to say.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// An OIDC issuer, read with or without `https://`; its text is without.
    Issuer {
        /// The text with `https://`, as tokens' `iss` and `DescribeCluster` have it.
        #[getter]
        fn url(&self) -> String {
            self.0.url()
        }

        /// The host, as it was written.
        #[getter]
        fn host(&self) -> &str {
            self.0.host()
        }

        /// What follows the host: empty, or from the first `/` on.
        #[getter]
        fn path(&self) -> &str {
            self.0.path()
        }

        /// The condition key of one of its tokens' claims: `<issuer>:sub` for `sub`.
        fn condition_key(&self, claim: &str) -> String {
            self.0.condition_key(claim)
        }

        /// Warns of what is valid and probably not meant, such as a trailing slash.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// The audience of a token, and a client id of an OIDC provider: 1 to 255 characters.
    Audience {
        /// `sts.amazonaws.com`, what EKS's tokens are for in every partition.
        #[classattr]
        const STS: Self = Self(core::Audience::STS);

        /// Warns of what is valid and probably not meant, such as `sts.amazonaws.com.cn`.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// The name of a namespace: a DNS label of at most 63 characters.
    Namespace {}
}

value_class! {
    /// The name of a service account: a DNS subdomain of at most 253 characters.
    ServiceAccountName {}
}

value_class! {
    /// A service account and its namespace, written `namespace/name`.
    ServiceAccountRef {
        /// The service account of a name in a namespace.
        #[staticmethod]
        #[pyo3(name = "new")]
        fn of(namespace: Parsed<core::Namespace>, name: Parsed<core::ServiceAccountName>) -> Self {
            Self(core::ServiceAccountRef::new(namespace.0, name.0))
        }

        /// The namespace.
        #[getter]
        fn namespace(&self) -> Namespace {
            Namespace(self.0.namespace().clone())
        }

        /// The name without the namespace.
        #[getter]
        fn name(&self) -> ServiceAccountName {
            ServiceAccountName(self.0.name().clone())
        }

        /// The `sub` of its tokens: `system:serviceaccount:namespace:name`.
        #[getter]
        fn subject(&self) -> Subject {
            Subject(self.0.subject())
        }

        /// Warns of the account `default`, which every pod of the namespace has that names none.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// The `sub` of a token: any text, compared exactly.
    Subject {
        /// The service account that it names; none if it is no `system:serviceaccount:namespace:name`.
        #[getter]
        fn service_account(&self) -> Option<ServiceAccountRef> {
            self.0.service_account().map(ServiceAccountRef)
        }

        /// Warns of what is probably not meant, such as a wildcard, which is literal here.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// The name of a role: 1 to 64 of `A-Z a-z 0-9 + = , . @ _ -`.
    RoleName {
        /// The name for a role of one service account: `CLUSTER-NAMESPACE-NAME`. One of over 64 characters is
        /// cut to 55, and `-` and the first 8 hexadecimal digits of its SHA-256 follow, so that it is the same
        /// each time and two long ones differ.
        #[staticmethod]
        fn for_binding(
            cluster: Parsed<core::ClusterId>,
            account: Parsed<core::ServiceAccountRef>,
        ) -> Self {
            Self(core::RoleName::for_binding(&cluster.0, &account.0))
        }
    }
}

value_class! {
    /// The path of a role: `/`, or `/…/` of printable ASCII, at most 512 characters.
    RolePath {
        /// `/`, the path of a role for which none was named.
        #[classattr]
        const ROOT: Self = Self(core::RolePath::ROOT);

        /// Warns of characters that STS refuses in a role's ARN.
        fn notices(&self) -> Vec<Finding> {
            Finding::all(self.0.notices())
        }
    }
}

value_class! {
    /// The key of a label: a name, before it, if wanted, a DNS name and `/`.
    LabelKey {}
}

value_class! {
    /// The value of a label: empty, or 1 to 63 characters.
    LabelValue {}
}

pub(crate) use value_class;

/// The text of an object that is a value.
pub(crate) fn value_text<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    macro_rules! first_of {
        ($($class:ident),*) => {
            None$(.or_else(|| object.cast::<$class>().ok().map(|value| value.get().0.as_str())))*
        };
    }
    first_of!(
        ProviderArn,
        RoleArn,
        PrincipalArn,
        AwsPrincipal,
        ServicePrincipal,
        Issuer,
        Audience,
        Subject,
        SubjectPattern,
        AccountId,
        Partition,
        Namespace,
        ServiceAccountName,
        ServiceAccountRef,
        RoleName,
        RolePath,
        Thumbprint,
        LabelKey,
        LabelValue,
        ClusterName,
        ClusterArn,
        ClusterId,
        PolicyName,
        InlinePolicyName,
        PolicyArn,
        ManagedPolicy,
        RoleDescription,
        TagKey,
        TagValue
    )
}

/// Many subjects: a text in which `*` stands for any run of characters and `?` for one.
///
/// It makes a trust wider than one subject: made by `dangerous_parse` alone.
#[pyclass(module = "iamwire", frozen, eq, ord, hash)]
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SubjectPattern(pub(crate) core::SubjectPattern);

#[pymethods]
impl SubjectPattern {
    /// Takes a text with at least one `*` or `?`.
    #[classmethod]
    fn dangerous_parse(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> Result<Self> {
        Ok(Self(core::SubjectPattern::dangerous_parse(convert::text(text)?)?))
    }

    /// Warns of a pattern that matches every subject or every service account.
    fn notices(&self) -> Vec<Finding> {
        Finding::all(self.0.notices())
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("SubjectPattern.dangerous_parse({})", convert::repr(py, self.0.as_str())?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let make = slf.get_type().getattr("dangerous_parse")?;
        Ok((make, (slf.get().0.as_str().to_owned(),)))
    }
}
