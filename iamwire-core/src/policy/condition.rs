//! [`Condition`]: one key under one operator; and the operators that IAM knows.

use std::borrow::Cow;
use std::fmt;

use crate::Issuer;
use crate::json::{Elements, Member, Members, Value};

/// One key of one operator block, with its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition<'a> {
    block: Member<'a>,
    member: Member<'a>,
}

impl<'a> Condition<'a> {
    /// The name of the operator as it stands, prefix and `IfExists` included.
    #[must_use]
    pub fn operator_name(self) -> Cow<'a, str> {
        self.block.name()
    }

    /// The operator, if IAM knows it.
    #[must_use]
    pub fn operator(self) -> Option<Operator> {
        Operator::parse(&self.block.name())
    }

    /// The operator's name and its block.
    #[must_use]
    pub fn block(self) -> Member<'a> {
        self.block
    }

    /// The key and its values in the block.
    #[must_use]
    pub fn member(self) -> Member<'a> {
        self.member
    }

    /// The condition key as it stands.
    #[must_use]
    pub fn key(self) -> Cow<'a, str> {
        self.member.name()
    }

    /// Whether this is the key, compared without case.
    #[must_use]
    pub fn is_on(self, key: &str) -> bool {
        let own = self.key();
        // Most keys of one statement differ in their last character.
        if let (Some(last), Some(wanted)) = (own.bytes().last(), key.bytes().last())
            && last.is_ascii()
            && wanted.is_ascii()
            && !last.eq_ignore_ascii_case(&wanted)
        {
            return false;
        }
        let ascii = || own.is_ascii() && key.is_ascii();
        own == key
            || own.eq_ignore_ascii_case(key)
            || !ascii() && own.to_lowercase() == key.to_lowercase()
    }

    /// Whether this is the key of a claim of the issuer's tokens, compared without case.
    pub(super) fn is_on_claim(self, issuer: &Issuer, claim: &str) -> bool {
        let (own, issuer_name) = (self.key(), issuer.as_str());
        if own.len() != issuer_name.len() + 1 + claim.len() {
            // U+212A is `k` without case, and longer.
            return !own.is_ascii() && self.is_on(&issuer.condition_key(claim));
        }
        // Most keys of one statement differ in their claim.
        own.split_at_checked(issuer_name.len()).is_some_and(|(front, last)| {
            last.strip_prefix(':').is_some_and(|last| last.eq_ignore_ascii_case(claim))
                && (front == issuer_name || front.eq_ignore_ascii_case(issuer_name))
        })
    }

    /// The values: one or a list.
    #[must_use]
    pub fn values(self) -> Elements<'a> {
        self.member.value.one_or_many()
    }
}

/// `StringEquals on aws:PrincipalTag/team: "a" or "b"`, the values as they stand.
impl fmt::Display for Condition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}: ", self.operator_name(), self.key())?;
        let mut values = self.values();
        match values.next() {
            None => f.write_str("no value"),
            Some(first) => {
                f.write_str(first.text())?;
                values.try_for_each(|value| write!(f, " or {}", value.text()))
            }
        }
    }
}

/// The conditions of a statement, in order.
#[derive(Debug, Clone)]
pub struct Conditions<'a> {
    blocks: Option<Members<'a>>,
    block: Option<(Member<'a>, Members<'a>)>,
}

impl<'a> Conditions<'a> {
    pub(super) fn of(condition: Option<Value<'a>>) -> Self {
        Self { blocks: condition.map(Value::members), block: None }
    }
}

impl<'a> Iterator for Conditions<'a> {
    type Item = Condition<'a>;

    fn next(&mut self) -> Option<Condition<'a>> {
        loop {
            if let Some((block, members)) = &mut self.block
                && let Some(member) = members.next()
            {
                return Some(Condition { block: *block, member });
            }
            let block = self.blocks.as_mut()?.next()?;
            self.block = Some((block, block.value.members()));
        }
    }
}

/// An operator: what it tests, for which values of a set, and what it makes of an absent key.
/// (AWS IAM User Guide, 'IAM JSON policy elements: Condition operators'.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operator {
    set: Option<SetPrefix>,
    test: Test,
    if_exists: bool,
}

impl Operator {
    /// Reads the name, compared with case; `None` if IAM doesn't know it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (set, rest) = if let Some(rest) = name.strip_prefix("ForAllValues:") {
            (Some(SetPrefix::ForAllValues), rest)
        } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
            (Some(SetPrefix::ForAnyValue), rest)
        } else {
            (None, name)
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let test = Test::ALL.into_iter().find(|test| test.name() == base)?;
        let plain = set.is_none() && !if_exists;
        (test != Test::Null || plain).then_some(Self { set, test, if_exists })
    }

    /// What it tests.
    #[must_use]
    pub fn test(self) -> Test {
        self.test
    }

    /// `ForAllValues:` or `ForAnyValue:`.
    #[must_use]
    pub fn set(self) -> Option<SetPrefix> {
        self.set
    }

    /// Whether it ends in `IfExists`: an absent key is no obstacle.
    #[must_use]
    pub fn if_exists(self) -> bool {
        self.if_exists
    }

    /// Whether it is `…Not…`: every value must differ.
    #[must_use]
    pub fn is_negated(self) -> bool {
        self.test.is_negated()
    }

    /// Whether it fails where its key is absent and can match where a value is given: no set prefix but
    /// `ForAnyValue:`, no `IfExists`, not negated, not `Null`.
    #[must_use]
    pub fn is_guard(self) -> bool {
        let any = self.set == Some(SetPrefix::ForAnyValue);
        (self.set.is_none() && !self.if_exists || any)
            && !self.is_negated()
            && self.test != Test::Null
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.set {
            Some(SetPrefix::ForAllValues) => "ForAllValues:",
            Some(SetPrefix::ForAnyValue) => "ForAnyValue:",
            None => "",
        })?;
        f.write_str(self.test.name())?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}

/// What an operator with a prefix makes of the values of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetPrefix {
    /// Every value must satisfy the operator; none is fine.
    ForAllValues,
    /// At least one value must satisfy the operator.
    ForAnyValue,
}

macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// What an operator tests, without prefix and `IfExists`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Test { $($(#[$doc])* $name),* }

        impl Test {
            /// Every one that IAM knows.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// Its name in a policy.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

tests! {
    /// The same text.
    StringEquals,
    /// Another text.
    StringNotEquals,
    /// The same text but for case.
    StringEqualsIgnoreCase,
    /// Another text, even without regard to case.
    StringNotEqualsIgnoreCase,
    /// A pattern with `*` and `?`.
    StringLike,
    /// Not the pattern.
    StringNotLike,
    /// The same number.
    NumericEquals,
    /// Another number.
    NumericNotEquals,
    /// A smaller number.
    NumericLessThan,
    /// A number at most as large.
    NumericLessThanEquals,
    /// A larger number.
    NumericGreaterThan,
    /// A number at least as large.
    NumericGreaterThanEquals,
    /// The same time.
    DateEquals,
    /// Another time.
    DateNotEquals,
    /// An earlier time.
    DateLessThan,
    /// No later time.
    DateLessThanEquals,
    /// A later time.
    DateGreaterThan,
    /// No earlier time.
    DateGreaterThanEquals,
    /// The same truth.
    Bool,
    /// The same bytes in base64.
    BinaryEquals,
    /// An address in the network.
    IpAddress,
    /// An address outside the network.
    NotIpAddress,
    /// An ARN that fits the pattern, part by part.
    ArnEquals,
    /// Not such an ARN.
    ArnNotEquals,
    /// As `ArnEquals`.
    ArnLike,
    /// As `ArnNotEquals`.
    ArnNotLike,
    /// Whether the key is absent.
    Null,
}

impl Test {
    /// Whether it is `…Not…`: every value must differ.
    #[must_use]
    pub fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document with one condition.
    fn on(key: &str) -> crate::TrustPolicy {
        format!(r#"{{"Statement":{{"Condition":{{"Bool":{{"{key}":"true"}}}}}}}}"#).parse().unwrap()
    }

    #[test]
    fn keys_are_compared_without_case() {
        for (key, other, want) in [
            ("AWS:x", "aws:X", true),
            ("x:É", "x:é", true),
            ("x:É", "x:è", false),
            ("x:\u{212a}", "x:k", true),
            ("x:k", "x:\u{212a}", true),
        ] {
            let policy = on(key);
            let statement = policy.statements().next().unwrap();
            assert_eq!(statement.conditions().next().unwrap().is_on(other), want, "{key} {other}");
        }
    }

    #[test]
    fn the_key_of_a_claim_is_that_of_its_issuer() {
        let issuer: Issuer = "oidc.example.com/k".parse().unwrap();
        for (key, want) in [
            ("oidc.example.com/k:sub", true),
            ("OIDC.example.com/K:Sub", true),
            ("oidc.example.com/\u{212a}:sub", true),
            ("oidc.example.com/k:aud", false),
            ("oidc.example.com/l:sub", false),
            ("oidc.example.com/k/sub", false),
            ("oidc.example.com/é:s", false),
            ("sub", false),
        ] {
            let policy = on(key);
            let condition = policy.statements().next().unwrap().conditions().next().unwrap();
            assert_eq!(condition.is_on_claim(&issuer, "sub"), want, "{key}");
            assert_eq!(condition.is_on(&issuer.condition_key("sub")), want, "{key}");
        }
    }

    #[test]
    fn operators_are_read_with_case_and_written_back() {
        for test in Test::ALL {
            for prefix in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let name = format!("{prefix}{}{suffix}", test.name());
                    let known = test != Test::Null || prefix.is_empty() && suffix.is_empty();
                    assert_eq!(
                        Operator::parse(&name).map(|o| o.to_string()),
                        known.then_some(name)
                    );
                }
            }
        }
        for unknown in
            ["stringEquals", "StringEqualsIfexists", "ForAllValues: StringEquals", "", "IfExists"]
        {
            assert_eq!(Operator::parse(unknown), None, "{unknown}");
        }
    }
}
