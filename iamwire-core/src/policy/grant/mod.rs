//! [`Grant`]: who may assume a role: a value without a place.

mod principal;

use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};

pub use principal::{AwsPrincipal, ServicePrincipal};

use super::principal::PrincipalKind;
use super::written;
use crate::error::quoted;
use crate::{Audience, Namespace, ProviderArn, Subject, SubjectPattern};

/// Who may assume a role, as one statement of a trust policy can say it.
///
/// It is what builder and edits write and what [`TrustPolicy::grants`](crate::TrustPolicy::grants) reads.
///
/// ```
/// use iamwire_core::{Grant, ProviderArn, ServiceAccountRef, TrustPolicy};
///
/// let cluster: ProviderArn =
///     "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
///         .parse()?;
/// let account: ServiceAccountRef = "shop/api".parse()?;
/// let grant = Grant::web_identity(&cluster, account);
/// assert_eq!(grant.breadth(), "one service account");
/// assert_eq!(TrustPolicy::from(&grant).grants()[0].grant, grant);
/// # Ok::<(), iamwire_core::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Grant {
    /// Tokens of an OIDC provider, for `sts:AssumeRoleWithWebIdentity`.
    WebIdentity(WebIdentityGrant),
    /// An account, role, user or session of AWS, for `sts:AssumeRole`.
    Aws(AwsGrant),
    /// A service of AWS, for `sts:AssumeRole`.
    Service(ServiceGrant),
}

impl Grant {
    /// One subject of a provider, or one service account, with audience [`Audience::STS`].
    #[must_use]
    pub fn web_identity(provider: &ProviderArn, subject: impl Into<Subject>) -> Self {
        Self::WebIdentity(WebIdentityGrant::new(provider, subject))
    }

    /// A principal of AWS, without session tags.
    #[must_use]
    pub fn aws(principal: AwsPrincipal) -> Self {
        Self::Aws(AwsGrant { principal, session_tags: false })
    }

    /// A service of AWS, without session tags.
    #[must_use]
    pub fn service(service: ServicePrincipal) -> Self {
        Self::Service(ServiceGrant { service, session_tags: false })
    }

    /// EKS Pod Identity: every service account that an association in the role's account gives the role to.
    ///
    /// Source: Amazon EKS User Guide, 'EKS Pod Identity role'.
    #[must_use]
    pub fn pod_identity() -> Self {
        Self::service(ServicePrincipal::EKS_PODS).with_session_tags()
    }

    /// As well with `sts:TagSession`; web identities are not concerned.
    #[must_use]
    pub fn with_session_tags(mut self) -> Self {
        match &mut self {
            Self::WebIdentity(_) => {}
            Self::Aws(grant) => grant.session_tags = true,
            Self::Service(grant) => grant.session_tags = true,
        }
        self
    }

    /// How many it lets in, in words: `one service account`, ``every service account of namespace `shop` ``.
    #[must_use]
    pub fn breadth(&self) -> String {
        match self {
            Self::WebIdentity(grant) => grant.breadth(),
            Self::Aws(grant) => grant.principal.breadth(),
            Self::Service(grant) => grant.breadth(),
        }
    }

    /// Whether it is for tokens with this subject, whatever provider and audience they have.
    #[must_use]
    pub fn matches(&self, subject: &Subject) -> bool {
        matches!(self, Self::WebIdentity(grant) if grant.subject.matches(subject))
    }

    /// Whether both are for the same: they are equal, or name one account by its id and by its root ARN.
    pub(super) fn means_same(&self, other: &Self) -> bool {
        let (Self::Aws(own), Self::Aws(others)) = (self, other) else { return self == other };
        self == other
            || own.session_tags == others.session_tags
                && own.principal.is_same_account(&others.principal)
    }

    /// Whether a text under the principal's kind names it.
    pub(super) fn is_named(&self, text: &str) -> bool {
        let (_, name) = self.principal();
        let Self::Aws(grant) = self else { return name == text };
        name == text
            || text.parse::<AwsPrincipal>().is_ok_and(|p| grant.principal.is_same_account(&p))
    }

    /// The principal as a policy names it.
    pub(super) fn principal(&self) -> (PrincipalKind, &str) {
        match self {
            Self::WebIdentity(grant) => (PrincipalKind::Federated, grant.provider.as_str()),
            Self::Aws(grant) => (PrincipalKind::Aws, grant.principal.as_str()),
            Self::Service(grant) => (PrincipalKind::Service, grant.service.as_str()),
        }
    }

    /// The web identity, if it is one.
    #[must_use]
    pub fn as_web_identity(&self) -> Option<&WebIdentityGrant> {
        match self {
            Self::WebIdentity(grant) => Some(grant),
            _ => None,
        }
    }
}

/// `system:serviceaccount:shop:api of oidc.eks.… for sts.amazonaws.com`
impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WebIdentity(grant) => grant.fmt(f),
            Self::Aws(grant) => {
                write!(f, "{}{}", grant.principal, with_tags(grant.session_tags))
            }
            Self::Service(grant) => write!(f, "{}{}", grant.service, with_tags(grant.session_tags)),
        }
    }
}

impl From<WebIdentityGrant> for Grant {
    fn from(grant: WebIdentityGrant) -> Self {
        Self::WebIdentity(grant)
    }
}

fn with_tags(session_tags: bool) -> &'static str {
    if session_tags { " with session tags" } else { "" }
}

/// Tokens of one provider: for which audiences, with which subject. The order of audiences doesn't count.
#[derive(Debug, Clone)]
pub struct WebIdentityGrant {
    provider: ProviderArn,
    /// Each once; none: the policy doesn't look at the audience.
    audiences: Vec<Audience>,
    subject: SubjectMatch,
}

impl WebIdentityGrant {
    /// One subject, with audience [`Audience::STS`].
    #[must_use]
    pub fn new(provider: &ProviderArn, subject: impl Into<Subject>) -> Self {
        Self::of(provider, vec![Audience::STS], SubjectMatch::Exact(subject.into()))
    }

    /// Every subject that a pattern matches, with audience [`Audience::STS`].
    #[must_use]
    pub fn dangerous_pattern(provider: &ProviderArn, pattern: SubjectPattern) -> Self {
        Self::of(provider, vec![Audience::STS], SubjectMatch::Pattern(pattern))
    }

    /// Every subject of the provider: for EKS, any pod of the cluster. Audience [`Audience::STS`].
    #[must_use]
    pub fn dangerous_any_subject(provider: &ProviderArn) -> Self {
        Self::of(provider, vec![Audience::STS], SubjectMatch::Any)
    }

    /// The audiences are each there once.
    pub(super) fn of(
        provider: &ProviderArn,
        audiences: Vec<Audience>,
        subject: SubjectMatch,
    ) -> Self {
        Self { provider: provider.clone(), audiences, subject }
    }

    /// With another audience.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audiences = vec![audience];
        self
    }

    /// With any one of several audiences; none of them: [`Self::dangerous_without_audience`].
    #[must_use]
    pub fn dangerous_audiences(mut self, audiences: impl IntoIterator<Item = Audience>) -> Self {
        self.audiences = each_once(audiences.into_iter().collect());
        self
    }

    /// For any audience among the provider's client ids.
    #[must_use]
    pub fn dangerous_without_audience(mut self) -> Self {
        self.audiences.clear();
        self
    }

    /// The provider.
    #[must_use]
    pub fn provider(&self) -> &ProviderArn {
        &self.provider
    }

    /// The audiences, any one of which is asked for; none: any of the provider's client ids.
    #[must_use]
    pub fn audiences(&self) -> &[Audience] {
        &self.audiences
    }

    /// The subjects.
    #[must_use]
    pub fn subject(&self) -> &SubjectMatch {
        &self.subject
    }

    /// Whether these are its audiences, each once, in any order.
    pub(super) fn has_audiences(&self, audiences: &[Audience]) -> bool {
        if self.audiences.len() != audiences.len() || self.audiences == audiences {
            return self.audiences == audiences;
        }
        let own: HashSet<&Audience> = self.audiences.iter().collect();
        audiences.iter().all(|audience| own.contains(audience))
    }

    fn breadth(&self) -> String {
        let audience = match self.audiences.as_slice() {
            [] => ", for any audience of the provider",
            [_] => "",
            _ => ", for any of several audiences",
        };
        format!("{}{audience}", self.subject.breadth())
    }
}

impl PartialEq for WebIdentityGrant {
    fn eq(&self, other: &Self) -> bool {
        self.provider == other.provider
            && self.subject == other.subject
            && self.has_audiences(&other.audiences)
    }
}

impl Eq for WebIdentityGrant {}

impl Hash for WebIdentityGrant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut audiences: Vec<&Audience> = self.audiences.iter().collect();
        audiences.sort();
        (&self.provider, &self.subject, audiences).hash(state);
    }
}

impl fmt::Display for WebIdentityGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} for ", self.subject, self.provider.issuer())?;
        match self.audiences.as_slice() {
            [] => f.write_str("any audience"),
            [first, more @ ..] => {
                f.write_str(first.as_str())?;
                more.iter().try_for_each(|audience| write!(f, " or {audience}"))
            }
        }
    }
}

/// The audiences in their order, each once.
pub(super) fn each_once(mut audiences: Vec<Audience>) -> Vec<Audience> {
    if audiences.len() > 1 {
        let mut known = HashSet::new();
        audiences.retain(|audience| known.insert(audience.clone()));
    }
    audiences
}

/// Which subjects of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubjectMatch {
    /// One.
    Exact(Subject),
    /// Each that the pattern matches.
    Pattern(SubjectPattern),
    /// All.
    Any,
}

impl SubjectMatch {
    /// Whether it is one of them.
    #[must_use]
    pub fn matches(&self, subject: &Subject) -> bool {
        match self {
            Self::Exact(exact) => exact == subject,
            Self::Pattern(_) => {
                written::covers(&self.tokens(), &written::literal(subject.as_str()))
            }
            Self::Any => true,
        }
    }

    pub(super) fn tokens(&self) -> Vec<written::Token> {
        match self {
            Self::Exact(exact) => written::literal(exact.as_str()),
            Self::Pattern(pattern) => {
                written::tokens(pattern.as_str(), written::Variables::Literal).unwrap_or_default()
            }
            Self::Any => vec![written::Token::Any],
        }
    }

    /// How many, in words. Said of service accounts only where every one that is matched is one.
    #[must_use]
    pub fn breadth(&self) -> String {
        const PREFIX: &str = "system:serviceaccount:";
        let pattern = match self {
            Self::Exact(subject) => {
                return if subject.service_account().is_some() {
                    "one service account".to_owned()
                } else {
                    "one subject".to_owned()
                };
            }
            Self::Any => return "any token of the provider".to_owned(),
            Self::Pattern(pattern) => pattern.as_str(),
        };
        if pattern.chars().all(|c| c == '*') {
            return "any token of the provider".to_owned();
        }
        let Some(rest) = pattern.strip_prefix(PREFIX) else {
            return format!("every subject like {}", quoted(pattern));
        };
        let is_all = |text: &str| !text.is_empty() && text.chars().all(|c| c == '*');
        match rest.split_once(':') {
            None if is_all(rest) => "every service account of the cluster".to_owned(),
            Some((namespace, name)) if is_all(namespace) && is_all(name) => {
                "every service account of the cluster".to_owned()
            }
            Some((namespace, name)) if namespace.parse::<Namespace>().is_ok() => {
                if is_all(name) {
                    format!("every service account of namespace {}", quoted(namespace))
                } else {
                    format!(
                        "each service account like {} of namespace {}",
                        quoted(name),
                        quoted(namespace)
                    )
                }
            }
            Some((namespace, name)) if is_all(namespace) && !name.contains(['*', '?']) => {
                format!("service account {} of every namespace", quoted(name))
            }
            _ => format!("every service account like {}", quoted(rest)),
        }
    }
}

impl fmt::Display for SubjectMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(subject) => f.write_str(subject.as_str()),
            Self::Pattern(pattern) => write!(f, "each {pattern}"),
            Self::Any => f.write_str("any subject"),
        }
    }
}

/// A principal of AWS that may assume the role, if its own policies allow it as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AwsGrant {
    principal: AwsPrincipal,
    session_tags: bool,
}

impl AwsGrant {
    /// Who.
    #[must_use]
    pub fn principal(&self) -> &AwsPrincipal {
        &self.principal
    }

    /// Whether the session may have tags: `sts:TagSession` is allowed as well.
    #[must_use]
    pub fn has_session_tags(&self) -> bool {
        self.session_tags
    }

    pub(super) fn of(principal: AwsPrincipal, session_tags: bool) -> Self {
        Self { principal, session_tags }
    }
}

/// A service of AWS that may assume the role.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServiceGrant {
    service: ServicePrincipal,
    session_tags: bool,
}

impl ServiceGrant {
    /// Which.
    #[must_use]
    pub fn service(&self) -> &ServicePrincipal {
        &self.service
    }

    /// Whether the session may have tags: `sts:TagSession` is allowed as well.
    #[must_use]
    pub fn has_session_tags(&self) -> bool {
        self.session_tags
    }

    pub(super) fn of(service: ServicePrincipal, session_tags: bool) -> Self {
        Self { service, session_tags }
    }

    fn breadth(&self) -> String {
        if self.service == ServicePrincipal::EKS_PODS {
            "every service account that a Pod Identity association names".to_owned()
        } else {
            "one service of AWS, for every account that it works for".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breadth_of(pattern: &str) -> String {
        SubjectMatch::Pattern(SubjectPattern::dangerous_parse(pattern).unwrap()).breadth()
    }

    #[test]
    fn breadth_says_how_many() {
        assert_eq!(SubjectMatch::Exact("repo:a".into()).breadth(), "one subject");
        for (pattern, words) in [
            ("*", "any token of the provider"),
            ("system:serviceaccount:*", "every service account of the cluster"),
            ("system:serviceaccount:*:*", "every service account of the cluster"),
            ("system:serviceaccount:shop:*", "every service account of namespace `shop`"),
            (
                "system:serviceaccount:shop:api-*",
                "each service account like `api-*` of namespace `shop`",
            ),
            ("system:serviceaccount:*:api", "service account `api` of every namespace"),
            ("system:serviceaccount:sh?p:*", "every service account like `sh?p:*`"),
            ("**", "any token of the provider"),
            ("system:serviceaccount:a*", "every service account like `a*`"),
            ("system:serviceaccount:**", "every service account of the cluster"),
            ("system:serviceaccount:*:", "service account `` of every namespace"),
            ("system:serviceaccount:*:a*", "every service account like `*:a*`"),
            ("system:serviceaccount:*:a?", "every service account like `*:a?`"),
            ("system:serviceaccount:?:*", "every service account like `?:*`"),
            ("system:service*", "every subject like `system:service*`"),
        ] {
            assert_eq!(breadth_of(pattern), words, "{pattern}");
        }
    }

    #[test]
    fn patterns_cross_colons_and_take_nothing_else_as_special() {
        let pattern = |text| SubjectMatch::Pattern(SubjectPattern::dangerous_parse(text).unwrap());
        assert!(pattern("system:*:api").matches(&"system:serviceaccount:shop:api".into()));
        assert!(!pattern("system:*:api").matches(&"system:serviceaccount:shop:apis".into()));
        assert!(pattern("a${x}?").matches(&"a${x}b".into()));
        assert!(SubjectMatch::Any.matches(&"".into()));
        assert!(!SubjectMatch::Exact("a*".into()).matches(&"ab".into()));
    }
}
