//! [`PermissionsPolicy`]: the document of an inline policy, what a role may do.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::audience::is_policy_character;
use crate::error::quoted;
use crate::json::{Json, Kind, Layout, Member, Value};
use crate::text::Parsed;
use crate::{Invalid, Operator, Place, ValueError};

/// The document of an inline policy, in IAM's language: a JSON object with a `Statement` whose statements
/// each have an `Effect`, actions and resources, and no principal.
///
/// The text is the document, as with [`TrustPolicy`](crate::TrustPolicy); `==` compares members, order and
/// values. Serde takes and gives the text. What `PutRolePolicy` is sure to refuse is refused here; whether
/// its services, actions, resources and condition keys exist, and what it allows, is not judged.
///
/// Source: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language".
#[derive(Clone)]
pub struct PermissionsPolicy(Json);

impl PermissionsPolicy {
    /// The text, byte for byte as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The document as JSON.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.0
    }

    /// The characters without white space between tokens, which count against the 10,240 that all inline
    /// policies of a role share. (IAM User Guide, "IAM and AWS STS quotas".)
    #[must_use]
    pub fn size(&self) -> usize {
        Layout::compact().print(self.0.as_str()).chars().count()
    }
}

/// Errors: `permissions.json` (no JSON), `permissions.form` (no `Statement`, or one that is no object; an `Id`
/// that is no text), `permissions.trust` (a principal), `permissions.member` (a member that IAM doesn't know),
/// `permissions.version`, `permissions.sid`, `permissions.effect`, `permissions.action`,
/// `permissions.resource`, `permissions.condition` (what the language doesn't take as one), and
/// `permissions.character` (one that IAM takes nowhere in a policy).
impl FromStr for PermissionsPolicy {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let json = match Json::parse(text) {
            Ok(json) => json,
            Err(error) => {
                let message = format!("the inline policy can't be read: {error}");
                let help = "pass the document of a policy, as JSON";
                let invalid = Invalid::new("permissions.json", text, message, help);
                return Err(ValueError::Policy(invalid.at(error.place().span.clone())));
            }
        };
        check_document(json.root()).map_err(|fault| fault.within(text))?;
        if let Some(at) = text.find(|c| !is_policy_character(c)) {
            let what = "inline policy";
            let help = "a policy takes no control characters and nothing beyond U+00FF";
            let invalid = Invalid::character("permissions.character", what, text, at, help);
            return Err(ValueError::Policy(invalid));
        }
        Ok(Self(json))
    }
}

impl fmt::Display for PermissionsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PermissionsPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PermissionsPolicy").field(&self.as_str()).finish()
    }
}

impl PartialEq for PermissionsPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.0.root() == other.0.root()
    }
}

impl Eq for PermissionsPolicy {}

impl serde::Serialize for PermissionsPolicy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for PermissionsPolicy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Parsed::new("the text of an inline policy"))
    }
}

/// What IAM refuses of a policy, where it stands, and the cure.
struct Fault<'a> {
    code: &'static str,
    at: Value<'a>,
    message: String,
    help: String,
}

impl<'a> Fault<'a> {
    fn new(
        code: &'static str,
        at: Value<'a>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, at, message: message.into(), help: help.into() }
    }

    /// The error of the text that the policy is.
    fn within(self, text: &str) -> ValueError {
        let Place { line, column, span, .. } = self.at.place();
        let message = format!("{} at line {line}, column {column}", self.message);
        ValueError::Policy(Invalid::new(self.code, text, message, self.help).at(span))
    }
}

/// Refuses what IAM refuses of any policy of a role; what it is lenient with passes.
fn check_document(root: Value<'_>) -> Result<(), Fault<'_>> {
    const FORM: &str = "permissions.form";
    let Some(statement) = root.member("Statement") else {
        let help = "pass an object with `Version` and `Statement`";
        return Err(Fault::new(FORM, root, "the inline policy has no `Statement`", help));
    };
    let statements = statement.one_or_many();
    if statements.clone().next().is_none() {
        let help = "leave the policy out, or say what it allows";
        return Err(Fault::new(FORM, statement, "the inline policy has no statement", help));
    }
    if let Some(broken) = statements.clone().find(|s| s.kind() != Kind::Object) {
        let help = "a `Statement` is an object, or a list of objects";
        return Err(Fault::new(FORM, broken, "the inline policy has a broken `Statement`", help));
    }
    let mut principals =
        statements.clone().filter_map(|s| s.member("Principal").or(s.member("NotPrincipal")));
    if let Some(principal) = principals.next() {
        let message = "the inline policy names a principal, as a trust policy does";
        let help = "pass what the role may do; who may assume it is written by the wiring";
        return Err(Fault::new("permissions.trust", principal, message, help));
    }
    check_members(root, &["Version", "Id", "Statement"])?;
    if let Some(version) = root.member("Version")
        && !(version.is_text("2012-10-17") || version.is_text("2008-10-17"))
    {
        let message =
            format!("`Version` {} of the inline policy is none of the language", shown(version));
        let help = "write `2012-10-17`; the only other is `2008-10-17`";
        return Err(Fault::new("permissions.version", version, message, help));
    }
    if let Some(id) = root.member("Id").filter(|id| id.as_scalar().is_none()) {
        let message = format!("the `Id` of the inline policy is {}", id.kind());
        return Err(Fault::new(FORM, id, message, "write a text, or leave it out"));
    }
    statements.clone().try_for_each(check_statement)?;
    let mut sids = BTreeSet::new();
    for sid in statements.filter_map(|s| s.member("Sid")) {
        let text = sid.as_scalar().unwrap_or_default();
        if !text.is_empty() && !sids.insert(text) {
            let message = format!("`Sid` {} stands twice in the inline policy", shown(sid));
            let help = "name each statement otherwise, or leave the `Sid` out";
            return Err(Fault::new("permissions.sid", sid, message, help));
        }
    }
    Ok(())
}

fn check_statement(statement: Value<'_>) -> Result<(), Fault<'_>> {
    check_members(statement, &MEMBERS)?;
    if let Some(sid) = statement.member("Sid") {
        let text = sid.as_scalar();
        if !text.is_some_and(|text| text.bytes().all(|b| b.is_ascii_alphanumeric())) {
            let message = format!(
                "`Sid` {} of the inline policy is no text of letters and digits",
                shown(sid)
            );
            let help = "write another, or leave it out";
            return Err(Fault::new("permissions.sid", sid, message, help));
        }
    }
    let effect = statement.member("Effect");
    if !effect.is_some_and(|effect| effect.is_text("Allow") || effect.is_text("Deny")) {
        let message = match effect {
            Some(effect) => {
                format!(
                    "`Effect` {} of the inline policy is neither `Allow` nor `Deny`",
                    shown(effect)
                )
            }
            None => "the inline policy has a statement without `Effect`".to_owned(),
        };
        let help = "write `Allow` or `Deny`, with that case";
        return Err(Fault::new("permissions.effect", effect.unwrap_or(statement), message, help));
    }
    check_texts(statement, &ACTIONS)?;
    check_texts(statement, &RESOURCES)?;
    statement.member("Condition").map_or(Ok(()), check_condition)
}

/// The members of a statement.
const MEMBERS: [&str; 7] =
    ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn check_members<'a>(object: Value<'a>, known: &[&str]) -> Result<(), Fault<'a>> {
    let unknown = |member: &Member<'_>| !known.iter().any(|name| member.is_named(name));
    let Some(member) = object.members().find(unknown) else { return Ok(()) };
    let message = format!("member {} of the inline policy is unknown to IAM", shown(member.key));
    let name = member.name().to_lowercase();
    let similar = |known: &&&str| {
        let known = known.to_lowercase();
        name == known || name.strip_suffix('s') == Some(&known)
    };
    let help = match known.iter().find(similar) {
        Some(known) => format!("write it as `{known}`"),
        None => format!("leave it out; IAM knows `{}`", known.join("`, `")),
    };
    Err(Fault::new("permissions.member", member.key, message, help))
}

/// What a statement needs: one of two members, with a text or several.
struct Needed {
    code: &'static str,
    names: [&'static str; 2],
    /// What each text is, if it isn't `*`.
    form: &'static str,
    fits: fn(&str) -> bool,
    help: &'static str,
}

const ACTIONS: Needed = Needed {
    code: "permissions.action",
    names: ["Action", "NotAction"],
    form: "`SERVICE:ACTION`",
    fits: is_action,
    help: "write it with its service, such as `s3:GetObject`; all actions are `*`",
};

const RESOURCES: Needed = Needed {
    code: "permissions.resource",
    names: ["Resource", "NotResource"],
    form: "ARN",
    fits: is_resource,
    help: "write an ARN, such as `arn:aws:s3:::my-bucket/*`; all resources are `*`",
};

fn check_texts<'a>(statement: Value<'a>, needed: &Needed) -> Result<(), Fault<'a>> {
    let Needed { code, names: [name, not], form, fits, help } = *needed;
    let one = format!("write one of `{name}` and `{not}`");
    let values = match (statement.member(name), statement.member(not)) {
        (None, None) => {
            let message = format!("the inline policy has a statement without `{name}`");
            return Err(Fault::new(code, statement, message, one));
        }
        (Some(_), Some(second)) => {
            let message = format!("the inline policy has `{name}` and `{not}` in one statement");
            return Err(Fault::new(code, second, message, one));
        }
        (Some(values), None) | (None, Some(values)) => values,
    };
    if values.one_or_many().next().is_none() {
        let message = format!("the inline policy has a statement with an empty `{name}`");
        return Err(Fault::new(code, values, message, help));
    }
    let mut others = values.one_or_many().filter(|v| !v.as_str().is_some_and(|text| fits(&text)));
    let Some(other) = others.next() else { return Ok(()) };
    let message =
        format!("{} {} of the inline policy is no {form}", name.to_lowercase(), shown(other));
    Err(Fault::new(code, other, message, help))
}

/// `*`, or a service and an action of it: `s3:Get*`. Whether there is such a one is not known here.
fn is_action(text: &str) -> bool {
    let takes = |c: char| c.is_ascii_alphanumeric() || "-.*?".contains(c);
    text == "*"
        || text.split_once(':').is_some_and(|(service, action)| {
            !service.is_empty() && service.chars().all(takes) && !action.contains(':')
        })
}

/// `*` or an ARN, by its beginning; one that begins with a wildcard or a variable is left to IAM.
fn is_resource(text: &str) -> bool {
    match text.split_once(':') {
        Some((first, _)) => first == "arn" || first.contains(['*', '?', '$']),
        None => text == "*",
    }
}

/// Which keys there are is not known here: each service has its own.
fn check_condition(condition: Value<'_>) -> Result<(), Fault<'_>> {
    const CODE: &str = "permissions.condition";
    check_is_object(CODE, condition, "a `Condition`")?;
    for block in condition.members() {
        check_is_object(CODE, block.value, "a condition operator's block")?;
        let name = block.name();
        // The User Guide leaves open what becomes of `Null` with a prefix or `IfExists`.
        let known = Operator::parse(&name).is_some() || name.contains("Null");
        if !known && block.value.members().next().is_some() {
            let message = format!(
                "condition operator {} of the inline policy is unknown to IAM",
                quoted(&name)
            );
            let help = "write one that IAM knows, spelt so, such as `StringEquals`";
            return Err(Fault::new(CODE, block.key, message, help));
        }
        let mut values = block.value.members().flat_map(|key| key.value.one_or_many());
        if let Some(value) = values.find(|value| value.as_scalar().is_none()) {
            let message =
                format!("the inline policy compares a condition key with {}", value.kind());
            let help = "write a text or a list of texts; of a template pass what it renders to";
            return Err(Fault::new(CODE, value, message, help));
        }
    }
    Ok(())
}

fn check_is_object<'a>(code: &'static str, value: Value<'a>, what: &str) -> Result<(), Fault<'a>> {
    if value.kind() == Kind::Object {
        return Ok(());
    }
    let message = format!("{what} of the inline policy is {}", value.kind());
    let help = "write `{\"OPERATOR\": {\"KEY\": \"VALUE\"}}`";
    Err(Fault::new(code, value, message, help))
}

/// A value for a message: a scalar's text, else as it is written.
fn shown(value: Value<'_>) -> String {
    value.as_scalar().map_or_else(|| quoted(value.text()), |text| quoted(&text))
}
