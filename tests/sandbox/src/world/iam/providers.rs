//! OIDC providers.

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::ids::{hex, unique_of};
use super::check::{Tags, invalid, length, shown_tags, tag_list};
use super::{Answer, DONE, Iam, PROVIDER, exists, missing, seconds, within};

#[derive(Debug, Clone)]
pub(in super::super) struct OidcProvider {
    /// Without its scheme.
    pub(in super::super) url: String,
    pub(in super::super) client_ids: Vec<String>,
    thumbprints: Vec<String>,
    pub(in super::super) created: i64,
    tags: Tags,
}

const CLIENT_IDS: &str = "ClientIdsPerOpenIdConnectProvider";

impl Iam<'_> {
    /// The provider that the request names, if it is seen yet.
    fn provider(&self) -> Result<&OidcProvider, Refusal> {
        let arn = self.arn_in(PROVIDER)?;
        let found = self.here()?.providers.get(arn);
        found.filter(|provider| provider.created <= self.seen()).ok_or_else(|| no_provider(arn))
    }

    fn provider_mut(&mut self) -> Result<&mut OidcProvider, Refusal> {
        self.provider()?;
        let arn = self.arn_in(PROVIDER)?;
        self.here_mut()?.providers.get_mut(arn).ok_or_else(|| no_provider(arn))
    }

    fn thumbprints(&self) -> Result<Vec<String>, Refusal> {
        let mut list = self.params.list("ThumbprintList", "");
        // IAM's own text, though five are taken.
        invalid("Thumbprint list must contain fewer than 5 entries.")
            .unless(list.len() <= self.state.quotas.thumbprints)?;
        for text in &mut list {
            length(text, "thumbprintList", 40, 40)?;
            text.make_ascii_lowercase();
        }
        Ok(list)
    }
}

fn no_provider(arn: &str) -> Refusal {
    missing(format!("OpenIDConnect Provider not found for arn {arn}"))
}

/// Host and path of a provider's URL: `:443` is stripped, nothing else is changed.
fn without_scheme(url: &str) -> Result<String, Refusal> {
    let bad = || invalid("Invalid Open ID Connect Provider URL");
    let rest = url.strip_prefix("https://").ok_or_else(bad)?;
    bad().unless(!rest.contains(['?', '#', ' ']))?;
    bad().unless(!rest.is_empty() && !rest.starts_with(['/', ':']))?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Ok(format!("{}{path}", host.strip_suffix(":443").unwrap_or(host)))
}

pub(super) fn create(iam: &mut Iam<'_>) -> Answer {
    let url = without_scheme(iam.text("Url", 1, 255)?)?;
    let mut client_ids = Vec::new();
    for id in iam.params.list("ClientIDList", "") {
        length(&id, "clientIDList", 1, 255)?;
        if !client_ids.contains(&id) {
            client_ids.push(id);
        }
    }
    let tags = iam.merged(&Vec::new(), false)?;
    let mut thumbprints = iam.thumbprints()?;
    within(CLIENT_IDS, iam.state.quotas.client_ids, client_ids.len())?;
    let arn = iam.arn(&format!("oidc-provider/{url}"));
    let providers = &iam.here()?.providers;
    let is_new = !providers.contains_key(&arn);
    exists(format!("Provider with url https://{url} already exists.")).unless(is_new)?;
    let limit = iam.state.quotas.providers;
    within("OpenIdConnectProvidersPerAccount", limit, providers.len() + 1)?;
    if thumbprints.is_empty() {
        // IAM asks the issuer's host for its certificates; there is none here, so one is made up.
        let made_up = unique_of("", &url) + "sandbox";
        thumbprints.push(hex(made_up.as_bytes()).chars().take(40).collect());
    }
    let created = iam.state.now;
    let answer = json!({"OpenIDConnectProviderArn": arn, "Tags": shown_tags(&tags)});
    let provider = OidcProvider { url, client_ids, thumbprints, created, tags };
    iam.here_mut()?.providers.insert(arn, provider);
    Ok(answer)
}

pub(super) fn get(iam: &mut Iam<'_>) -> Answer {
    let OidcProvider { url, client_ids, thumbprints, created, tags } = iam.provider()?;
    Ok(json!({
        "Url": url, "ClientIDList": client_ids, "ThumbprintList": thumbprints,
        "CreateDate": seconds(*created), "Tags": shown_tags(tags),
    }))
}

pub(super) fn list(iam: &mut Iam<'_>) -> Answer {
    let seen = iam.seen();
    let providers = iam.here()?.providers.iter();
    let seen = providers.filter(|(_, provider)| provider.created <= seen);
    let arns: Vec<Value> = seen.map(|(arn, _)| json!({ "Arn": arn })).collect();
    Ok(json!({ "OpenIDConnectProviderList": arns }))
}

pub(super) fn add_client(iam: &mut Iam<'_>) -> Answer {
    let id = iam.text("ClientID", 1, 255)?.to_owned();
    let limit = iam.state.quotas.client_ids;
    let clients = &mut iam.provider_mut()?.client_ids;
    if !clients.contains(&id) {
        within(CLIENT_IDS, limit, clients.len() + 1)?;
        clients.push(id);
    }
    DONE
}

pub(super) fn remove_client(iam: &mut Iam<'_>) -> Answer {
    let id = iam.text("ClientID", 1, 255)?;
    iam.provider_mut()?.client_ids.retain(|other| other != id);
    DONE
}

pub(super) fn update_thumbprints(iam: &mut Iam<'_>) -> Answer {
    let list = iam.thumbprints()?;
    invalid("Thumbprint list must contain at least one entry.").unless(!list.is_empty())?;
    iam.provider_mut()?.thumbprints = list;
    DONE
}

pub(super) fn delete(iam: &mut Iam<'_>) -> Answer {
    iam.provider()?;
    let arn = iam.arn_in(PROVIDER)?;
    iam.here_mut()?.providers.remove(arn);
    DONE
}

pub(super) fn tag(iam: &mut Iam<'_>) -> Answer {
    iam.provider_mut()?.tags = iam.merged(&iam.provider()?.tags, false)?;
    DONE
}

pub(super) fn untag(iam: &mut Iam<'_>) -> Answer {
    iam.provider_mut()?.tags = iam.without_keys(&iam.provider()?.tags, false);
    DONE
}

pub(super) fn list_tags(iam: &mut Iam<'_>) -> Answer {
    Ok(tag_list(&iam.provider()?.tags))
}
