import builtins
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Self, SupportsIndex, TypeAlias, final, overload

from typing_extensions import disjoint_base

from ._enums import (
    Decision,
    Effect,
    Part,
    PrincipalArnKind,
    PrincipalKind,
    SetPrefix,
    Severity,
    Standing,
    Test,
    Touch,
    Verdict,
    Version,
)

__all__ = [
    "AUDIENCE",
    "AccountId",
    "Audience",
    "AwsGrant",
    "AwsPrincipal",
    "Bearing",
    "Changed",
    "Claims",
    "Condition",
    "Edit",
    "EditError",
    "Error",
    "Explanation",
    "Finding",
    "Grant",
    "Granted",
    "Issuer",
    "LabelKey",
    "LabelValue",
    "Manifest",
    "Namespace",
    "Operator",
    "Partition",
    "Place",
    "PolicyError",
    "PreparedPolicy",
    "Principal",
    "PrincipalArn",
    "ProviderArn",
    "ROLE_ARN",
    "Reason",
    "Request",
    "RequestError",
    "RoleArn",
    "RoleName",
    "RolePath",
    "SIZE_QUOTA",
    "STS_REGIONAL_ENDPOINTS",
    "ServiceAccountName",
    "ServiceAccountRef",
    "ServiceGrant",
    "ServicePrincipal",
    "Statement",
    "StsAnswer",
    "Subject",
    "SubjectMatch",
    "SubjectPattern",
    "TOKEN_EXPIRATION",
    "Thumbprint",
    "Thumbprints",
    "TokenExpiration",
    "TrustBuilder",
    "TrustPolicy",
    "Trusted",
    "ValueError",
    "WebIdentityCall",
    "WebIdentityGrant",
    "WithSubject",
]

SIZE_QUOTA: Final[int]
ROLE_ARN: Final[str]
AUDIENCE: Final[str]
STS_REGIONAL_ENDPOINTS: Final[str]
TOKEN_EXPIRATION: Final[str]

_Value: TypeAlias = (
    AccountId
    | Audience
    | AwsPrincipal
    | Issuer
    | LabelKey
    | LabelValue
    | Namespace
    | Partition
    | PrincipalArn
    | ProviderArn
    | RoleArn
    | RoleName
    | RolePath
    | ServiceAccountName
    | ServiceAccountRef
    | ServicePrincipal
    | Subject
    | SubjectPattern
    | Thumbprint
)
_Scalar: TypeAlias = _Value | str | int | float | bool
_Any: TypeAlias = Any

@final
class Partition:
    """A partition of AWS: `aws`, or `aws-` and more, such as `aws-cn`."""

    def __new__(cls, text: Partition | str) -> Self: ...
    AWS: ClassVar[Partition]
    AWS_CN: ClassVar[Partition]
    AWS_US_GOV: ClassVar[Partition]
    @property
    def dns_suffix(self) -> str | None:
        """The end of the hosts of its services, such as `amazonaws.com.cn`; none if it is not known."""
    def notices(self) -> list[Finding]:
        """A note where the partition is none of those that are known."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Partition, /) -> bool: ...
    def __le__(self, value: Partition, /) -> bool: ...
    def __gt__(self, value: Partition, /) -> bool: ...
    def __ge__(self, value: Partition, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class AccountId:
    """The id of an AWS account: exactly 12 digits."""

    def __new__(cls, text: AccountId | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: AccountId, /) -> bool: ...
    def __le__(self, value: AccountId, /) -> bool: ...
    def __gt__(self, value: AccountId, /) -> bool: ...
    def __ge__(self, value: AccountId, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ProviderArn:
    """The ARN of an OIDC provider: `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`."""

    def __new__(cls, text: ProviderArn | str) -> Self: ...
    @staticmethod
    def new(
        partition: Partition | str, account: AccountId | str, issuer: Issuer | str
    ) -> ProviderArn:
        """The provider of an issuer in an account."""
    @property
    def partition(self) -> Partition:
        """Its partition."""
    @property
    def account(self) -> AccountId:
        """The account that the provider is in."""
    @property
    def issuer(self) -> Issuer:
        """The issuer whose tokens it lets in."""
    def notices(self) -> list[Finding]:
        """What its partition and issuer have to say."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ProviderArn, /) -> bool: ...
    def __le__(self, value: ProviderArn, /) -> bool: ...
    def __gt__(self, value: ProviderArn, /) -> bool: ...
    def __ge__(self, value: ProviderArn, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class RoleArn:
    """The ARN of a role: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`."""

    def __new__(cls, text: RoleArn | str) -> Self: ...
    @staticmethod
    def new(
        partition: Partition | str,
        account: AccountId | str,
        path: RolePath | str,
        name: RoleName | str,
    ) -> RoleArn:
        """The role of a name, under a path, in an account."""
    @property
    def partition(self) -> Partition:
        """Its partition."""
    @property
    def account(self) -> AccountId:
        """The account that the role is in."""
    @property
    def path(self) -> RolePath:
        """The path, `/` for none."""
    @property
    def name(self) -> RoleName:
        """The name without the path."""
    def notices(self) -> list[Finding]:
        """What its partition and path have to say."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: RoleArn, /) -> bool: ...
    def __le__(self, value: RoleArn, /) -> bool: ...
    def __gt__(self, value: RoleArn, /) -> bool: ...
    def __ge__(self, value: RoleArn, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class PrincipalArn:
    """The ARN of an AWS principal: an account, a user, a role, or a session of either."""

    def __new__(cls, text: PrincipalArn | str) -> Self: ...
    @property
    def partition(self) -> Partition:
        """Its partition."""
    @property
    def account(self) -> AccountId:
        """The account that it is in."""
    @property
    def kind(self) -> PrincipalArnKind | None:
        """What it is."""
    @property
    def role_name(self) -> RoleName | None:
        """Of a session of a role, the role's name, whose path the session leaves out."""
    @property
    def root(self) -> PrincipalArn:
        """The ARN of its account, which a policy may name in its stead."""
    def notices(self) -> list[Finding]:
        """What its partition has to say."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: PrincipalArn, /) -> bool: ...
    def __le__(self, value: PrincipalArn, /) -> bool: ...
    def __gt__(self, value: PrincipalArn, /) -> bool: ...
    def __ge__(self, value: PrincipalArn, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Issuer:
    """An OIDC issuer, read with or without `https://`; its text is without."""

    def __new__(cls, text: Issuer | str) -> Self: ...
    @property
    def url(self) -> str:
        """The text with `https://`, as tokens' `iss` and `DescribeCluster` have it."""
    @property
    def host(self) -> str:
        """The host, as it was written."""
    @property
    def path(self) -> str:
        """What follows the host: empty, or from the first `/` on."""
    def condition_key(self, claim: str) -> str:
        """The condition key of one of its tokens' claims: `<issuer>:sub` for `sub`."""
    def notices(self) -> list[Finding]:
        """Warns of what is valid and probably not meant, such as a trailing slash."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Issuer, /) -> bool: ...
    def __le__(self, value: Issuer, /) -> bool: ...
    def __gt__(self, value: Issuer, /) -> bool: ...
    def __ge__(self, value: Issuer, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Audience:
    """The audience of a token, and a client id of an OIDC provider: 1 to 255 characters."""

    def __new__(cls, text: Audience | str) -> Self: ...
    STS: ClassVar[Audience]
    def notices(self) -> list[Finding]:
        """Warns of what is valid and probably not meant, such as `sts.amazonaws.com.cn`."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Audience, /) -> bool: ...
    def __le__(self, value: Audience, /) -> bool: ...
    def __gt__(self, value: Audience, /) -> bool: ...
    def __ge__(self, value: Audience, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Namespace:
    """The name of a namespace: a DNS label of at most 63 characters."""

    def __new__(cls, text: Namespace | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Namespace, /) -> bool: ...
    def __le__(self, value: Namespace, /) -> bool: ...
    def __gt__(self, value: Namespace, /) -> bool: ...
    def __ge__(self, value: Namespace, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ServiceAccountName:
    """The name of a service account: a DNS subdomain of at most 253 characters."""

    def __new__(cls, text: ServiceAccountName | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ServiceAccountName, /) -> bool: ...
    def __le__(self, value: ServiceAccountName, /) -> bool: ...
    def __gt__(self, value: ServiceAccountName, /) -> bool: ...
    def __ge__(self, value: ServiceAccountName, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ServiceAccountRef:
    """A service account and its namespace, written `namespace/name`."""

    def __new__(cls, text: ServiceAccountRef | str) -> Self: ...
    @staticmethod
    def new(namespace: Namespace | str, name: ServiceAccountName | str) -> ServiceAccountRef:
        """The service account of a name in a namespace."""
    @property
    def namespace(self) -> Namespace:
        """The namespace."""
    @property
    def name(self) -> ServiceAccountName:
        """The name without the namespace."""
    @property
    def subject(self) -> Subject:
        """The `sub` of its tokens: `system:serviceaccount:namespace:name`."""
    def notices(self) -> list[Finding]:
        """Warns of the account `default`, which every pod of the namespace has that names none."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ServiceAccountRef, /) -> bool: ...
    def __le__(self, value: ServiceAccountRef, /) -> bool: ...
    def __gt__(self, value: ServiceAccountRef, /) -> bool: ...
    def __ge__(self, value: ServiceAccountRef, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Subject:
    """The `sub` of a token: any text, compared exactly."""

    def __new__(cls, text: Subject | str) -> Self: ...
    @property
    def service_account(self) -> ServiceAccountRef | None:
        """The service account that it names; none if it is no `system:serviceaccount:namespace:name`."""
    def notices(self) -> list[Finding]:
        """Warns of what is probably not meant, such as a wildcard, which is literal here."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Subject, /) -> bool: ...
    def __le__(self, value: Subject, /) -> bool: ...
    def __gt__(self, value: Subject, /) -> bool: ...
    def __ge__(self, value: Subject, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class SubjectPattern:
    """Many subjects: a text in which `*` stands for any run of characters and `?` for one.

    It makes a trust wider than one subject: made by `dangerous_parse` alone.
    """

    @classmethod
    def dangerous_parse(cls, text: str) -> SubjectPattern:
        """Takes a text with at least one `*` or `?`."""
    def notices(self) -> list[Finding]:
        """Warns of a pattern that matches every subject or every service account."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: SubjectPattern, /) -> bool: ...
    def __le__(self, value: SubjectPattern, /) -> bool: ...
    def __gt__(self, value: SubjectPattern, /) -> bool: ...
    def __ge__(self, value: SubjectPattern, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class RoleName:
    """The name of a role: 1 to 64 of `A-Z a-z 0-9 + = , . @ _ -`."""

    def __new__(cls, text: RoleName | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: RoleName, /) -> bool: ...
    def __le__(self, value: RoleName, /) -> bool: ...
    def __gt__(self, value: RoleName, /) -> bool: ...
    def __ge__(self, value: RoleName, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class RolePath:
    """The path of a role: `/`, or `/…/` of printable ASCII, at most 512 characters."""

    def __new__(cls, text: RolePath | str) -> Self: ...
    ROOT: ClassVar[RolePath]
    def notices(self) -> list[Finding]:
        """Warns of characters that STS refuses in a role's ARN."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: RolePath, /) -> bool: ...
    def __le__(self, value: RolePath, /) -> bool: ...
    def __gt__(self, value: RolePath, /) -> bool: ...
    def __ge__(self, value: RolePath, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Thumbprint:
    """The SHA-1 of one certificate, read as people paste it; its text is 40 lower-case digits."""

    def __new__(cls, text: Thumbprint | str) -> Self: ...
    @staticmethod
    def from_sha1(digest: bytes) -> Thumbprint:
        """The thumbprint with these 20 bytes."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: Thumbprint, /) -> bool: ...
    def __le__(self, value: Thumbprint, /) -> bool: ...
    def __gt__(self, value: Thumbprint, /) -> bool: ...
    def __ge__(self, value: Thumbprint, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Thumbprints:
    """The thumbprints of a provider, in order: at most five."""

    MOST: ClassVar[int]
    def __new__(cls, thumbprints: Sequence[Thumbprint | str] = ...) -> Self: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Thumbprint]: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> Thumbprint: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[Thumbprint, ...]: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class LabelKey:
    """The key of a label: a name, before it, if wanted, a DNS name and `/`."""

    def __new__(cls, text: LabelKey | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: LabelKey, /) -> bool: ...
    def __le__(self, value: LabelKey, /) -> bool: ...
    def __gt__(self, value: LabelKey, /) -> bool: ...
    def __ge__(self, value: LabelKey, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class LabelValue:
    """The value of a label: empty, or 1 to 63 characters."""

    def __new__(cls, text: LabelValue | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: LabelValue, /) -> bool: ...
    def __le__(self, value: LabelValue, /) -> bool: ...
    def __gt__(self, value: LabelValue, /) -> bool: ...
    def __ge__(self, value: LabelValue, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class AwsPrincipal:
    """A principal of AWS: an account by its id or root ARN; a role, user or session by its ARN; or all."""

    def __new__(cls, text: AwsPrincipal | str) -> Self: ...
    @classmethod
    def dangerous_anyone(cls) -> AwsPrincipal:
        """`*`: everyone, of every account of AWS."""
    @property
    def arn(self) -> PrincipalArn | None:
        """The ARN, if it is named by one."""
    @property
    def account(self) -> AccountId | None:
        """The account that it is or is in."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: AwsPrincipal, /) -> bool: ...
    def __le__(self, value: AwsPrincipal, /) -> bool: ...
    def __gt__(self, value: AwsPrincipal, /) -> bool: ...
    def __ge__(self, value: AwsPrincipal, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ServicePrincipal:
    """A service of AWS, such as `ec2.amazonaws.com`."""

    def __new__(cls, text: ServicePrincipal | str) -> Self: ...
    EKS_PODS: ClassVar[ServicePrincipal]
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ServicePrincipal, /) -> bool: ...
    def __le__(self, value: ServicePrincipal, /) -> bool: ...
    def __gt__(self, value: ServicePrincipal, /) -> bool: ...
    def __ge__(self, value: ServicePrincipal, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class TokenExpiration:
    """The life of a token: 600 to 86400 seconds, as a number or its digits."""

    def __new__(cls, seconds: TokenExpiration | int | str) -> Self: ...
    SHORTEST: ClassVar[TokenExpiration]
    LONGEST: ClassVar[TokenExpiration]
    @property
    def seconds(self) -> int:
        """The life in seconds."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: TokenExpiration, /) -> bool: ...
    def __le__(self, value: TokenExpiration, /) -> bool: ...
    def __gt__(self, value: TokenExpiration, /) -> bool: ...
    def __ge__(self, value: TokenExpiration, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Manifest:
    """A Kubernetes `ServiceAccount` annotated with its role, for the pod identity webhook.

    It holds name, namespace, annotations and, when given, labels, in this order and nothing else;
    annotations and labels are sorted, so the same manifest is the same text.
    """

    def __new__(
        cls,
        account: ServiceAccountRef | str,
        role: RoleArn | str,
        audience: Audience | str | None = None,
        sts_regional_endpoints: bool | None = None,
        token_expiration: TokenExpiration | int | str | None = None,
        labels: Mapping[LabelKey, LabelValue | str] | Mapping[str, LabelValue | str] | None = None,
    ) -> Self: ...
    @property
    def account(self) -> ServiceAccountRef:
        """The service account."""
    @property
    def role(self) -> RoleArn:
        """The role."""
    @property
    def audience(self) -> Audience | None:
        """Whom its tokens are for; `sts.amazonaws.com` where this is none."""
    @property
    def sts_regional_endpoints(self) -> bool | None:
        """Whether its pods call STS in their own region; EKS's webhook says so where this is none."""
    @property
    def token_expiration(self) -> TokenExpiration | None:
        """How long its tokens live; a day where this is none."""
    @property
    def labels(self) -> dict[LabelKey, LabelValue]:
        """The labels, sorted by key."""
    @property
    def annotations(self) -> dict[str, str]:
        """The annotations, sorted by key."""
    def to_yaml(self) -> str:
        """The manifest as YAML that every reader of YAML 1.1 and 1.2 understands alike."""
    def to_json(self) -> str:
        """The manifest as JSON, indented by two."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Finding:
    """What is wrong or worth knowing about something valid."""

    def __new__(
        cls, code: str, severity: Severity | str, place: Place | None, message: str, help: str
    ) -> Self: ...
    @property
    def code(self) -> str:
        """Stable, lower case, for instance `issuer.trailing-slash`."""
    @property
    def severity(self) -> Severity:
        """How bad it is."""
    @property
    def place(self) -> Place | None:
        """Where in a document; a finding about a single value has none."""
    @property
    def message(self) -> str:
        """What is wrong."""
    @property
    def help(self) -> str:
        """What to do about it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Place:
    """A place in a JSON document."""

    def __new__(cls, pointer: str, line: int, column: int, span: tuple[int, int]) -> Self: ...
    @property
    def pointer(self) -> str:
        """The JSON pointer (RFC 6901); empty for the whole document."""
    @property
    def line(self) -> int:
        """The line, from 1."""
    @property
    def column(self) -> int:
        """The column in characters, from 1."""
    @property
    def span(self) -> tuple[int, int]:
        """The bytes of the text in UTF-8, from and to."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class TrustPolicy:
    """A trust policy: any document that IAM accepts as one, and many that it doesn't.

    The text is the document: `str` gives back the characters that were read, and what is not known is
    kept. A dict is written as compact JSON. `==` compares members, order and values, not white space.
    """

    def __new__(cls, document: TrustPolicy | str | bytes | bytearray | dict[str, Any]) -> Self: ...
    @staticmethod
    def from_percent_encoded(text: str) -> TrustPolicy:
        """Reads a document as `GetRole` returns it: percent-encoded by RFC 3986, so that `+` is itself."""
    @staticmethod
    def web_identity(provider: ProviderArn | str) -> TrustBuilder:
        """Begins a policy that trusts tokens of one OIDC provider; what its keys are follows from the issuer."""
    @staticmethod
    def from_grant(grant: Grant) -> TrustPolicy:
        """A policy with one statement that grants this."""
    def to_dict(self) -> dict[str, Any]:
        """The document as `json.loads` gives it; but a number that no `int` or `float` gives back as it was
        written becomes a text of its digits, which IAM compares alike.
        """
    def to_json(self, *, indent: int | None = None) -> str:
        """The same members in the same order: without white space, or `indent` blanks a level, at most 255."""
    def to_compact(self) -> str:
        """The same members in the same order, without white space."""
    def to_pretty(self) -> str:
        """The same members in the same order, two blanks a level."""
    def to_percent_encoded(self) -> str:
        """The document as the Query protocol carries it."""
    @property
    def version(self) -> Version | Any:
        """The version of the policy language; one that IAM doesn't know is given as it stands."""
    @property
    def id(self) -> Any | None:
        """The `Id`, as it stands."""
    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements, in order; a single one stands without a list as well."""
    def statement(self, index: int) -> Statement | None:
        """One statement, numbered from 0; none if there are fewer."""
    @property
    def unknown_members(self) -> dict[str, Any]:
        """What stands beside `Version`, `Id` and `Statement`."""
    def size(self) -> int:
        """The characters without white space between tokens: an upper bound of what IAM counts against the
        quota `ACLSizePerRole`.
        """
    def prepare(self) -> PreparedPolicy:
        """Reads every statement once, so that many requests can be decided."""
    def explain(self, request: Request | str | bytes | bytearray | dict[str, Any]) -> Explanation:
        """The decision with a reason for each statement; `prepare` first if there are many requests."""
    def grants(self) -> list[Granted]:
        """Who may assume the role: one for each Allow statement, principal and subject in it, in order.

        What can't be read, or can't be expressed as a grant, is told by `notices_of_grants`.
        """
    def notices_of_grants(self) -> list[Finding]:
        """What allows somebody, or may, and is not among `grants`, with its place."""
    def who_may(
        self, provider: ProviderArn | str, accounts: Sequence[ServiceAccountRef | str]
    ) -> list[tuple[ServiceAccountRef, Standing]]:
        """Which of these service accounts of a cluster may assume the role with audience
        `sts.amazonaws.com`.
        """
    def standing(self, grant: Grant) -> Standing:
        """What the policy says of all that a grant lets in; a statement that can't be read makes it depend."""
    def notices(self) -> list[Finding]:
        """What IAM would refuse in the document, and what looks like a template's text, in the order of the
        text.
        """
    def means_same(self, other: TrustPolicy | str | bytes | bytearray | dict[str, Any]) -> bool:
        """Whether both mean the same, however they are written: order, one value or a list of one, an
        account's id or its root ARN don't count.
        """
    def room(self, quota: int) -> int:
        """The characters that are left under a quota, for instance `SIZE_QUOTA`; 0 if it is used up."""
    def fits(self, quota: int, grants: Sequence[Grant]) -> int:
        """How many of these grants fit under a quota, granted in this order."""
    def sole_provider(self) -> ProviderArn:
        """The only OIDC provider that an Allow statement trusts; several are an `EditError` that lists them."""
    def trusted_providers(self) -> list[ProviderArn]:
        """The OIDC providers that Allow statements name, in order, each once."""
    def grant(self, grant: Grant) -> Edit:
        """Grants: the subject joins the first canonical statement of the same provider and audiences, else
        a statement is added.
        """
    def revoke(self, grant: Grant) -> Edit:
        """Takes a grant out: the value, with the last value the statement."""
    def pin_subject(
        self, provider: ProviderArn | str, subject: Subject | ServiceAccountRef | str
    ) -> Edit:
        """Adds `<issuer>:sub` to every Allow statement of the provider that has none in effect."""
    def narrow(
        self, provider: ProviderArn | str, subject: Subject | ServiceAccountRef | str
    ) -> Edit:
        """Makes `:sub` exactly this subject in every Allow statement of the provider."""
    def replace_audience_with_subject(
        self, provider: ProviderArn | str, subject: Subject | ServiceAccountRef | str
    ) -> Edit:
        """Puts `<issuer>:sub` in the place of the `StringEquals` on `<issuer>:aud`. `pin_subject` keeps both
        and is the better one: a notice says what is lost.
        """
    def add_provider(self, of: ProviderArn | str, new: ProviderArn | str) -> Edit:
        """Trusts a provider as another one is trusted: each statement of `of` is copied behind itself."""
    def replace_provider(self, old: ProviderArn | str, new: ProviderArn | str) -> Edit:
        """Trusts one provider in the place of another: principal and condition keys of its Allow statements."""
    def remove_provider(self, provider: ProviderArn | str) -> Edit:
        """Trusts the provider no longer: its Allow statements go; one with other principals loses only it."""
    def prune_providers(self, known: Sequence[ProviderArn | str]) -> Edit:
        """Removes each OIDC provider that is not among those given."""
    def compact(self) -> Edit:
        """Makes one statement of canonical ones with the same provider and audiences. Never implied."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Statement:
    """One statement of a trust policy, as far as it can be read.

    Nothing that is wrong with it hides the rest: each part is there if it can be read.
    """

    def __new__(cls, policy: TrustPolicy, index: int) -> Self: ...
    @property
    def index(self) -> int:
        """Its number in the document, from 0."""
    @property
    def value(self) -> Any:
        """What it is in JSON; a dict, unless the document is broken."""
    @property
    def place(self) -> Place:
        """Where it stands in the text."""
    @property
    def sid(self) -> str | None:
        """The `Sid`, if it is a text."""
    @property
    def effect(self) -> Effect | None:
        """The `Effect`, if it is exactly `Allow` or `Deny`."""
    @property
    def principal(self) -> Principal | None:
        """The `Principal`."""
    @property
    def not_principal(self) -> Principal | None:
        """The `NotPrincipal`, which IAM refuses in a trust policy."""
    @property
    def action(self) -> Any | None:
        """The `Action` as it stands: a text or a list of them."""
    @property
    def not_action(self) -> Any | None:
        """The `NotAction` as it stands: a text or a list of them."""
    @property
    def condition(self) -> Any | None:
        """The `Condition` as it stands."""
    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Each key of each operator block of the `Condition`."""
    def conditions_on(self, key: str) -> tuple[Condition, ...]:
        """The conditions on one key, compared without case."""
    @property
    def unknown_members(self) -> dict[str, Any]:
        """What IAM doesn't know in a statement, or takes in other policies only."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Principal:
    """The `Principal` or `NotPrincipal` of a statement: a map of kinds to values, or `"*"`."""

    def __new__(cls, statement: Statement, *, inverted: bool = False) -> Self: ...
    @property
    def inverted(self) -> bool:
        """Whether it is a `NotPrincipal`."""
    @property
    def value(self) -> Any:
        """What it is in JSON."""
    @property
    def is_star(self) -> bool:
        """Whether it is `"*"` without a map, which IAM refuses and which reads as `{"AWS": "*"}`."""
    @property
    def is_readable(self) -> bool:
        """Whether it can be read at all: a map, or `"*"`."""
    @property
    def entries(self) -> tuple[Trusted, ...]:
        """Every value with its kind, in order."""
    def of_kind(self, kind: PrincipalKind | str) -> tuple[Trusted, ...]:
        """The values of one kind, in order."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Trusted:
    """One value of a `Principal`."""

    def __new__(cls, principal: Principal, index: int) -> Self: ...
    @property
    def kind(self) -> PrincipalKind | None:
        """Its kind."""
    @property
    def value(self) -> Any:
        """What it names; a text, unless the document is broken."""
    @property
    def place(self) -> Place | None:
        """Where it stands in the text."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Condition:
    """One key of one operator block, with its values."""

    def __new__(cls, statement: Statement, index: int) -> Self: ...
    @property
    def operator_name(self) -> str:
        """The name of the operator as it stands, prefix and `IfExists` included."""
    @property
    def operator(self) -> Operator | None:
        """The operator, if IAM knows it."""
    @property
    def key(self) -> str:
        """The condition key as it stands."""
    @property
    def values(self) -> tuple[Any, ...]:
        """The values: one or more."""
    @property
    def place(self) -> Place | None:
        """Where the key stands in the text."""
    def is_on(self, key: str) -> bool:
        """Whether this is the key, compared without case."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Operator:
    """An operator: what it tests, for which values of a set, and what it makes of an absent key."""

    @classmethod
    def parse(cls, name: str) -> Operator | None:
        """Reads the name, compared with case; none if IAM doesn't know it."""
    @property
    def test(self) -> Test:
        """What it tests."""
    @property
    def set(self) -> SetPrefix | None:
        """`ForAllValues` or `ForAnyValue`."""
    @property
    def if_exists(self) -> bool:
        """Whether it ends in `IfExists`: an absent key is no obstacle."""
    @property
    def is_negated(self) -> bool:
        """Whether it is `…Not…`: every value must differ."""
    @property
    def is_guard(self) -> bool:
        """Whether it fails where its key is absent and can match where a value is given."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@disjoint_base
class Grant:
    """Who may assume a role, as one statement of a trust policy can say it: a `WebIdentityGrant`, an
    `AwsGrant` or a `ServiceGrant`.

    It is what builder and edits write and what `TrustPolicy.grants` reads.
    """

    @staticmethod
    def web_identity(
        provider: ProviderArn | str, subject: Subject | ServiceAccountRef | str
    ) -> WebIdentityGrant:
        """One subject of a provider, or one service account, with audience `sts.amazonaws.com`."""
    @staticmethod
    def aws(principal: AwsPrincipal | PrincipalArn | AccountId | str) -> AwsGrant:
        """A principal of AWS, without session tags."""
    @staticmethod
    def service(service: ServicePrincipal | str) -> ServiceGrant:
        """A service of AWS, without session tags."""
    @staticmethod
    def pod_identity() -> ServiceGrant:
        """EKS Pod Identity: every service account that an association in the role's account gives the role to."""
    def with_session_tags(self) -> Self:
        """As well with `sts:TagSession`; web identities are not concerned."""
    def breadth(self) -> str:
        """How many it lets in, in words."""
    def matches(self, subject: Subject | ServiceAccountRef | str) -> bool:
        """Whether it is for tokens with this subject, whatever provider and audience they have."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class WebIdentityGrant(Grant):
    """Tokens of one provider: for which audiences, with which subject."""

    def __new__(
        cls,
        provider: ProviderArn | str,
        subject: Subject | ServiceAccountRef | str,
        *,
        audience: Audience | str | None = None,
    ) -> Self: ...
    @classmethod
    def dangerous_pattern(
        cls, provider: ProviderArn | str, pattern: SubjectPattern
    ) -> WebIdentityGrant:
        """Every subject that a pattern matches, with audience `sts.amazonaws.com`."""
    @classmethod
    def dangerous_any_subject(cls, provider: ProviderArn | str) -> WebIdentityGrant:
        """Every subject of the provider: for EKS, any pod of the cluster. Audience `sts.amazonaws.com`."""
    def audience(self, audience: Audience | str) -> WebIdentityGrant:
        """With another audience."""
    def dangerous_audiences(self, audiences: Sequence[Audience | str]) -> WebIdentityGrant:
        """With any one of several audiences; none of them is `dangerous_without_audience`."""
    def dangerous_without_audience(self) -> WebIdentityGrant:
        """For any audience among the provider's client ids."""
    @property
    def provider(self) -> ProviderArn:
        """The provider."""
    @property
    def audiences(self) -> tuple[Audience, ...]:
        """The audiences, any one of which is asked for; none: any of the provider's client ids."""
    @property
    def subject(self) -> SubjectMatch:
        """The subjects."""

@final
class AwsGrant(Grant):
    """A principal of AWS that may assume the role, if its own policies allow it as well."""

    def __new__(cls, principal: AwsPrincipal | PrincipalArn | AccountId | str) -> Self: ...
    @property
    def principal(self) -> AwsPrincipal:
        """Who."""
    @property
    def has_session_tags(self) -> bool:
        """Whether the session may have tags: `sts:TagSession` is allowed as well."""

@final
class ServiceGrant(Grant):
    """A service of AWS that may assume the role."""

    def __new__(cls, service: ServicePrincipal | str) -> Self: ...
    @property
    def service(self) -> ServicePrincipal:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        """Which."""
    @property
    def has_session_tags(self) -> bool:
        """Whether the session may have tags: `sts:TagSession` is allowed as well."""

@final
class SubjectMatch:
    """Which subjects of a provider: `Exact` one, each that a `Pattern` matches, or `Any`."""

    @staticmethod
    def Exact(subject: Subject | ServiceAccountRef | str) -> SubjectMatch:
        """One."""
    @staticmethod
    def Pattern(pattern: SubjectPattern) -> SubjectMatch:
        """Each that the pattern matches."""
    @staticmethod
    def Any() -> SubjectMatch:
        """All."""
    @property
    def subject(self) -> Subject | None:
        """The one subject, if it is `Exact`."""
    @property
    def pattern(self) -> SubjectPattern | None:
        """The pattern, if it is a `Pattern`."""
    @property
    def is_any(self) -> bool:
        """Whether it is `Any`."""
    def matches(self, subject: Subject | ServiceAccountRef | str) -> bool:
        """Whether it is one of them."""
    def breadth(self) -> str:
        """How many, in words."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[_Any, tuple[_Any, ...]]: ...

@final
class Granted:
    """What one statement grants to one principal and one subject."""

    def __new__(
        cls,
        statement: int,
        grant: Grant,
        narrowed_by: Sequence[Condition],
        denied_by: Sequence[Bearing],
    ) -> Self: ...
    @property
    def statement(self) -> int:
        """The number of the statement in the policy, from 0."""
    @property
    def grant(self) -> WebIdentityGrant | AwsGrant | ServiceGrant:
        """Who may."""
    @property
    def narrowed_by(self) -> tuple[Condition, ...]:
        """The conditions that must hold as well and that a grant can't express."""
    @property
    def denied_by(self) -> tuple[Bearing, ...]:
        """The Deny statements that refuse all of it or a part."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Bearing:
    """A statement that allows or refuses what a grant lets in, all of it or a part."""

    def __new__(cls, statement: int, wholly: bool) -> Self: ...
    @property
    def statement(self) -> int:
        """The number of the statement in the policy, from 0."""
    @property
    def wholly(self) -> bool:
        """Whether it is about all of it; else a part, or that depends on the request."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@disjoint_base
class TrustBuilder:
    """Builds a policy that trusts one OIDC provider: one statement for all subjects, audience
    `sts.amazonaws.com` unless told.

    It can be built once it has a subject: then it is a `WithSubject`.
    """

    def service_account(self, account: ServiceAccountRef | str) -> WithSubject:
        """Trusts a service account; several calls are grouped in one statement."""
    def subject(self, subject: Subject | ServiceAccountRef | str) -> WithSubject:
        """Trusts tokens with this `sub`; several calls are grouped in one statement."""
    def dangerous_subject_pattern(self, pattern: SubjectPattern) -> WithSubject:
        """Trusts every token whose `sub` the pattern matches."""
    def audience(self, audience: Audience | str) -> Self:
        """Another audience than `sts.amazonaws.com`."""
    def dangerous_without_audience(self) -> Self:
        """No condition on the audience: any client id of the provider will do."""

@final
class WithSubject(TrustBuilder):
    """A builder with a subject."""

    def build(self) -> TrustPolicy:
        """The policy, as compact text with version 2012-10-17."""

@final
class Edit:
    """A changed policy, what changed, and what blocks or bypasses it."""

    def __new__(
        cls,
        policy: TrustPolicy,
        changes: Sequence[Changed],
        blocked_by: Sequence[Bearing],
        still_allowed_by: Sequence[Bearing],
        notices: Sequence[Finding],
    ) -> Self: ...
    @property
    def policy(self) -> TrustPolicy:
        """The policy after the edit."""
    @property
    def changes(self) -> tuple[Changed, ...]:
        """What changed, a statement each, in order."""
    @property
    def is_unchanged(self) -> bool:
        """Whether nothing changed: the text is the same."""
    @property
    def blocked_by(self) -> tuple[Bearing, ...]:
        """The Deny statements of the edited policy that still refuse whom the edit lets in."""
    @property
    def still_allowed_by(self) -> tuple[Bearing, ...]:
        """The Allow statements of the edited policy that still allow whom the edit shuts out."""
    def notices(self) -> list[Finding]:
        """What the user should know: a check that is lost, a statement that stays, why nothing changed."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Changed:
    """What an edit did to one statement."""

    def __new__(cls, touch: Touch | str, statement: int, message: str, place: Place) -> Self: ...
    @property
    def touch(self) -> Touch:
        """What was done."""
    @property
    def statement(self) -> int:
        """The number of the statement: of an added one in the edited policy, else in the original."""
    @property
    def message(self) -> str:
        """In words."""
    @property
    def place(self) -> Place:
        """Where: of what was added in the edited text, else in the original."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Request:
    """One call that a trust policy is asked about: a caller, an action, and the condition keys it carries.

    Read from `{"action", "principal": {"Federated" | "AWS" | "Service": text}, "context": {key: value |
    [values]}}`. The keys are complete as given: one that isn't set is absent.
    """

    def __new__(cls, request: Request | str | bytes | bytearray | dict[str, Any]) -> Self: ...
    @staticmethod
    def web_identity(
        provider: ProviderArn | str,
        *,
        context: dict[str, Any] | None = None,
        action: str = "sts:AssumeRoleWithWebIdentity",
    ) -> Request:
        """A web identity: a token of this provider, with the keys of `context`, for instance
        `issuer.condition_key("sub")`.
        """
    @staticmethod
    def aws(
        arn: PrincipalArn | RoleArn | str,
        *,
        context: dict[str, Any] | None = None,
        action: str = "sts:AssumeRole",
    ) -> Request:
        """A principal of AWS: a user, a role, a session or an account's root, by its ARN."""
    @staticmethod
    def service(
        name: ServicePrincipal | str,
        *,
        context: dict[str, Any] | None = None,
        action: str = "sts:AssumeRole",
    ) -> Request:
        """A service of AWS, for instance `pods.eks.amazonaws.com`."""
    @staticmethod
    def from_cloudtrail(event: str | bytes | bytearray | dict[str, Any]) -> Request:
        """Reads the event of a call of `AssumeRoleWithWebIdentity` as CloudTrail recorded it: by itself, as
        the `detail` of `EventBridge`, or as the one record of a log file. What it doesn't tell is not known.
        """
    @staticmethod
    def from_claims(
        claims: Claims | str | bytes | bytearray | dict[str, Any], role: RoleArn | str, now: int
    ) -> Request:
        """What STS asks the trust policy of a role about, for a token with these claims, at a time in seconds
        since 1970.
        """
    def with_action(self, action: str) -> Request:
        """The same request for another action, for instance `sts:TagSession`."""
    def with_values(
        self, key: str, values: _Scalar | list[_Scalar] | tuple[_Scalar, ...]
    ) -> Request:
        """The same request with a condition key set, compared without case, to one value or a list of them;
        an empty list makes it absent.
        """
    def with_unknown_value(self, key: str) -> Request:
        """The same request with a key that is there, with a value that isn't known."""
    def with_unknown(self, key: str) -> Request:
        """The same request with a key of which not even that is known whether it is there."""
    @property
    def action(self) -> str:
        """The action that is asked for."""
    @property
    def principal(self) -> str:
        """Who asks: the provider's ARN, the principal's ARN or the service's name."""
    @property
    def context(self) -> dict[str, list[str] | None]:
        """The keys that are set, with their values; no value is an absent key, `None` one that isn't known."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class PreparedPolicy:
    """A trust policy, ready to decide many requests."""

    def __new__(cls, policy: TrustPolicy | str | bytes | bytearray | dict[str, Any]) -> Self: ...
    def decide(self, request: Request | str | bytes | bytearray | dict[str, Any]) -> Decision:
        """Decides one request."""
    def explain(self, request: Request | str | bytes | bytearray | dict[str, Any]) -> Explanation:
        """Decides one request, and says for each statement why it matches or doesn't."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Explanation:
    """A decision and why: one reason a statement, and some about the whole."""

    def __new__(cls, decision: Decision | str, reasons: Sequence[Reason]) -> Self: ...
    @property
    def decision(self) -> Decision:
        """What the policy answers."""
    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, statement by statement."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Reason:
    """Why a statement matches a request, or doesn't."""

    def __new__(
        cls,
        statement: int | None,
        effect: Effect | str | None,
        result: Verdict | str,
        part: Part | str,
        message: str,
    ) -> Self: ...
    @property
    def statement(self) -> int | None:
        """The number of the statement, from 0; none for what is said of the whole."""
    @property
    def effect(self) -> Effect | None:
        """Its effect, if that can be read."""
    @property
    def result(self) -> Verdict:
        """Whether it matches."""
    @property
    def part(self) -> Part:
        """The part that says so: the first that is no, else the first that is unknown."""
    @property
    def message(self) -> str:
        """In words."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Claims:
    """The claims of a web identity token: `str`, `bytes` or `dict` of a JSON object. Nothing in it has been
    verified.

    `repr` shows the names of the claims, not what they hold.
    """

    def __new__(cls, claims: Claims | str | bytes | bytearray | dict[str, Any]) -> Self: ...
    @staticmethod
    def from_jwt(token: str) -> Claims:
        """Decodes the payload of a JSON web token. Neither its signature nor anything else is verified, and
        no error shows any part of it.
        """
    def to_dict(self) -> dict[str, Any]:
        """The claims as `json.loads` gives them."""
    def text(self, name: str) -> str | None:
        """The text of a claim that is a string, number or boolean."""
    @property
    def issuer(self) -> str | None:
        """The issuer without its scheme, as IAM keeps it; a text, since a token may say anything."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class WebIdentityCall:
    """A call of `AssumeRoleWithWebIdentity`, and what STS would find: ask it for its `answer`.

    What is not set is left out of the call: it is valid, and its value not known.
    """

    def __new__(cls, claims: Claims | str | bytes | bytearray | dict[str, Any]) -> Self: ...
    @staticmethod
    def from_json(call: str | bytes | bytearray | dict[str, Any]) -> WebIdentityCall:
        """Reads `{"provider": {"url", "client_ids"} | null, "role": {"arn", "policy", "max_session_duration"?}
        | null, "claims", "request"?: {"RoleArn", "RoleSessionName", "DurationSeconds", "ProviderId"},
        "context"?, "now"?}`.
        """
    def provider(
        self, issuer: Issuer | str, audiences: Sequence[Audience | str]
    ) -> WebIdentityCall:
        """The role's account has a provider for this issuer, with these client ids."""
    def role(
        self, arn: RoleArn | str, policy: TrustPolicy | str | bytes | bytearray | dict[str, Any]
    ) -> WebIdentityCall:
        """The role is there, with this trust policy and sessions of an hour at most."""
    def with_values(
        self, key: str, values: _Scalar | list[_Scalar] | tuple[_Scalar, ...]
    ) -> WebIdentityCall:
        """A condition key that the call carries, with one value or a list of them: any but those that come
        from the token; an empty list makes it absent.
        """
    @property
    def now(self) -> int | None:
        """The time that the call was read with, in seconds since 1970."""
    def answer(self, now: int) -> StsAnswer:
        """What STS answers at a time, in seconds since 1970."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class StsAnswer:
    """What STS answers."""

    def __new__(cls, code: str, message: str | None, reasons: Sequence[Reason]) -> Self: ...
    @property
    def code(self) -> str:
        """`ok`, STS's error code, or `undetermined`."""
    @property
    def message(self) -> str | None:
        """STS's text, where it has been recorded."""
    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that fails, in STS's order; then the statements of the trust policy, once per action."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

class Error(Exception):
    """What is refused: `code` is stable, `help` the next step, `place` where in a document."""

    code: str
    help: str
    place: Place | None

class ValueError(Error, builtins.ValueError):
    """A text that is no valid value; `input` is the text, `span` the bytes of it that are wrong."""

    input: str | None
    span: tuple[int, int] | None

class PolicyError(Error, builtins.ValueError):
    """A text that is no trust policy, and where it fails; `earlier` is the first of two equal keys."""

    line: int
    column: int
    pointer: str
    earlier: Place | None

class RequestError(Error, builtins.ValueError):
    """A request, call or token that can't be read."""

class EditError(Error):
    """An edit that was refused; the policy is as it was.

    `statement` is the number of the one that it is about, `alternatives` what could have been named instead.
    """

    statement: int | None
    alternatives: tuple[str, ...]
