//! A request as CloudTrail recorded it.

use std::borrow::Cow;

use super::carried::{Carried, one};
use super::form::partition_and_account;
use crate::json::{Json, Value};
use crate::policy::RequestError;
use crate::policy::evaluate::context::{Context, Entry, Preset, RequestValue};
use crate::policy::evaluate::few::Few;
use crate::policy::request::{Caller, Request};

impl Request {
    /// Reads the event of a call of `AssumeRoleWithWebIdentity`: by itself, as the `detail` of `EventBridge`, or as
    /// the one record of a log file. What it doesn't tell is not known. (AWS CloudTrail User Guide, 'userIdentity
    /// element'.)
    ///
    /// # Errors
    /// If it is no such event, or names no role.
    pub fn from_cloudtrail(text: &str) -> Result<Self, RequestError> {
        let json = Json::parse(text).map_err(|error| RequestError::json(&error))?;
        let event = unwrapped(json.root());
        let name = at(event, &["eventName"]);
        if name.as_deref() != Some("AssumeRoleWithWebIdentity") {
            let message = match (name, event.member("Records")) {
                (Some(name), _) => format!("the event is `{name}`"),
                (None, Some(records)) => {
                    format!("the log has {} records", records.elements().count())
                }
                (None, None) => "the event has no `eventName`".to_owned(),
            };
            let help = "pass the one CloudTrail event of a call of AssumeRoleWithWebIdentity";
            return Err(RequestError::new("cloudtrail.event", message, help));
        }
        let missing = |what: &str| {
            let help = "pass the whole event, as CloudTrail recorded it";
            RequestError::new("cloudtrail.member", format!("the event has no `{what}`"), help)
        };
        let role = at(event, &["requestParameters", "roleArn"])
            .ok_or_else(|| missing("requestParameters.roleArn"))?;
        let identity = |member: &str| at(event, &["userIdentity", member]);
        let provider =
            identity("identityProvider").ok_or_else(|| missing("userIdentity.identityProvider"))?;
        let issuer =
            provider.split_once(":oidc-provider/").map_or(provider.as_ref(), |(_, issuer)| issuer);
        let session_name = at(event, &["requestParameters", "roleSessionName"]);
        let carried = Carried {
            issuer,
            provider_arn: &provider,
            account: partition_and_account(&role).1,
            session_name: session_name.as_deref(),
            authorized_by_idp: false,
            now: None,
        };
        let mut context = carried.context();
        let subject = identity("userName");
        let audience = identity("principalId").and_then(|id| {
            let rest = id.strip_prefix(provider.as_ref())?.strip_prefix(':')?;
            let audience = rest.strip_suffix(subject.as_deref()?)?.strip_suffix(':')?;
            Some(audience.to_owned())
        });
        let known = |text: Option<&str>| text.map_or(Entry::UnknownValue, one);
        context.set(&format!("{issuer}:sub"), known(subject.as_deref()));
        context.set(&format!("{issuer}:aud"), known(audience.as_deref()));
        // The event tells neither the roles claim nor tags.
        context.set("sts:RoleAuthorizedByIdp", Entry::UnknownValue);
        for key in [
            &format!("{issuer}:email"),
            &format!("{issuer}:amr"),
            "aws:TagKeys",
            "sts:TransitiveTagKeys",
            "sts:SourceIdentity",
        ] {
            context.set(key, Entry::UnknownPresence);
        }
        context.preset_first("aws:requesttag/", Preset::UnknownPresence);
        session(event, &mut context);
        // A service of AWS that called on somebody's behalf stands there by its name.
        let address = at(event, &["sourceIPAddress"]);
        let address = address.filter(|text| text.parse::<core::net::IpAddr>().is_ok());
        context.set("aws:SourceIp", known(address.as_deref()));
        for (key, member) in [
            ("aws:UserAgent", "userAgent"),
            ("aws:RequestedRegion", "awsRegion"),
            ("aws:CurrentTime", "eventTime"),
        ] {
            context.set(key, known(at(event, &[member]).as_deref()));
        }
        let caller = Caller::Federated(provider.into());
        Ok(Self::of_caller(caller, "sts:AssumeRoleWithWebIdentity").with_context(context))
    }
}

/// The tags and the source identity of the session, where the event tells of them.
/// (IAM User Guide, 'Pass session tags in AWS STS', 'Viewing session tags in CloudTrail'.)
fn session(event: Value<'_>, context: &mut Context) {
    let Some(parameters) = event.member("requestParameters") else { return };
    let texts = |list: Value<'_>| -> Entry {
        let values = list.one_or_many().map(|v| v.as_str().map(|text| RequestValue::new(&text)));
        values.collect::<Option<Few<_>>>().map_or(Entry::UnknownValue, Entry::Values)
    };
    if let Some(tags) = parameters.member("principalTags").filter(|tags| !tags.is_empty()) {
        for tag in tags.members() {
            context.set(&format!("aws:RequestTag/{}", tag.name()), texts(tag.value));
        }
        let keys = tags.members().map(|tag| RequestValue::new(&tag.name())).collect();
        context.set("aws:TagKeys", Entry::Values(keys));
        context.preset_first("aws:requesttag/", Preset::Absent);
    }
    if let Some(keys) = parameters.member("transitiveTagKeys") {
        context.set("sts:TransitiveTagKeys", texts(keys));
    }
    if let Some(identity) = parameters.member("sourceIdentity") {
        context.set("sts:SourceIdentity", texts(identity));
    }
}

/// The event inside what may be around it.
fn unwrapped(value: Value<'_>) -> Value<'_> {
    let only_record = || {
        let mut records = value.member("Records")?.elements();
        records.next().filter(|_| records.next().is_none())
    };
    value.member("detail").or_else(only_record).unwrap_or(value)
}

fn at<'a>(value: Value<'a>, path: &[&str]) -> Option<Cow<'a, str>> {
    path.iter().try_fold(value, |value, name| value.member(name))?.as_str()
}
