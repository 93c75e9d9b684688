//! Whether two policies mean the same, however they are written.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::Operator;
use super::document::{TrustPolicy, Version};
use super::grant::AwsPrincipal;
use super::principal::{Principal, PrincipalKind};
use super::statement::Statement;
use crate::Partition;
use crate::json::{Kind, Member, Value, quoted};

impl TrustPolicy {
    /// Whether both mean the same, whatever requests they are asked about: the order of statements, members
    /// and values doesn't count, nor one value or a list of one, nor a value that stands twice; an account
    /// id is its root ARN (in the partition of the other root ARNs there). Actions and condition keys are compared without case, numbers and booleans as
    /// text; `Sid` and `Id` and operators without keys say nothing.
    ///
    /// `==` is stricter. What is true of `==` is true here; a no is no proof that the two decide
    /// differently, since statements are compared one by one.
    #[must_use]
    pub fn means_same(&self, other: &Self) -> bool {
        // Where an id was sent, IAM gives back the root ARN in its own partition.
        let home = self.home().or_else(|| other.home()).unwrap_or(Partition::AWS);
        Meaning::of(self, &home) == Meaning::of(other, &home)
    }

    /// The partition of the first account that is named by its root ARN.
    fn home(&self) -> Option<Partition> {
        let texts = self.statements().flat_map(Statement::trusted).filter_map(|e| e.value.as_str());
        let mut roots = texts.filter_map(|text| root(&text));
        roots.find_map(|root| root.arn().map(|arn| arn.partition().clone()))
    }
}

/// An account, by its id or its root ARN.
fn root(text: &str) -> Option<AwsPrincipal> {
    text.parse().ok().filter(AwsPrincipal::is_account)
}

#[derive(PartialEq, Eq)]
struct Meaning {
    version: String,
    statements: Vec<Part>,
    others: BTreeMap<String, String>,
}

/// A value as it is compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// One or a list, each once.
    Set(BTreeSet<String>),
    /// By names.
    Map(BTreeMap<String, Part>),
    /// What is compared as it stands.
    Whole(String),
}

impl Meaning {
    fn of(policy: &TrustPolicy, home: &Partition) -> Self {
        let version = match policy.version() {
            Version::V2012 => "2012-10-17".to_owned(),
            Version::V2008 => "2008-10-17".to_owned(),
            Version::Other(value) => compact(value),
        };
        let mut statements: Vec<Part> = policy.statements().map(|s| statement(s, home)).collect();
        statements.sort();
        let others = policy.unknown_members().map(|m| (m.name().into_owned(), compact(m.value)));
        Self { version, statements, others: others.collect() }
    }
}

fn statement(statement: Statement<'_>, home: &Partition) -> Part {
    let value = statement.value();
    if value.kind() != Kind::Object {
        return Part::Whole(compact(value));
    }
    let members = value.members().filter(|m| !m.is_named("Sid")).filter_map(|member| {
        let part = match member.name().as_ref() {
            "Principal" | "NotPrincipal" => principal(member.value, home),
            "Action" | "NotAction" => set(member.value, str::to_ascii_lowercase),
            "Condition" => conditions(member.value)?,
            _ => Part::Whole(compact(member.value)),
        };
        Some((member.name().into_owned(), part))
    });
    Part::Map(members.collect())
}

fn principal(value: Value<'_>, home: &Partition) -> Part {
    let principal = Principal::new(value);
    if !principal.is_readable() {
        return Part::Whole(compact(value));
    }
    let mut kinds: BTreeMap<String, Part> = BTreeMap::new();
    if principal.is_star() {
        kinds.insert("AWS".to_owned(), Part::Set(BTreeSet::from(["\"*".to_owned()])));
    }
    for member in value.members() {
        let part = match PrincipalKind::parse(&member.name()) {
            PrincipalKind::Aws => set(member.value, |text| account_of(text, home)),
            PrincipalKind::Other => Part::Whole(compact(member.value)),
            _ => set(member.value, str::to_owned),
        };
        if part != Part::Set(BTreeSet::new()) {
            kinds.insert(member.name().into_owned(), part);
        }
    }
    Part::Map(kinds)
}

/// The root ARN of an account that is named by its id; any other text as it is.
fn account_of(text: &str, home: &Partition) -> String {
    match root(text) {
        Some(account) if account.arn().is_none() => format!("arn:{home}:iam::{text}:root"),
        _ => text.to_owned(),
    }
}

/// None if it says nothing.
fn conditions(condition: Value<'_>) -> Option<Part> {
    if condition.kind() != Kind::Object {
        return Some(Part::Whole(compact(condition)));
    }
    let blocks: BTreeMap<String, Part> = condition.members().filter_map(block).collect();
    (!blocks.is_empty()).then_some(Part::Map(blocks))
}

fn block(block: Member<'_>) -> Option<(String, Part)> {
    let name = block.name().into_owned();
    if block.value.kind() != Kind::Object {
        return Some((name, Part::Whole(compact(block.value))));
    }
    let keys: BTreeMap<String, Part> =
        block.value.members().map(|m| (m.name().to_lowercase(), values(&name, m.value))).collect();
    // Nobody can tell what an operator does that IAM doesn't know.
    let counts = !keys.is_empty() || Operator::parse(&name).is_none();
    counts.then_some((name, Part::Map(keys)))
}

/// The values of a condition. Those of an ARN operator are tried in order, and one that is no ARN ends the
/// trial, so that with such a one their order counts.
fn values(operator: &str, value: Value<'_>) -> Part {
    let is_arn = |v: Value<'_>| {
        v.as_str().is_some_and(|text| {
            let parts = text.starts_with("arn:") && text.matches(':').count() >= 5;
            text == "*" || parts && !text.contains("${")
        })
    };
    if operator.contains("Arn") && !value.one_or_many().all(is_arn) {
        let all: Vec<String> = value.one_or_many().map(compact).collect();
        return Part::Whole(all.join(","));
    }
    set(value, str::to_owned)
}

/// One or a list of scalars. A quote before a text keeps it apart from what is no scalar.
fn set(value: Value<'_>, read: impl Fn(&str) -> String) -> Part {
    let text = |v: Value<'_>| match v.as_scalar() {
        Some(text) => format!("\"{}", read(&text)),
        None => compact(v),
    };
    Part::Set(value.one_or_many().map(text).collect())
}

/// The members in their order, without white space and needless escapes.
fn compact(value: Value<'_>) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match value.kind() {
        Kind::String => quoted(&value.as_str().unwrap_or_default()),
        Kind::Array => format!("[{}]", joined(value.elements().map(compact).collect())),
        Kind::Object => {
            let member = |m: Member<'_>| format!("{}:{}", quoted(&m.name()), compact(m.value));
            format!("{{{}}}", joined(value.members().map(member).collect()))
        }
        Kind::Null | Kind::Bool | Kind::Number => value.text().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let read = |text: &str| TrustPolicy::parse(text).unwrap();
        let (a, b) = (read(a), read(b));
        assert_eq!(a.means_same(&b), b.means_same(&a));
        assert!(a != b || a.means_same(&b));
        a.means_same(&b)
    }

    #[test]
    fn what_says_nothing_does_not_count() {
        for (a, b) in [
            (r#"{"Statement":{"Effect":"Allow"}}"#, r#"{"Statement":[{"Effect":"Allow"}]}"#),
            (
                r#"{"Statement":[{"Effect":"Deny"},{"Sid":"a","Effect":"Allow","Action":"STS:x"}]}"#,
                r#"{"Id":"i","Version":"2008-10-17","Statement":[{"Action":["sts:X"],"Effect":"Allow","Condition":{"Bool":{}}},{"Effect":"Deny"}]}"#,
            ),
            (
                r#"{"Statement":{"Effect":"All\u006fw","X":[{"\u0061":"\/"}]}}"#,
                r#"{"Statement":{"Effect":"Allow","X":[{"a":"/"}]}}"#,
            ),
            (
                r#"{"Statement":{"Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:root"],"Service":[]}}}"#,
                r#"{"Statement":{"Principal":{"AWS":"arn:aws:iam::123456789012:root"}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["*","arn:a:b:c:d:e"]}}}}"#,
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["arn:a:b:c:d:e","*"]}}}}"#,
            ),
            (
                r#"{"Statement":{"Principal":{"AWS":"arn:aws-cn:iam::123456789012:root"}}}"#,
                r#"{"Statement":{"Principal":{"AWS":"123456789012"}}}"#,
            ),
            (r#"{"Statement":{"Principal":"*"}}"#, r#"{"Statement":{"Principal":{"AWS":["*"]}}}"#),
            (
                r#"{"Statement":{"NotAction":["A","b"]}}"#,
                r#"{"Statement":{"NotAction":["B","a"]}}"#,
            ),
            (
                r#"{"Statement":{"NotPrincipal":{"AWS":"123456789012"}}}"#,
                r#"{"Statement":{"NotPrincipal":{"AWS":["arn:aws:iam::123456789012:root"]}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"Bool":{"AWS:x":[true,"a"]}}}}"#,
                r#"{"Statement":{"Condition":{"Bool":{"aws:X":["a","true"]}}}}"#,
            ),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn what_says_something_counts() {
        for (a, b) in [
            (
                r#"{"Version":"2012-10-17","Statement":[]}"#,
                r#"{"Version":"2008-10-17","Statement":[]}"#,
            ),
            (r#"{"Statement":{"Effect":"Allow"}}"#, r#"{"Statement":{"Effect":"allow"}}"#),
            (
                r#"{"Statement":{"Condition":{"Bool":{"x":[]}}}}"#,
                r#"{"Statement":{"Condition":{"Bool":{}}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"Bool":{"x":"null"}}}}"#,
                r#"{"Statement":{"Condition":{"Bool":{"x":null}}}}"#,
            ),
            (
                r#"{"Statement":{"Principal":{"AWS":"a"}}}"#,
                r#"{"Statement":{"Principal":{"Service":"a"}}}"#,
            ),
            (
                r#"{"Statement":{"Principal":{"AWS":"arn:aws:iam::123456789012:root"}}}"#,
                r#"{"Statement":{"Principal":{"AWS":"arn:aws-cn:iam::123456789012:root"}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"StringLike":{}}}}"#,
                r#"{"Statement":{"Condition":{"stringlike":{}}}}"#,
            ),
            (r#"{"Statement":{"Action":"a"}}"#, r#"{"Statement":{"NotAction":"a"}}"#),
            (
                r#"{"Statement":{"NotPrincipal":{"AWS":"123456789012"}}}"#,
                r#"{"Statement":{"NotPrincipal":{"AWS":"123456789013"}}}"#,
            ),
            (
                r#"{"Statement":{"Principal":{"Other":["a","b"]}}}"#,
                r#"{"Statement":{"Principal":{"Other":["b","a"]}}}"#,
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"a"}}"#,
                r#"{"Statement":{"Effect":"allow","Action":"a"}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["x","arn:a:b:c:d:e"]}}}}"#,
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["arn:a:b:c:d:e","x"]}}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["a:b:c:d:e:f","*"]}}}}"#,
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["*","a:b:c:d:e:f"]}}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["arn:a:b:c:d","*"]}}}}"#,
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["*","arn:a:b:c:d"]}}}}"#,
            ),
            (
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["arn:a:b:c:d:${e}","*"]}}}}"#,
                r#"{"Statement":{"Condition":{"ArnLike":{"k":["*","arn:a:b:c:d:${e}"]}}}}"#,
            ),
            (r#"{"Statement":"a"}"#, r#"{"Statement":"b"}"#),
            (r#"{"Statement":[]}"#, r#"{"Version":"2012-10-17","Statement":[]}"#),
            (r#"{"Statement":{"Principal":"a"}}"#, r#"{"Statement":{"Principal":"b"}}"#),
            (r#"{"Statement":{"Principal":{}}}"#, r#"{"Statement":{"Principal":{"AWS":"*"}}}"#),
            (r#"{"Statement":{"X":[[1],2]}}"#, r#"{"Statement":{"X":[[1],3]}}"#),
            (
                r#"{"Statement":{"Principal":{"Service":"123456789012"}}}"#,
                r#"{"Statement":{"Principal":{"Service":"arn:aws:iam::123456789012:root"}}}"#,
            ),
            (r#"{"Statement":{"Condition":"a"}}"#, r#"{"Statement":{"Condition":"b"}}"#),
            (
                r#"{"Statement":{"Condition":{"Bool":"a"}}}"#,
                r#"{"Statement":{"Condition":{"Bool":"b"}}}"#,
            ),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
