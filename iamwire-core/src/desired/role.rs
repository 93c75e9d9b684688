//! [`Role`]: the role that a service account assumes.

use std::collections::BTreeMap;

use crate::{
    InlinePolicyName, ManagedPolicy, PermissionsPolicy, PolicyArn, RoleDescription, RoleName,
    RolePath, SessionDuration, TagKey, TagValue,
};

/// A role by its name, and what it must have. What isn't named is left as it is.
///
/// Its trust policy isn't among it: that follows from the bindings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Role {
    pub(super) name: RoleName,
    pub(super) path: Option<RolePath>,
    pub(super) description: Option<RoleDescription>,
    pub(super) max_session_duration: Option<SessionDuration>,
    pub(super) boundary: Option<PolicyArn>,
    pub(super) tags: BTreeMap<TagKey, TagValue>,
    pub(super) managed: Vec<ManagedPolicy>,
    pub(super) inline: BTreeMap<InlinePolicyName, PermissionsPolicy>,
    pub(super) existing: Option<ExistingRole>,
}

/// What to do with a role that exists and that Iamwire didn't make.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExistingRole {
    /// Refuse, and show what it can do already.
    #[default]
    Refuse,
    /// Add to it: its trust, policies and tags stay, and it stays somebody else's.
    Merge,
    /// Put our trust policy in the place of its own, and take it over: it gets Iamwire's mark. Its policies
    /// and tags stay.
    Replace,
}

impl Role {
    /// A role with this name.
    pub fn new(name: RoleName) -> Self {
        Self {
            name,
            path: None,
            description: None,
            max_session_duration: None,
            boundary: None,
            tags: BTreeMap::new(),
            managed: Vec::new(),
            inline: BTreeMap::new(),
            existing: None,
        }
    }

    /// The path; a new role is at [`RolePath::ROOT`] unless told. The path of an existing one can't be changed.
    pub fn path(mut self, path: RolePath) -> Self {
        self.path = Some(path);
        self
    }

    /// The description.
    pub fn description(mut self, description: RoleDescription) -> Self {
        self.description = Some(description);
        self
    }

    /// How long a session may last at most; an hour for a new role unless told.
    pub fn max_session_duration(mut self, duration: SessionDuration) -> Self {
        self.max_session_duration = Some(duration);
        self
    }

    /// The permissions boundary: a managed policy that bounds what the role's policies allow.
    pub fn boundary(mut self, boundary: PolicyArn) -> Self {
        self.boundary = Some(boundary);
        self
    }

    /// Adds a tag; the last value of a key counts.
    pub fn tag(mut self, key: TagKey, value: TagValue) -> Self {
        self.tags.insert(key, value);
        self
    }

    /// Attaches a managed policy.
    pub fn managed_policy(mut self, policy: ManagedPolicy) -> Self {
        if !self.managed.contains(&policy) {
            self.managed.push(policy);
        }
        self
    }

    /// Writes an inline policy; the last document of a name counts.
    pub fn inline_policy(mut self, name: InlinePolicyName, document: PermissionsPolicy) -> Self {
        self.inline.insert(name, document);
        self
    }

    /// What to do if the role exists and isn't marked as Iamwire's; [`ExistingRole::Refuse`] unless told.
    pub fn existing(mut self, existing: ExistingRole) -> Self {
        self.existing = Some(existing);
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &RoleName {
        &self.name
    }

    /// The path, if one was named.
    #[must_use]
    pub fn wanted_path(&self) -> Option<&RolePath> {
        self.path.as_ref()
    }

    /// The managed policies, in the order in which they were named.
    #[must_use]
    pub fn managed_policies(&self) -> &[ManagedPolicy] {
        &self.managed
    }

    /// All managed policies that must be there: those that are attached, and the boundary.
    #[must_use]
    pub fn policies(&self) -> Vec<ManagedPolicy> {
        let boundary = self.boundary.clone().map(ManagedPolicy::from);
        let boundary = boundary.filter(|boundary| !self.managed.contains(boundary));
        self.managed.iter().cloned().chain(boundary).collect()
    }

    /// The inline policies by name.
    #[must_use]
    pub fn inline_policies(&self) -> &BTreeMap<InlinePolicyName, PermissionsPolicy> {
        &self.inline
    }

    /// The boundary, if one was named.
    #[must_use]
    pub fn wanted_boundary(&self) -> Option<&PolicyArn> {
        self.boundary.as_ref()
    }

    /// The description, if one was named.
    #[must_use]
    pub fn wanted_description(&self) -> Option<&RoleDescription> {
        self.description.as_ref()
    }

    /// The session duration, if one was named.
    #[must_use]
    pub fn wanted_duration(&self) -> Option<SessionDuration> {
        self.max_session_duration
    }

    /// The tags that were named.
    #[must_use]
    pub fn wanted_tags(&self) -> &BTreeMap<TagKey, TagValue> {
        &self.tags
    }

    /// What to do if it exists, if that was said.
    #[must_use]
    pub fn named_existing(&self) -> Option<ExistingRole> {
        self.existing
    }

    pub(crate) fn on_existing(&self) -> ExistingRole {
        self.existing.unwrap_or_default()
    }
}
