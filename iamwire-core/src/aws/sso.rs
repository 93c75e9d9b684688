//! IAM Identity Center: what a profile must say of it.

use aws_config::profile::{Profile, ProfileSet};

use crate::error::{quoted, word};

const OF_PROFILE: [&str; 2] = ["sso_account_id", "sso_role_name"];
const OF_PORTAL: [&str; 2] = ["sso_start_url", "sso_region"];

/// Whether the profile says anything of it.
pub(super) fn is_meant(profile: &Profile) -> bool {
    let mut keys = OF_PROFILE.iter().chain(&OF_PORTAL).chain(&["sso_session"]);
    keys.any(|key| is_filled(profile.get(key)))
}

/// What of it can't work, as it stands in the files, and what to do.
pub(super) fn what_is_wrong(profiles: &ProfileSet, profile: &Profile) -> Option<(String, String)> {
    let asked =
        format!("`aws configure sso --profile {}` asks for what it needs", word(profile.name()));
    let place = format!("profile {}", quoted(profile.name()));
    let missing = |keys: [&'static str; 2], get: &dyn Fn(&str) -> bool| {
        let keys: Vec<_> = keys.into_iter().filter(|key| !get(key)).map(quoted).collect();
        Some(keys.join(" and ")).filter(|keys| !keys.is_empty())
    };
    let in_profile = |key: &str| is_filled(profile.get(key));
    let lacks = |place: &str, keys| {
        Some((format!("{place} lacks {keys}"), format!("write it there: {asked}")))
    };
    if let Some(keys) = missing(OF_PROFILE, &in_profile) {
        return lacks(&place, keys);
    }
    let Some(name) = profile.get("sso_session").filter(|name| !name.is_empty()) else {
        return lacks(&place, missing(OF_PORTAL, &in_profile)?);
    };
    let section = quoted(&format!("[sso-session {name}]"));
    let Some(session) = profiles.sso_session(name) else {
        let what = format!("{place} names section {section}, which is not there");
        return Some((what, format!("check `sso_session`, or write that section: {asked}")));
    };
    if let Some(key) = OF_PORTAL.into_iter().find(|key| profile.get(key).is_some()) {
        let what = format!("{place} has {} beside `sso_session`", quoted(key));
        return Some((what, format!("take it out: it is for section {section} alone")));
    }
    let in_section = |key: &str| is_filled(session.get(key));
    lacks(&format!("section {section}"), missing(OF_PORTAL, &in_section)?)
}

/// Whether what the SDK keeps of a session can't be read.
pub(super) fn is_unread(why: &str) -> bool {
    why.contains("cached SSO token") || why.starts_with("failed to read ")
}

fn is_filled(value: Option<&str>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}
