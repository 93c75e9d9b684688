//! IAM: the Query protocol over roles, policies and OIDC providers.

pub(super) mod check;
mod policies;
mod providers;
mod role_policies;
mod roles;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Caller, Incoming, Operation, Refusal, State, incoming::Params};

use providers::OidcProvider;
use roles::Role;

/// What IAM holds of an account.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// By name in lower case: names differ by more than case.
    pub(super) roles: BTreeMap<String, Role>,
    /// By ARN.
    pub(super) providers: BTreeMap<String, OidcProvider>,
    /// The account's own managed policies, by ARN.
    policies: BTreeMap<String, policies::Policy>,
}

/// A text that is seen as it was before until a change has spread: each, and since when.
#[derive(Debug, Clone)]
pub(super) struct Spreading(Vec<(i64, String)>);

impl Spreading {
    /// What is seen by whoever sees the changes until then.
    pub(super) fn seen(&self, until: i64) -> &str {
        let seen = self.0.iter().rev().find(|(since, _)| *since <= until);
        seen.or(self.0.first()).map_or("", |(_, text)| text)
    }
}

struct Iam<'a> {
    state: &'a mut State,
    account: &'a str,
    partition: &'a str,
    params: &'a Params,
}

type Answer = Result<Value, Refusal>;
type Handler = fn(&mut Iam<'_>) -> Answer;

/// An operation that answers nothing but that it was done.
const DONE: Answer = Ok(Value::Null);

const PROVIDER: &str = "OpenIDConnectProviderArn";

/// Each operation, the parameter that names its resource, and what it does. Those that begin with
/// `Get` or `List` read, all others write.
const OPERATIONS: &[(&str, &str, Handler)] = &[
    ("AddClientIDToOpenIDConnectProvider", PROVIDER, providers::add_client),
    ("AttachRolePolicy", "RoleName", role_policies::attach),
    ("CreateOpenIDConnectProvider", "Url", providers::create),
    ("CreatePolicy", "PolicyName", policies::create),
    ("CreateRole", "RoleName", roles::create),
    ("DeleteOpenIDConnectProvider", PROVIDER, providers::delete),
    ("DeletePolicy", "PolicyArn", policies::delete),
    ("DeleteRole", "RoleName", roles::delete),
    ("DeleteRolePermissionsBoundary", "RoleName", roles::delete_boundary),
    ("DeleteRolePolicy", "RoleName", role_policies::delete_inline),
    ("DetachRolePolicy", "RoleName", role_policies::detach),
    ("GetOpenIDConnectProvider", PROVIDER, providers::get),
    ("GetPolicy", "PolicyArn", policies::get),
    ("GetRole", "RoleName", roles::get),
    ("GetRolePolicy", "RoleName", role_policies::get_inline),
    ("ListAttachedRolePolicies", "RoleName", role_policies::list_attached),
    ("ListOpenIDConnectProviderTags", PROVIDER, providers::list_tags),
    ("ListOpenIDConnectProviders", "", providers::list),
    ("ListPolicies", "", policies::list),
    ("ListRolePolicies", "RoleName", role_policies::list_inline),
    ("ListRoleTags", "RoleName", roles::list_tags),
    ("ListRoles", "", roles::list),
    ("PutRolePermissionsBoundary", "RoleName", roles::put_boundary),
    ("PutRolePolicy", "RoleName", role_policies::put_inline),
    ("RemoveClientIDFromOpenIDConnectProvider", PROVIDER, providers::remove_client),
    ("TagOpenIDConnectProvider", PROVIDER, providers::tag),
    ("TagRole", "RoleName", roles::tag),
    ("UntagOpenIDConnectProvider", PROVIDER, providers::untag),
    ("UntagRole", "RoleName", roles::untag),
    ("UpdateAssumeRolePolicy", "RoleName", roles::update_trust),
    ("UpdateOpenIDConnectProviderThumbprint", PROVIDER, providers::update_thumbprints),
    ("UpdateRole", "RoleName", roles::update),
    ("UpdateRoleDescription", "RoleName", roles::update_description),
];

pub(super) fn operation(incoming: &Incoming) -> Operation {
    let name = incoming.params.get("Action").unwrap_or("(no Action)");
    let known = OPERATIONS.iter().find(|(known, ..)| *known == name);
    let resource = known.and_then(|(_, parameter, _)| incoming.params.get(parameter));
    let writes = known.is_some() && !name.starts_with("Get") && !name.starts_with("List");
    Operation { name: name.to_owned(), resource: resource.unwrap_or_default().to_owned(), writes }
}

pub(super) fn answer(state: &mut State, incoming: &Incoming, caller: &Caller) -> Answer {
    let name = &incoming.operation.name;
    let known = OPERATIONS.iter().find(|(known, ..)| known == name);
    let (.., handler) = known.ok_or_else(|| Refusal::unknown(name))?;
    let (account, partition) = (caller.account(), caller.partition());
    handler(&mut Iam { state, account, partition, params: &incoming.params })
}

impl Iam<'_> {
    fn here(&self) -> Result<&Account, Refusal> {
        self.state.accounts.get(self.account).ok_or_else(no_account)
    }

    fn here_mut(&mut self) -> Result<&mut Account, Refusal> {
        self.state.accounts.get_mut(self.account).ok_or_else(no_account)
    }

    /// Until when changes are seen by IAM's reads.
    fn seen(&self) -> i64 {
        self.state.now.saturating_sub(super::milliseconds_in(self.state.delays.iam))
    }

    fn arn(&self, resource: &str) -> String {
        format!("arn:{}:iam::{}:{resource}", self.partition, self.account)
    }
}

fn no_account() -> Refusal {
    super::faults::unknown_caller(super::Service::Iam)
}

fn seconds(milliseconds: i64) -> Value {
    json!(milliseconds.div_euclid(1000))
}

fn missing(message: impl Into<String>) -> Refusal {
    Refusal::new(404, "NoSuchEntity", message)
}

fn exists(message: impl Into<String>) -> Refusal {
    Refusal::new(409, "EntityAlreadyExists", message)
}

fn conflict(message: &str) -> Refusal {
    Refusal::new(409, "DeleteConflict", message)
}

/// Refuses a count over its quota.
pub(super) fn within(quota: &str, limit: usize, count: usize) -> Result<(), Refusal> {
    let message = format!("Cannot exceed quota for {quota}: {limit}");
    Refusal::new(409, "LimitExceeded", message).unless(count <= limit)
}
