//! What is wrong with a trust policy though it can be read: IAM refuses it, or reads it otherwise than meant.

use std::borrow::Cow;

use super::evaluate::is_unique_id;
use super::{Condition, Operator, Principal, PrincipalKind, Statement, TrustPolicy, Version};
use crate::finding::{Finding, Severity};
use crate::json::{Kind, Places, Value};

impl TrustPolicy {
    /// What IAM would refuse in the document, and what looks like a template's text: in the order of the text.
    ///
    /// It is all kept and written back; the evaluator takes it as unknown where it matters.
    #[must_use]
    pub fn notices(&self) -> Vec<Finding> {
        let mut findings: Vec<Noticed<'_>> = Vec::new();
        if let Version::Other(value) = self.version() {
            findings.push(error(
                "policy.version",
                value,
                format!("IAM knows no version {}", shown(value)),
                "write `2012-10-17`",
            ));
        }
        for member in self.unknown_members() {
            findings.push(unknown_member(
                &member.name(),
                member.key,
                &["Version", "Id", "Statement"],
            ));
        }
        self.statements().for_each(|s| of_statement(s, &mut findings));
        of_templates(self.json().root(), false, &mut findings);
        findings.sort_by_key(|(at, _)| at.index());
        let places = Places::new(self.json());
        findings.into_iter().map(|(at, finding)| finding.at(places.of(at))).collect()
    }
}

/// A finding, and what it is about.
type Noticed<'a> = (Value<'a>, Finding);

fn of_statement<'a>(statement: Statement<'a>, findings: &mut Vec<Noticed<'a>>) {
    let value = statement.value();
    if let Err(broken) = statement.is_whole() {
        let help = "IAM refuses it, and the evaluator can't tell what it does";
        findings.push(error("policy.broken-statement", value, broken.to_string(), help));
    }
    if value.kind() == Kind::Object && statement.effect().is_none() {
        let effect = value.member("Effect");
        let message = match effect {
            Some(effect) => format!("the `Effect` {} is neither `Allow` nor `Deny`", shown(effect)),
            None => "the statement has no `Effect`".to_owned(),
        };
        findings.push(error(
            "policy.effect",
            effect.unwrap_or(value),
            message,
            "write `Allow` or `Deny`, with this case",
        ));
    }
    for member in statement.unknown_members() {
        let name = member.name();
        findings.push(match name.as_ref() {
            "Resource" | "NotResource" => error(
                "policy.resource",
                member.key,
                format!("a trust policy has no `{name}`"),
                "remove it: the resource is the role",
            ),
            _ => unknown_member(
                &name,
                member.key,
                &["Sid", "Effect", "Principal", "Action", "NotAction", "Condition"],
            ),
        });
    }
    if let Some(principal) = statement.not_principal() {
        let message = "IAM refuses `NotPrincipal` in a trust policy";
        let help = "allow those who may, or deny by a condition on `aws:PrincipalArn`";
        findings.push(error("policy.not-principal", principal.value(), message, help));
    }
    if let Some(principal) = statement.principal() {
        of_principal(principal, findings);
    }
    let actions = [statement.action(), statement.not_action()];
    for action in actions.into_iter().flatten().flat_map(Value::one_or_many) {
        if is_misplaced(action, &[Kind::String]) {
            let message = format!("{} is no name of an action", shown(action));
            let help = "write a string, such as `sts:AssumeRoleWithWebIdentity`, or a list of them";
            findings.push(error("policy.action", action, message, help));
        }
    }
    for value in statement.conditions().flat_map(Condition::values) {
        if is_misplaced(value, &[Kind::String, Kind::Number, Kind::Bool]) {
            let message = format!("{} is no value of a condition", shown(value));
            let help = "write a string, a number or a boolean, or a list of them";
            findings.push(error("policy.condition-value", value, message, help));
        }
    }
    for block in statement.condition().into_iter().flat_map(Value::members) {
        let name = block.name();
        if Operator::parse(&name).is_none() {
            let known =
                super::Test::ALL.into_iter().find(|test| test.name().eq_ignore_ascii_case(&name));
            let help = match known {
                Some(test) => {
                    format!("write it `{}`: operators are compared with case", test.name())
                }
                None if name.contains("Null") => {
                    "`Null` takes neither prefix nor `IfExists`".to_owned()
                }
                None => "use one of the operators of IAM, for instance `StringEquals`".to_owned(),
            };
            findings.push(error(
                "policy.operator",
                block.key,
                format!("IAM knows no condition operator `{name}`"),
                help,
            ));
        }
    }
}

fn of_principal<'a>(principal: Principal<'a>, findings: &mut Vec<Noticed<'a>>) {
    let everybody = "name who may: a provider, an account, a role or a service";
    if principal.is_star() {
        let message = "IAM refuses `*` for the `Principal` of a trust policy";
        findings.push(error("policy.principal-star", principal.value(), message, everybody));
        return;
    }
    if !principal.is_readable() {
        let message = format!("the `Principal` {} is no object", shown(principal.value()));
        let help = "write an object, for instance `{\"Federated\": \"arn:…\"}`";
        findings.push(error("policy.principal", principal.value(), message, help));
        return;
    }
    for entry in principal.entries() {
        let text = entry.value.as_str();
        let (code, message, help) = match (entry.kind, text.as_deref()) {
            (PrincipalKind::Other, _) => (
                "policy.principal-kind",
                format!("IAM knows no such kind of principal for {}", shown(entry.value)),
                "the kinds are `AWS`, `Federated`, `Service` and `CanonicalUser`, with this case",
            ),
            (_, None) if is_misplaced(entry.value, &[Kind::String]) => (
                "policy.principal",
                format!("{} is no principal", shown(entry.value)),
                "write a string, or a list of them",
            ),
            (PrincipalKind::Federated, Some("*")) => {
                ("policy.principal-star", "IAM refuses `*` for a provider".to_owned(), everybody)
            }
            (PrincipalKind::Aws, Some(id)) if is_unique_id(id) => (
                "policy.principal-gone",
                format!(
                    "{} is what is left of a role or user that was deleted",
                    shown(entry.value)
                ),
                "take it out: it lets nobody in, though the name be used again, and IAM refuses it when the policy is written",
            ),
            _ => continue,
        };
        findings.push(error(code, entry.value, message, help));
    }
}

/// Whether a value is of another JSON type than these; of an intrinsic there is a finding of its own.
fn is_misplaced(value: Value<'_>, types: &[Kind]) -> bool {
    !types.contains(&value.kind()) && intrinsic(value).is_none()
}

/// The name of the intrinsic of `CloudFormation` that a value is.
fn intrinsic(value: Value<'_>) -> Option<Cow<'_, str>> {
    let mut members = value.members();
    let (Some(only), None) = (members.next(), members.next()) else { return None };
    Some(only.name()).filter(|name| name == "Ref" || name.starts_with("Fn::"))
}

fn unknown_member<'a>(name: &str, key: Value<'a>, known: &[&str]) -> Noticed<'a> {
    let near = known.iter().find(|k| k.eq_ignore_ascii_case(name));
    let help = match near {
        Some(near) => format!("write it `{near}`: members are compared with case"),
        None => "remove it".to_owned(),
    };
    error("policy.unknown-member", key, format!("IAM knows no member `{name}` here"), help)
}

/// Values that a template engine was to replace: `{"Fn::Sub": …}`, `{"Ref": …}`, `${AWS::AccountId}`, `${var.x}`.
fn of_templates<'a>(value: Value<'a>, in_condition: bool, findings: &mut Vec<Noticed<'a>>) {
    match value.kind() {
        Kind::Object => {
            if let Some(name) = intrinsic(value) {
                let message = format!("`{name}` is an intrinsic of CloudFormation, not a value");
                findings.push(error("policy.intrinsic", value, message, RENDERED));
                return;
            }
            for member in value.members() {
                of_text(member.key, in_condition, findings);
                of_templates(member.value, in_condition || member.is_named("Condition"), findings);
            }
        }
        Kind::Array => value.elements().for_each(|v| of_templates(v, in_condition, findings)),
        Kind::String => of_text(value, in_condition, findings),
        Kind::Null | Kind::Bool | Kind::Number => {}
    }
}

const RENDERED: &str = "pass the document as it is rendered, for instance as `GetRole` returns it";

fn of_text<'a>(value: Value<'a>, in_condition: bool, findings: &mut Vec<Noticed<'a>>) {
    let text = value.as_str().unwrap_or_default();
    let template = text.split("${").skip(1).find(|rest| {
        let name = rest.split(['}', ',']).next().unwrap_or_default();
        // A variable of IAM names a key with one colon, and stands in conditions only.
        let is_variable =
            matches!(name, "*" | "?" | "$") || name.contains(':') && !name.contains("::");
        !in_condition || !is_variable
    });
    if template.is_some() {
        let message = format!("{} holds text of a template", shown(value));
        // In a condition it is text like any other to IAM.
        let severity = if in_condition { Severity::Warning } else { Severity::Error };
        findings.push((value, Finding::new("policy.interpolation", severity, message, RENDERED)));
    }
}

fn error<'a>(
    code: &'static str,
    at: Value<'a>,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Noticed<'a> {
    (at, Finding::new(code, Severity::Error, message, help))
}

/// The text of a value, in backticks.
fn shown(value: Value<'_>) -> String {
    crate::error::quoted(&value.as_scalar().unwrap_or(std::borrow::Cow::Borrowed(value.text())))
}
