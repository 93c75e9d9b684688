"""The enumerations. Each member is a text too: the one that a policy or the program writes."""

from enum import StrEnum


class Decision(StrEnum):
    """What a trust policy answers to a request."""

    Allowed = "allowed"
    """An Allow matches, and no Deny can."""
    ExplicitDeny = "explicitDeny"
    """A Deny matches."""
    ImplicitDeny = "implicitDeny"
    """No Allow can match."""
    Undetermined = "undetermined"
    """It hangs on something that is unknown; the reasons say on what."""


class Verdict(StrEnum):
    """Whether a statement, or a part of one, matches a request."""

    Yes = "yes"
    No = "no"
    Unknown = "unknown"


class Part(StrEnum):
    """Which part of a statement or call a reason is about."""

    Principal = "principal"
    Action = "action"
    Condition = "condition"
    Document = "document"
    """The statement or document as a whole."""
    Sts = "sts"
    """What STS checks before it reads the policy."""


class Effect(StrEnum):
    """What a statement does with a request that it matches."""

    Allow = "Allow"
    Deny = "Deny"


class Severity(StrEnum):
    """How bad a finding is; a worse one is greater."""

    Note = "note"
    """Worth knowing; nothing is wrong."""
    Warning = "warning"
    """Valid, but probably not meant."""
    Error = "error"
    """AWS refuses it, or it never works."""

    def __lt__(self, other: str) -> bool:
        return _rank(self) < _rank(other)

    def __le__(self, other: str) -> bool:
        return _rank(self) <= _rank(other)

    def __gt__(self, other: str) -> bool:
        return _rank(self) > _rank(other)

    def __ge__(self, other: str) -> bool:
        return _rank(self) >= _rank(other)


def _rank(severity: str) -> int:
    return list(Severity).index(Severity(severity))


class Version(StrEnum):
    """The version of the policy language."""

    V2012 = "2012-10-17"
    """Policy variables are expanded."""
    V2008 = "2008-10-17"
    """`${…}` is literal text."""


class PrincipalKind(StrEnum):
    """The kinds of principals, compared with case."""

    Aws = "AWS"
    """An account, role, user or session, or `*`."""
    Federated = "Federated"
    """An OIDC or SAML provider, or one of the shared ones."""
    Service = "Service"
    """A service of AWS."""
    CanonicalUser = "CanonicalUser"
    """An account by its canonical id."""
    Other = "unknown"
    """A kind that IAM doesn't know."""


class PrincipalArnKind(StrEnum):
    """What an AWS principal is."""

    Account = "Account"
    """The account itself, `arn:…:iam::ACCOUNT:root`."""
    User = "User"
    """A user, `arn:…:iam::ACCOUNT:user/PATH/NAME`."""
    Role = "Role"
    """A role, `arn:…:iam::ACCOUNT:role/PATH/NAME`."""
    RoleSession = "RoleSession"
    """A session of a role, `arn:…:sts::ACCOUNT:assumed-role/NAME/SESSION`."""
    FederatedUser = "FederatedUser"
    """A session of a user, `arn:…:sts::ACCOUNT:federated-user/NAME`."""


class Standing(StrEnum):
    """What a policy says of all that a grant lets in."""

    Allowed = "allowed"
    """It is allowed."""
    Refused = "refused"
    """It is not."""
    Depends = "depends"
    """A part of it is allowed, or that depends on more than provider, audience and subject."""


class ExistingRole(StrEnum):
    """What to do with a role that exists and that Iamwire didn't make."""

    Refuse = "refuse"
    """Refuse, and show what it can do already."""
    Merge = "merge"
    """Add to it: its trust, policies and tags stay, and it stays somebody else's."""
    Replace = "replace"
    """Put our trust policy in the place of its own, and take it over; its policies and tags stay."""


class ThumbprintHost(StrEnum):
    """Whose certificates count for a thumbprint."""

    JwksUri = "jwks-uri"
    """The host of `jwks_uri` in the issuer's discovery document: what AWS's documentation says."""
    Issuer = "issuer"
    """The issuer's own host: what eksctl and Terraform's `tls_certificate` take."""


class Touch(StrEnum):
    """What an edit did to a statement."""

    Added = "added"
    """It is new."""
    Modified = "modified"
    """It is another than it was."""
    Removed = "removed"
    """It is gone."""


class SetPrefix(StrEnum):
    """What an operator with a prefix makes of the values of a request."""

    ForAllValues = "ForAllValues"
    """Every value must satisfy the operator; none is fine."""
    ForAnyValue = "ForAnyValue"
    """At least one value must satisfy the operator."""


class Test(StrEnum):
    """What an operator tests, without prefix and `IfExists`."""

    __test__ = False  # pytest takes a class of this name for tests

    StringEquals = "StringEquals"
    """The same text."""
    StringNotEquals = "StringNotEquals"
    """Another text."""
    StringEqualsIgnoreCase = "StringEqualsIgnoreCase"
    """The same text but for case."""
    StringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
    """Another text, even without regard to case."""
    StringLike = "StringLike"
    """A pattern with `*` and `?`."""
    StringNotLike = "StringNotLike"
    """Not the pattern."""
    NumericEquals = "NumericEquals"
    """The same number."""
    NumericNotEquals = "NumericNotEquals"
    """Another number."""
    NumericLessThan = "NumericLessThan"
    """A smaller number."""
    NumericLessThanEquals = "NumericLessThanEquals"
    """A number at most as large."""
    NumericGreaterThan = "NumericGreaterThan"
    """A larger number."""
    NumericGreaterThanEquals = "NumericGreaterThanEquals"
    """A number at least as large."""
    DateEquals = "DateEquals"
    """The same time."""
    DateNotEquals = "DateNotEquals"
    """Another time."""
    DateLessThan = "DateLessThan"
    """An earlier time."""
    DateLessThanEquals = "DateLessThanEquals"
    """No later time."""
    DateGreaterThan = "DateGreaterThan"
    """A later time."""
    DateGreaterThanEquals = "DateGreaterThanEquals"
    """No earlier time."""
    Bool = "Bool"
    """The same truth."""
    BinaryEquals = "BinaryEquals"
    """The same bytes in base64."""
    IpAddress = "IpAddress"
    """An address in the network."""
    NotIpAddress = "NotIpAddress"
    """An address outside the network."""
    ArnEquals = "ArnEquals"
    """An ARN that fits the pattern, part by part."""
    ArnNotEquals = "ArnNotEquals"
    """Not such an ARN."""
    ArnLike = "ArnLike"
    """As `ArnEquals`."""
    ArnNotLike = "ArnNotLike"
    """As `ArnNotEquals`."""
    Null = "Null"
    """Whether the key is absent."""
