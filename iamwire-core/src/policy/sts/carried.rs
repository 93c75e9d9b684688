//! What a web-identity call carries: the condition keys that STS makes of a token, a role and a time.

use super::claims::Claims;
use super::tags::Tags;
use crate::json::Value;
use crate::policy::evaluate::context::{Context, Entry, Preset, RequestValue};
use crate::policy::evaluate::few::Few;
use crate::policy::evaluate::fold;

/// The parts of a call from which its condition keys come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried<'a> {
    /// The issuer without its scheme.
    pub(super) issuer: &'a str,
    /// What the statement must name as federated principal.
    pub(super) provider_arn: &'a str,
    /// The account of the role.
    pub(super) account: &'a str,
    /// `None` if the request leaves it out.
    pub(super) session_name: Option<&'a str>,
    /// Whether the token's roles list the role.
    pub(super) authorized_by_idp: bool,
    /// Seconds since 1970.
    pub(super) now: Option<i64>,
}

/// Issuers that many accounts share, with what their keys begin with; AWS knows further ones of theirs.
const SHARED: [(&str, [&str; 2]); 3] = [
    (
        "token.actions.githubusercontent.com",
        ["token.actions.githubusercontent.com:", "token.actions.githubusercontent.com/"],
    ),
    ("accounts.google.com", ["accounts.google.com:", "accounts.google.com/"]),
    ("gitlab.com", ["gitlab.com:", "gitlab.com/"]),
];

impl Carried<'_> {
    /// The keys of the call itself, whatever the token says. Of a key that isn't listed: absent, unless it is
    /// one of AWS, or of the token's issuer if many accounts share that.
    pub(super) fn context(&self) -> Context {
        let mut context = Context::default();
        context.preset("aws:principaltag/", Preset::Absent);
        context.preset("aws:requesttag/", Preset::Absent);
        context.preset("aws:", Preset::UnknownPresence);
        context.preset("sts:", Preset::UnknownPresence);
        let own = fold(self.issuer);
        let is_own = |shared: &str| {
            own.strip_prefix(shared).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        for prefix in SHARED.iter().filter(|(shared, _)| is_own(shared)).flat_map(|(_, keys)| keys)
        {
            context.preset(prefix, Preset::UnknownPresence);
        }
        for claim in ["sub", "aud", "email", "amr"] {
            context.set(&self.key(claim), Entry::of([]));
        }
        for absent in [
            "aws:PrincipalArn",
            "aws:username",
            "aws:TagKeys",
            "sts:ExternalId",
            "sts:TransitiveTagKeys",
            "sts:SourceIdentity",
        ] {
            context.set(absent, Entry::of([]));
        }
        for unknown in ["aws:SourceIp", "aws:RequestedRegion", "aws:UserAgent"] {
            context.set(unknown, Entry::UnknownValue);
        }
        for (key, text) in [
            ("aws:userid", self.provider_arn),
            ("aws:PrincipalType", "User"),
            ("aws:PrincipalAccount", self.account),
            ("aws:PrincipalIsAWSService", "false"),
            ("aws:ResourceAccount", self.account),
            ("aws:SecureTransport", "true"),
            ("sts:RoleAuthorizedByIdp", if self.authorized_by_idp { "true" } else { "false" }),
        ] {
            context.set(key, one(text));
        }
        context.set("sts:RoleSessionName", self.session_name.map_or(Entry::UnknownValue, one));
        let time = self.now.map(|now| [one(&utc(now)), one(&now.to_string())]);
        let [current, epoch] = time.unwrap_or([Entry::UnknownValue, Entry::UnknownValue]);
        context.set("aws:CurrentTime", current);
        context.set("aws:EpochTime", epoch);
        context
    }

    /// Sets the keys that come from the token, and returns their names.
    pub(super) fn set_claims(
        &self,
        context: &mut Context,
        claims: &Claims,
        tags: &Tags,
    ) -> Vec<String> {
        let mut own = Vec::new();
        let mut set = |key: String, entry| {
            context.set(&key, entry);
            own.push(key);
        };
        // A claim that is neither text nor list is there, with a value that isn't known.
        let text =
            |claim: Value<'_>| claim.as_scalar().map_or(Entry::UnknownValue, |text| one(&text));
        set(self.key("aud"), claims.audience().map_or(Entry::UnknownValue, |aud| one(&aud)));
        for claim in ["sub", "email"] {
            if let Some(value) = claims.claim(claim) {
                set(self.key(claim), text(value));
            }
        }
        if let Some(methods) = claims.claim("amr") {
            let values =
                methods.one_or_many().map(|m| m.as_scalar().map(|text| RequestValue::new(&text)));
            let values: Option<Few<_>> = values.collect();
            set(self.key("amr"), values.map_or(Entry::UnknownValue, Entry::Values));
        }
        if let Some(identity) = claims.claim(super::SOURCE_IDENTITY) {
            let entry = identity.as_str().map_or(Entry::UnknownValue, |text| one(&text));
            set("sts:SourceIdentity".to_owned(), entry);
        }
        if claims.claim(super::ROLES).is_some() {
            own.push("sts:RoleAuthorizedByIdp".to_owned());
        }
        own.extend(tags.set(context));
        own
    }

    /// The condition key of a claim.
    fn key(&self, claim: &str) -> String {
        format!("{}:{claim}", self.issuer)
    }
}

pub(super) fn one(text: &str) -> Entry {
    Entry::of([text])
}

/// `YYYY-MM-DDThh:mm:ssZ` of epoch seconds.
fn utc(epoch: i64) -> String {
    let (days, seconds) = (epoch.div_euclid(86_400), epoch.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years that end with a leap day.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = era * 400 + year + next_year;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epoch_seconds_become_dates() {
        for (epoch, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_782_863_999, "2026-06-30T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(epoch), text);
        }
    }
}
