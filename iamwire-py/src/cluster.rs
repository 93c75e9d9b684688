//! How a cluster is named.

use iamwire_core as core;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::convert::{self, Parsed, Textual};
use crate::error::Result;
use crate::values::{AccountId, Issuer, Partition, value_class};

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
