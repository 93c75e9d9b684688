import builtins
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import (
    Any,
    ClassVar,
    Final,
    Protocol,
    Self,
    SupportsIndex,
    TypeAlias,
    final,
    overload,
    type_check_only,
)

from typing_extensions import disjoint_base

from ._enums import (
    Decision,
    Effect,
    ExistingRole,
    Part,
    PrincipalArnKind,
    PrincipalKind,
    SetPrefix,
    Severity,
    Standing,
    Test,
    ThumbprintHost,
    Touch,
    Verdict,
    Version,
)

__all__ = [
    "AUDIENCE",
    "Account",
    "AccountId",
    "Applied",
    "Audience",
    "AwsError",
    "AwsGrant",
    "AwsPrincipal",
    "Bearing",
    "Binding",
    "BoundAccount",
    "Call",
    "Caller",
    "Change",
    "Changed",
    "Claims",
    "Cluster",
    "ClusterArn",
    "ClusterId",
    "ClusterName",
    "Condition",
    "Desired",
    "DesiredError",
    "Edit",
    "EditError",
    "Error",
    "Event",
    "Explanation",
    "FetchedThumbprint",
    "Finding",
    "Grant",
    "Granted",
    "InlinePolicyName",
    "Issuer",
    "Kept",
    "KubeError",
    "LabelKey",
    "LabelValue",
    "Limits",
    "ManagedPolicy",
    "Manifest",
    "Namespace",
    "Observed",
    "Operator",
    "Partition",
    "PermissionsPolicy",
    "Place",
    "Plan",
    "PlanError",
    "PlannedCluster",
    "PolicyArn",
    "PolicyError",
    "PolicyName",
    "PreparedPolicy",
    "Principal",
    "PrincipalArn",
    "ProviderArn",
    "ROLE_ARN",
    "Reason",
    "Request",
    "RequestError",
    "Role",
    "RoleArn",
    "RoleDescription",
    "RoleName",
    "RolePath",
    "SIZE_QUOTA",
    "STS_REGIONAL_ENDPOINTS",
    "Sandbox",
    "ServedChain",
    "ServiceAccountName",
    "ServiceAccountRef",
    "ServiceGrant",
    "ServicePrincipal",
    "SessionDuration",
    "Statement",
    "StsAnswer",
    "Subject",
    "SubjectMatch",
    "SubjectPattern",
    "TOKEN_EXPIRATION",
    "TagKey",
    "TagValue",
    "Thumbprint",
    "ThumbprintChoice",
    "Thumbprints",
    "TlsError",
    "TlsProbe",
    "TokenExpiration",
    "TrustBuilder",
    "TrustPolicy",
    "Trusted",
    "UnwireOptions",
    "ValueError",
    "WebIdentityCall",
    "WebIdentityGrant",
    "WireError",
    "Wired",
    "Wirer",
    "WithSubject",
    "plan",
    "plan_unwire",
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
    | ClusterName
    | ClusterArn
    | ClusterId
    | PolicyName
    | InlinePolicyName
    | PolicyArn
    | ManagedPolicy
    | RoleDescription
    | TagKey
    | TagValue
)
_Scalar: TypeAlias = _Value | str | int | float | bool
_Any: TypeAlias = Any
_ClusterId: TypeAlias = ClusterId | ClusterName | ClusterArn | Issuer | str
_ManagedPolicy: TypeAlias = ManagedPolicy | PolicyName | PolicyArn | str
_PermissionsPolicy: TypeAlias = PermissionsPolicy | str | bytes | bytearray | dict[str, Any]
_Thumbprints: TypeAlias = (
    ThumbprintChoice | Thumbprints | Thumbprint | str | Sequence[Thumbprint | str]
)

@type_check_only
class _Session(Protocol):
    """What is asked of a `boto3.Session`; a `region_name` is taken where there is one."""

    def get_credentials(self) -> Any: ...

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
    @staticmethod
    def for_binding(cluster: _ClusterId, account: ServiceAccountRef | str) -> RoleName:
        """The name for a role of one service account: `CLUSTER-NAMESPACE-NAME`. One of over 64 characters is
        cut to 55, and `-` and the first 8 hexadecimal digits of its SHA-256 follow, so that it is the same
        each time and two long ones differ.
        """
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
        """How many seconds."""
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

@final
class ClusterName:
    """The name of an EKS cluster: 1 to 100 of `A-Z a-z 0-9 _ -`, beginning with a letter or digit."""

    def __new__(cls, text: ClusterName | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ClusterName, /) -> bool: ...
    def __le__(self, value: ClusterName, /) -> bool: ...
    def __gt__(self, value: ClusterName, /) -> bool: ...
    def __ge__(self, value: ClusterName, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ClusterArn:
    """The ARN of an EKS cluster: `arn:PARTITION:eks:REGION:ACCOUNT:cluster/NAME`."""

    def __new__(cls, text: ClusterArn | str) -> Self: ...
    @property
    def partition(self) -> Partition:
        """Its partition."""
    @property
    def region(self) -> str:
        """Its region, such as `eu-west-3`."""
    @property
    def account(self) -> AccountId:
        """The account that the cluster is in."""
    @property
    def name(self) -> ClusterName:
        """The name."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ClusterArn, /) -> bool: ...
    def __le__(self, value: ClusterArn, /) -> bool: ...
    def __gt__(self, value: ClusterArn, /) -> bool: ...
    def __ge__(self, value: ClusterArn, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ClusterId:
    """How a cluster is told from others: by its name in the region of the credentials, by its ARN, or, for
    one that EKS does not run, by its issuer, whose text begins with `https://`.
    """

    def __new__(cls, text: _ClusterId) -> Self: ...
    @property
    def name(self) -> ClusterName | None:
        """The name in EKS; none for a self-managed cluster."""
    @property
    def arn(self) -> ClusterArn | None:
        """The ARN, if it was named by it."""
    @property
    def self_managed(self) -> Issuer | None:
        """The issuer of a self-managed cluster; that of a cluster of EKS is what `DescribeCluster` returns."""
    @property
    def label(self) -> str:
        """What people call it: the name, or the issuer without `https://`."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ClusterId, /) -> bool: ...
    def __le__(self, value: ClusterId, /) -> bool: ...
    def __gt__(self, value: ClusterId, /) -> bool: ...
    def __ge__(self, value: ClusterId, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class PolicyName:
    """The name of a managed policy, such as `AmazonS3ReadOnlyAccess`: 1 to 128 of `A-Z a-z 0-9 + = , . @ _ -`."""

    def __new__(cls, text: PolicyName | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: PolicyName, /) -> bool: ...
    def __le__(self, value: PolicyName, /) -> bool: ...
    def __gt__(self, value: PolicyName, /) -> bool: ...
    def __ge__(self, value: PolicyName, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class InlinePolicyName:
    """The name of a policy that is written into its role: 1 to 128 of `A-Z a-z 0-9 + = , . @ _ -`."""

    def __new__(cls, text: InlinePolicyName | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: InlinePolicyName, /) -> bool: ...
    def __le__(self, value: InlinePolicyName, /) -> bool: ...
    def __gt__(self, value: InlinePolicyName, /) -> bool: ...
    def __ge__(self, value: InlinePolicyName, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class PolicyArn:
    """The ARN of a managed policy: `arn:PARTITION:iam::ACCOUNT:policy/PATH/NAME`, with `aws` in the place
    of the account for one that AWS keeps.
    """

    def __new__(cls, text: PolicyArn | str) -> Self: ...
    @property
    def partition(self) -> Partition:
        """Its partition."""
    @property
    def account(self) -> AccountId | None:
        """The account that it is in; none for a policy that AWS keeps."""
    @property
    def name(self) -> PolicyName:
        """The name without the path."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: PolicyArn, /) -> bool: ...
    def __le__(self, value: PolicyArn, /) -> bool: ...
    def __gt__(self, value: PolicyArn, /) -> bool: ...
    def __ge__(self, value: PolicyArn, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ManagedPolicy:
    """A managed policy, by name or by ARN.

    A name is looked up where AWS keeps its own and in the account of the role, under whatever path; an ARN is taken
    as it is.
    """

    def __new__(cls, text: _ManagedPolicy) -> Self: ...
    @property
    def name(self) -> PolicyName:
        """The name, which an ARN has as well."""
    @property
    def arn(self) -> PolicyArn | None:
        """The ARN, if it was named by it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: ManagedPolicy, /) -> bool: ...
    def __le__(self, value: ManagedPolicy, /) -> bool: ...
    def __gt__(self, value: ManagedPolicy, /) -> bool: ...
    def __ge__(self, value: ManagedPolicy, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class PermissionsPolicy:
    """The document of an inline policy, in IAM's language: `str`, `bytes` or `dict` of a JSON object with a
    `Statement` whose statements each have an `Effect`, actions and resources, and no principal. What
    `PutRolePolicy` is sure to refuse is refused here; what it allows is not judged.

    The text is the document, as with `TrustPolicy`; `==` compares members, order and values.
    """

    def __new__(cls, document: _PermissionsPolicy) -> Self: ...
    def to_dict(self) -> dict[str, Any]:
        """The document as `json.loads` gives it."""
    def size(self) -> int:
        """The characters without white space between tokens, which count against the 10,240 that all inline
        policies of a role share.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class RoleDescription:
    """The description of a role: at most 1,000 characters of tab, line breaks, U+0020 to U+007E and U+00A1
    to U+00FF.
    """

    def __new__(cls, text: RoleDescription | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: RoleDescription, /) -> bool: ...
    def __le__(self, value: RoleDescription, /) -> bool: ...
    def __gt__(self, value: RoleDescription, /) -> bool: ...
    def __ge__(self, value: RoleDescription, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class TagKey:
    """The key of a tag: 1 to 128 letters, digits, blanks and `_.:/=+-@`, not beginning with `aws:`."""

    def __new__(cls, text: TagKey | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: TagKey, /) -> bool: ...
    def __le__(self, value: TagKey, /) -> bool: ...
    def __gt__(self, value: TagKey, /) -> bool: ...
    def __ge__(self, value: TagKey, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class TagValue:
    """The value of a tag: at most 256 letters, digits, blanks and `_.:/=+-@`, or none."""

    def __new__(cls, text: TagValue | str) -> Self: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: TagValue, /) -> bool: ...
    def __le__(self, value: TagValue, /) -> bool: ...
    def __gt__(self, value: TagValue, /) -> bool: ...
    def __ge__(self, value: TagValue, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class SessionDuration:
    """How long a session of a role may last at most: 3600 to 43200 seconds, as a number or its digits."""

    SHORTEST: ClassVar[SessionDuration]
    LONGEST: ClassVar[SessionDuration]
    def __new__(cls, seconds: SessionDuration | int | str) -> Self: ...
    @property
    def seconds(self) -> int:
        """How many seconds."""
    def __eq__(self, value: object, /) -> bool: ...
    def __lt__(self, value: SessionDuration, /) -> bool: ...
    def __le__(self, value: SessionDuration, /) -> bool: ...
    def __gt__(self, value: SessionDuration, /) -> bool: ...
    def __ge__(self, value: SessionDuration, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Cluster:
    """A cluster, and what its OIDC provider in IAM must have: audiences and thumbprints.

    It is named by its name in the region of the credentials, by its ARN, or by the issuer, with `https://`, of
    one that EKS does not run.
    """

    def __new__(
        cls,
        id: _ClusterId,
        audiences: Sequence[Audience | str] | None = None,
        thumbprints: _Thumbprints | None = None,
    ) -> Self: ...
    @staticmethod
    def from_name(
        name: ClusterName | str,
        audiences: Sequence[Audience | str] | None = None,
        thumbprints: _Thumbprints | None = None,
    ) -> Cluster:
        """A cluster of EKS by its name, in the region of the credentials."""
    @staticmethod
    def from_arn(
        arn: ClusterArn | str,
        audiences: Sequence[Audience | str] | None = None,
        thumbprints: _Thumbprints | None = None,
    ) -> Cluster:
        """A cluster of EKS by its ARN, which says region, account and partition."""
    @staticmethod
    def self_managed(
        issuer: Issuer | str,
        audiences: Sequence[Audience | str] | None = None,
        thumbprints: _Thumbprints | None = None,
    ) -> Cluster:
        """A cluster that EKS does not run, by the issuer of its tokens."""
    @property
    def id(self) -> ClusterId:
        """What names it."""
    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whom its tokens may be for: client ids of the provider."""
    @property
    def thumbprints(self) -> ThumbprintChoice:
        """Which thumbprints the provider has."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class ThumbprintChoice:
    """Which thumbprints an OIDC provider has: `LetIam` sends none and IAM fetches its own, `Fetch` takes the one of
    the certificate that the issuer serves now, `Pinned` those that are named.
    """

    @staticmethod
    def LetIam() -> ThumbprintChoice:
        """None is sent: IAM fetches its own. Those of an existing provider stay."""
    @staticmethod
    def Fetch() -> ThumbprintChoice:
        """The one of the certificate that the issuer serves now."""
    @staticmethod
    def Pinned(
        thumbprints: Thumbprints | Thumbprint | str | Sequence[Thumbprint | str],
    ) -> ThumbprintChoice:
        """These; an empty list is as `LetIam`."""
    @property
    def pinned(self) -> Thumbprints | None:
        """Those that are named, if it is `Pinned`."""
    @property
    def is_fetch(self) -> bool:
        """Whether it is `Fetch`."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Account:
    """A service account, and what its annotations say beside the role."""

    def __new__(
        cls,
        service_account: ServiceAccountRef | str,
        audience: Audience | str | None = None,
        token_expiration: TokenExpiration | int | str | None = None,
        sts_regional_endpoints: bool | None = None,
        create_namespace: bool = False,
        force_conflicts: bool = False,
    ) -> Self: ...
    @property
    def service_account(self) -> ServiceAccountRef:
        """Which one."""
    @property
    def audience(self) -> Audience | None:
        """Whom its tokens are for; `sts.amazonaws.com` where this is none. It must be among the cluster's."""
    @property
    def token_expiration(self) -> TokenExpiration | None:
        """How long its tokens live; a day where this is none."""
    @property
    def sts_regional_endpoints(self) -> bool | None:
        """Whether its pods call STS in their own region; EKS's webhook says so where this is none."""
    @property
    def create_namespace(self) -> bool:
        """Whether the namespace is made where it is missing; else that is refused."""
    @property
    def force_conflicts(self) -> bool:
        """Whether annotations are taken over that somebody else has set otherwise; else that is refused."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Role:
    """A role by its name, and what it must have. What isn't named is left as it is.

    Its trust policy isn't among it: that follows from the bindings.
    """

    def __new__(
        cls,
        name: RoleName | str,
        path: RolePath | str | None = None,
        description: RoleDescription | str | None = None,
        max_session_duration: SessionDuration | int | str | None = None,
        boundary: PolicyArn | str | None = None,
        tags: dict[TagKey, TagValue]
        | dict[str, str]
        | dict[TagKey | str, TagValue | str]
        | None = None,
        managed_policies: Sequence[_ManagedPolicy] | None = None,
        inline_policies: Mapping[InlinePolicyName, _PermissionsPolicy]
        | Mapping[str, _PermissionsPolicy]
        | None = None,
        existing: ExistingRole | str | None = None,
    ) -> Self: ...
    @property
    def name(self) -> RoleName:
        """The name."""
    @property
    def path(self) -> RolePath | None:
        """The path, if one was named; a new role is at `/` unless told. That of an existing one can't be changed."""
    @property
    def description(self) -> RoleDescription | None:
        """The description, if one was named."""
    @property
    def max_session_duration(self) -> SessionDuration | None:
        """How long a session may last at most, if that was named; an hour for a new role unless told."""
    @property
    def boundary(self) -> PolicyArn | None:
        """The permissions boundary, if one was named: a managed policy that bounds what the policies allow."""
    @property
    def tags(self) -> dict[TagKey, TagValue]:
        """The tags that were named, by key."""
    @property
    def managed_policies(self) -> tuple[ManagedPolicy, ...]:
        """The managed policies, in the order in which they were named."""
    @property
    def inline_policies(self) -> dict[InlinePolicyName, PermissionsPolicy]:
        """The inline policies, by name."""
    @property
    def existing(self) -> ExistingRole | None:
        """What to do if it exists and isn't marked as Iamwire's, if that was said; else that is refused."""
    def policies(self) -> tuple[ManagedPolicy, ...]:
        """All managed policies that must be there: those that are attached, and the boundary."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Binding:
    """One service account of a cluster gets one role. Several may share a role."""

    def __new__(cls, cluster: Cluster, account: Account, role: Role) -> Self: ...
    @property
    def cluster(self) -> Cluster:
        """The cluster."""
    @property
    def account(self) -> Account:
        """The service account."""
    @property
    def role(self) -> Role:
        """The role."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Limits:
    """What AWS takes at most, where AWS raises it on request."""

    def __new__(cls, policies_of_a_role: int = 20, trust_size: int | None = None) -> Self: ...
    @property
    def policies_of_a_role(self) -> int:
        """Managed policies of a role: 20, adjustable to 25."""
    @property
    def trust_size(self) -> int | None:
        """Characters of a trust policy; none: nobody said, so that one over 2,048 is only noted."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Desired:
    """What is wanted, by resource: clusters, roles and service accounts, each once, in the order of the bindings."""

    def __new__(cls, bindings: Sequence[Binding], limits: Limits | None = None) -> Self: ...
    @property
    def bindings(self) -> tuple[Binding, ...]:
        """Bindings that fold into it, one a service account."""
    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters."""
    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles."""
    @property
    def accounts(self) -> tuple[BoundAccount, ...]:
        """The service accounts."""
    @property
    def limits(self) -> Limits:
        """The limits."""
    @property
    def namespaces(self) -> dict[tuple[ClusterId, Namespace], bool]:
        """The namespaces by cluster, each once, and whether one that is missing may be made."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class BoundAccount:
    """A service account of a cluster, and the name of its role."""

    def __new__(cls, cluster: _ClusterId, account: Account, role: RoleName | str) -> Self: ...
    @property
    def cluster(self) -> ClusterId:
        """The cluster."""
    @property
    def account(self) -> Account:
        """The service account, and what its annotations say."""
    @property
    def role(self) -> RoleName:
        """The role."""
    @property
    def service_account(self) -> ServiceAccountRef:
        """Which service account."""
    def manifest(self, role: RoleArn | str) -> Manifest:
        """The service account as it has to be, with the annotations that name its role."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Observed:
    """What is there: what one look at AWS and Kubernetes has found, by identity.

    It is made of `str`, `bytes` or `dict` of its JSON: `format_version` (1), `caller`, `region`, and maps
    `clusters`, `ways`, `providers`, `served`, `trusting`, `roles`, `policies`, `namespaces`, `accounts`, `pods`. What isn't
    in a map was not looked at; each sight is `{"seen": …}`, `"absent"`, `{"forbidden": …}` or
    `{"unreachable": …}`. It holds no secret.
    """

    def __new__(cls, observed: Observed | str | bytes | bytearray | dict[str, Any]) -> Self: ...
    def to_json(self, *, indent: int | None = None) -> str:
        """All of it: without white space, or `indent` blanks a level, at most 255."""
    def to_dict(self) -> dict[str, Any]:
        """All of it, as `json.loads` gives it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Caller:
    """Whose credentials they are, as `GetCallerIdentity` says: partition and account of every provider and role."""

    def __new__(cls, partition: Partition | str, account: AccountId | str) -> Self: ...
    @property
    def partition(self) -> Partition:
        """The partition."""
    @property
    def account(self) -> AccountId:
        """The account."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Plan:
    """The changes that make AWS and Kubernetes agree with what is wanted, in the order in which they are made, and
    what the user should know.

    The same wishes and the same sights give the same plan, and the same text. No plan is read back in: a pickle
    holds what it was made of, and is planned again.
    """

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, in order."""
    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
    @property
    def rounds(self) -> tuple[tuple[Change, ...], ...]:
        """The changes by rounds: those of one round may be made together, but for those to one role or provider."""
    @property
    def unchanged(self) -> tuple[Kept, ...]:
        """What was looked at and is as it should be."""
    def notices(self) -> list[Finding]:
        """What the user should know."""
    @property
    def wired(self) -> tuple[Wired, ...]:
        """The service accounts with their roles, in the order of the bindings: what is true when all changes are
        made; of a plan that unwires, what was until then.
        """
    @property
    def clusters(self) -> tuple[PlannedCluster, ...]:
        """The clusters."""
    @property
    def caller(self) -> Caller:
        """Whose credentials providers and roles are written with."""
    @property
    def unwires(self) -> bool:
        """Whether it takes away."""
    @property
    def desired(self) -> Desired:
        """What is wanted: what it was planned for."""
    @property
    def observed(self) -> Observed:
        """What was there: what it was planned on."""
    @property
    def unwire_options(self) -> UnwireOptions | None:
        """What an unwiring takes away beside grants and annotations; none of a plan that wires."""
    def to_json(self, *, indent: int | None = None) -> str:
        """`format_version` (1), `purpose`, `partition`, `account`, `clusters`, `changes`, `unchanged` and `notices`:
        without white space, or `indent` blanks a level, at most 255. `account` is the AWS account of providers and
        roles; what a change calls `service_account` is one of Kubernetes.
        """
    def to_dict(self) -> dict[str, Any]:
        """The same, as `json.loads` gives it."""
    def digest(self) -> str:
        """The SHA-256, in hexadecimal digits, of the JSON without `format_version` and `notices`: two plans with
        one digest make the same changes to the same state.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

def plan(desired: Desired, observed: Observed) -> Plan:
    """Plans the wiring: only what is named is touched."""

def plan_unwire(desired: Desired, observed: Observed, options: UnwireOptions | None = None) -> Plan:
    """Plans to take the wiring away: exactly the grants named; roles that Iamwire made with the last of them;
    annotations that it owns; service accounts that it made and no pod uses. A namespace never.

    Of a cluster that is named by its issuer a service account is left alone that the role still trusts through
    another provider, or that was not looked at; a notice says so.
    """

@final
class UnwireOptions:
    """What an unwiring takes away beside grants and annotations."""

    def __new__(cls, delete_provider: bool = False, detach_policies: bool = False) -> Self: ...
    @property
    def delete_provider(self) -> bool:
        """Deletes the cluster's provider if no role trusts it. To know that, all roles of the account are listed."""
    @property
    def detach_policies(self) -> bool:
        """Takes the policies that are named off a role that stays."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Change:
    """One call that would be made, with what it was planned on; `str` says it in words."""

    def __new__(
        cls, details: str | bytes | bytearray | dict[str, Any], message: str, round: int
    ) -> Self: ...
    @property
    def kind(self) -> str:
        """What is done: `CreateProvider`, `CreateRole`, `AttachPolicy` and so on."""
    @property
    def message(self) -> str:
        """In words, on one line."""
    @property
    def round(self) -> int:
        """In which round of writes it is made, from 0: those of one round don't need each other."""
    @property
    def role(self) -> RoleArn | None:
        """The role that it changes; none if it changes something else."""
    @property
    def provider(self) -> ProviderArn | None:
        """The provider that it changes; none if it changes something else."""
    @property
    def service_account(self) -> tuple[ClusterId, ServiceAccountRef] | None:
        """The service account that it changes, after its cluster; none if it changes something else."""
    def to_dict(self) -> dict[str, Any]:
        """All of it: `change` is its kind, `was` what it was planned on."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Kept:
    """Something that was looked at and is as it should be."""

    def __new__(cls, details: str | bytes | bytearray | dict[str, Any]) -> Self: ...
    @property
    def kind(self) -> str:
        """What it is: `Provider`, `Role`, `Policy`, `InlinePolicy`, `Namespace` or `Account`."""
    @property
    def role(self) -> RoleArn | None:
        """The role that it is or is a part of; none if it is something else."""
    @property
    def provider(self) -> ProviderArn | None:
        """The provider; none if it is something else."""
    @property
    def service_account(self) -> tuple[ClusterId, ServiceAccountRef] | None:
        """The service account, after its cluster; none if it is something else."""
    def to_dict(self) -> dict[str, Any]:
        """All of it: `unchanged` is its kind."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Wired:
    """A service account with its role."""

    def __new__(
        cls,
        cluster: _ClusterId,
        service_account: ServiceAccountRef | str,
        role_arn: RoleArn | str,
        manifest: Manifest,
    ) -> Self: ...
    @property
    def cluster(self) -> ClusterId:
        """The cluster."""
    @property
    def service_account(self) -> ServiceAccountRef:
        """The service account."""
    @property
    def role_arn(self) -> RoleArn:
        """The role."""
    @property
    def manifest(self) -> Manifest:
        """The service account as Kubernetes has to keep it."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class PlannedCluster:
    """A cluster of a plan, as it was seen."""

    def __new__(
        cls,
        id: _ClusterId,
        place: tuple[str, AccountId | str] | None,
        version: str | None,
        provider: ProviderArn | str,
    ) -> Self: ...
    @property
    def id(self) -> ClusterId:
        """What names it."""
    @property
    def place(self) -> tuple[str, AccountId] | None:
        """Its region and account; none for a self-managed one."""
    @property
    def version(self) -> str | None:
        """The minor version of Kubernetes, where it is known."""
    @property
    def provider(self) -> ProviderArn:
        """Its provider, in the account of the roles."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Wirer:
    """Looks at AWS and Kubernetes, plans, and makes what is wanted so.

    Credentials, region and endpoints are those that AWS's programs find, in the environment and their files,
    or those of a `profile`, or of a boto3 `session`, which is asked for its credentials each time they are
    needed; they are read when the first operation begins. `role_profile` and `role_session` are those of the
    account of roles and providers, where that is another. A cluster of EKS is reached at its endpoint, unless a
    `kubeconfig` or a `context` of one is named. An operation takes at most `deadline` seconds, 120 unless told.
    `on_event` is called with each `Event`, on any thread and in the middle of the work: it must be quick. What it
    raises ends the operation; calls that were begun by then may be made.

    Each operation has two forms: `plan` waits, without the interpreter, and Ctrl-C ends it; `plan_async` is
    awaited, and ends when its task is cancelled. What was ended in the middle finishes when it is run again.

    Operations of one `Wirer`, in whatever threads and tasks, write to a role one after the other. Two of them know
    nothing of each other, also in one process: there, make one for each account, and share it.
    """

    def __new__(
        cls,
        *,
        profile: str | None = None,
        session: _Session | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        role_profile: str | None = None,
        role_session: _Session | None = None,
        kubeconfig: str | PathLike[str] | None = None,
        context: str | None = None,
        deadline: float | None = None,
        on_event: Callable[[Event], object] | None = None,
        tls: TlsProbe | None = None,
    ) -> Self: ...
    def plan(self, desired: Desired) -> Plan:
        """Plans the wiring: reads only."""
    def plan_async(self, desired: Desired) -> Coroutine[Any, Any, Plan]:
        """`plan`, to be awaited."""
    def apply(self, plan: Plan) -> Applied:
        """Makes the changes of a plan, of a wiring or an unwiring. First it looks again at what is planned on:
        where only trust policies have changed, the edit is done again on those that are there; where anything
        else has, the plan is refused before any write. Where something comes in between after that, it goes on only
        as long as nothing else is needed than was planned.
        """
    def apply_async(self, plan: Plan) -> Coroutine[Any, Any, Applied]:
        """`apply`, to be awaited."""
    def wire(self, desired: Desired) -> Applied:
        """`plan` and `apply` in the same rounds: what was seen is not looked at again. Where something comes in
        between, such as a role that somebody else has made, it is planned again, and what is needed then is made; a
        notice, `wire.planned-again`, tells of it.
        """
    def wire_async(self, desired: Desired) -> Coroutine[Any, Any, Applied]:
        """`wire`, to be awaited."""
    def wire_approved(self, desired: Desired, digest: str) -> Applied:
        """As `wire`, if the plan is the one that somebody has approved: its digest. Else `WireError` has the plan as
        it is now. Nothing else is done: where something comes in between, so that anything else is needed, it stops.
        """
    def wire_approved_async(self, desired: Desired, digest: str) -> Coroutine[Any, Any, Applied]:
        """`wire_approved`, to be awaited."""
    def plan_unwire(self, desired: Desired, options: UnwireOptions | None = None) -> Plan:
        """Plans the unwiring: reads only.

        Of a trust policy exactly the grants go, and each other byte stays. Where wiring made a list of a single
        subject or of a single statement, the list stays as well: it means the same.
        """
    def plan_unwire_async(
        self, desired: Desired, options: UnwireOptions | None = None
    ) -> Coroutine[Any, Any, Plan]:
        """`plan_unwire`, to be awaited."""
    def unwire(self, desired: Desired, options: UnwireOptions | None = None) -> Applied:
        """`plan_unwire` and `apply` in the same rounds."""
    def unwire_async(
        self, desired: Desired, options: UnwireOptions | None = None
    ) -> Coroutine[Any, Any, Applied]:
        """`unwire`, to be awaited."""
    def unwire_approved(
        self, desired: Desired, options: UnwireOptions | None, digest: str
    ) -> Applied:
        """As `unwire`, if the plan is the one that somebody has approved: its digest. Else `WireError` has the plan
        as it is now. Nothing else is done, as with `wire_approved`.
        """
    def unwire_approved_async(
        self, desired: Desired, options: UnwireOptions | None, digest: str
    ) -> Coroutine[Any, Any, Applied]:
        """`unwire_approved`, to be awaited."""
    def fetch_thumbprint(
        self, issuer: Issuer | str, host: ThumbprintHost | str = "jwks-uri"
    ) -> FetchedThumbprint:
        """The thumbprint of an issuer: the last certificate that the host of its keys serves, or its own host."""
    def fetch_thumbprint_async(
        self, issuer: Issuer | str, host: ThumbprintHost | str = "jwks-uri"
    ) -> Coroutine[Any, Any, FetchedThumbprint]:
        """`fetch_thumbprint`, to be awaited."""

@final
class Applied:
    """What was done."""

    def __new__(
        cls,
        wired: Sequence[Wired],
        changes: Sequence[Change],
        notices: Sequence[Finding],
        calls: int,
    ) -> Self: ...
    @property
    def wired(self) -> tuple[Wired, ...]:
        """The service accounts with their roles, in the order of the bindings; of an unwiring, what was."""
    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes that were made, in the order in which they were planned."""
    def notices(self) -> list[Finding]:
        """What the user should know."""
    @property
    def calls(self) -> int:
        """Calls to AWS and Kubernetes that were made. The pages of a list are one call, as are one that is tried again,
        and what it takes to apply a service account.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Event:
    """What happens, as it happens: everything was looked at and this is `Planned`; a change is `Begun`, and `Done`;
    a trust policy was read back, and is `Confirmed`; somebody else wrote it at the same time, it `Raced`, and is
    merged; something is not there yet, it is `Waiting`; something came in between, and all is looked at `Again`.
    """

    @staticmethod
    def Planned(plan: Plan) -> Event:
        """Everything was looked at, and this is planned; again if something came in between."""
    @staticmethod
    def Begun(change: Change) -> Event:
        """A change is begun."""
    @staticmethod
    def Done(change: Change) -> Event:
        """A change is made. That of a trust policy is confirmed later."""
    @staticmethod
    def Confirmed(role: RoleArn | str) -> Event:
        """A trust policy was read back, and what was written is in it."""
    @staticmethod
    def Raced(role: RoleArn | str) -> Event:
        """Somebody else wrote the trust policy at the same time: what was written is merged into that."""
    @staticmethod
    def Waiting(text: str) -> Event:
        """Something isn't there yet, and is waited for: in words."""
    @staticmethod
    def Again(text: str) -> Event:
        """Something is not as it was planned on, and everything is looked at again: in words."""
    @property
    def kind(self) -> str:
        """Which of them it is: `Planned`, `Begun` and so on."""
    @property
    def plan(self) -> Plan | None:
        """The plan, if it is `Planned`."""
    @property
    def change(self) -> Change | None:
        """The change, if it is `Begun` or `Done`."""
    @property
    def role(self) -> RoleArn | None:
        """The role, if it is `Confirmed` or `Raced`."""
    @property
    def text(self) -> str | None:
        """What is waited for or came in between, in words."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class TlsProbe:
    """Looks at the certificates of hosts, over TLS 1.2 and 1.3. They are looked at, not trusted: a chain that
    doesn't verify is served all the same, and says what is wrong with it.

    `roots` are certificates in PEM in place of the system's; `resolver` is called with a host and a port, and
    gives a list of addresses with their ports, in place of the system's resolver; `deadline` is in seconds, 10
    unless told.
    """

    def __new__(
        cls,
        *,
        roots: bytes | None = None,
        resolver: Callable[[str, int], Sequence[tuple[str, int]]] | None = None,
        deadline: float | None = None,
    ) -> Self: ...
    def served_chain(self, host: str, port: int = 443) -> ServedChain:
        """What a host serves at a port."""
    def served_chain_async(self, host: str, port: int = 443) -> Coroutine[Any, Any, ServedChain]:
        """`served_chain`, to be awaited."""
    def fetch_thumbprint(
        self, issuer: Issuer | str, host: ThumbprintHost | str = "jwks-uri"
    ) -> FetchedThumbprint:
        """The thumbprint of an issuer: the last certificate that the host of its keys serves, or its own host."""
    def fetch_thumbprint_async(
        self, issuer: Issuer | str, host: ThumbprintHost | str = "jwks-uri"
    ) -> Coroutine[Any, Any, FetchedThumbprint]:
        """`fetch_thumbprint`, to be awaited."""

@final
class ServedChain:
    """The certificates that a host sent, its own first."""

    def __new__(
        cls,
        host: str,
        certificates: Sequence[Thumbprint | str],
        ends_with_root: bool,
        not_verified: str | None,
    ) -> Self: ...
    @property
    def host(self) -> str:
        """Who sent it."""
    @property
    def certificates(self) -> tuple[Thumbprint, ...]:
        """The SHA-1 of each certificate in the order in which it was sent: the host's own first."""
    @property
    def ends_with_root(self) -> bool:
        """Whether the last one is itself one of the roots, which a host need not send."""
    @property
    def not_verified(self) -> str | None:
        """Why the chain doesn't verify against the roots; none: it does."""
    @property
    def last(self) -> Thumbprint:
        """The last one: what IAM would pin, the top of the intermediates unless the host sends its root."""
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class FetchedThumbprint:
    """A thumbprint, and what it was taken from."""

    def __new__(cls, chain: ServedChain, discovery: ServedChain | None = None) -> Self: ...
    @property
    def chain(self) -> ServedChain:
        """The chain that it is the end of."""
    @property
    def discovery(self) -> ServedChain | None:
        """What the issuer's host served, where that is another host than the one of the keys."""
    @property
    def thumbprint(self) -> Thumbprint:
        """The SHA-1 of the last certificate that was served."""
    @property
    def is_verified(self) -> bool:
        """Whether each host on the way was the one that it says it is. Where not, compare the thumbprint with one
        from elsewhere before it is pinned.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]: ...

@final
class Sandbox:
    """A loopback AWS and Kubernetes, served on 127.0.0.1 until it is closed: account 123456789012 with cluster `prod`
    in `eu-west-3`.

    What is written to IAM is seen by its own reads `iam_delay` seconds later, and by STS `sts_delay` seconds later.
    `quotas` are AWS's but for those that are given: `trust_policy_characters`, `roles`, `providers`, `thumbprints`,
    `client_ids`, `policies`, `policies_per_role`, `inline_policy_characters`, `managed_policy_characters`, `tags`.
    It is a context manager: at the end of a `with` block it is closed.
    """

    def __new__(
        cls, *, iam_delay: float = 0.0, sts_delay: float = 0.0, quotas: dict[str, int] | None = None
    ) -> Self: ...
    @property
    def endpoint_url(self) -> str:
        """`http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL`: IAM, STS and EKS in plain HTTP."""
    @property
    def env(self) -> dict[str, str]:
        """What to export, so that AWS's and Kubernetes' programs use the sandbox."""
    @property
    def ca_bundle(self) -> Path:
        """The root of the sandbox's certificates, as a PEM file; it goes with the sandbox."""
    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig with a context for each cluster, by its name."""
    @property
    def tls_address(self) -> tuple[str, int]:
        """Address and port where every host name is served with TLS, an issuer's among them."""
    @property
    def requests(self) -> tuple[Call, ...]:
        """The calls that came in, in order."""
    def clear_requests(self) -> None:
        """Forgets the calls that came in."""
    def fail(
        self,
        operation: str | int,
        fault: str | tuple[int, str, str],
        *,
        times: int = 1,
        delay: float = 1.0,
    ) -> None:
        """What goes wrong: the next `times` calls of an `operation`, such as `CreateRole` or `apply serviceaccounts`, or
        the call that gets this place in `requests`, counted from 0.

        `before` and `after` drop the connection, before or after it is done; `delayed` answers `delay` seconds later;
        `throttled`, `server-error`, `denied` and `unauthenticated` are the service's own answers, and a tuple
        `(status, code, message)` is any other: `(409, "LimitExceeded", "Cannot exceed quota")`.
        """
    def clear_faults(self) -> None:
        """Takes back what was to go wrong."""
    def advance(self, seconds: float) -> None:
        """Moves the sandbox's clock on, as if so many seconds had passed."""
    def rotate_key(self, cluster: str) -> bool:
        """A cluster's next key: it signs tokens from now on; the issuer still publishes those before. False if there is
        no such cluster.
        """
    def retire_keys(self, cluster: str) -> bool:
        """The issuer publishes only the key that signs: tokens of those before are no longer good. False if there is no
        such cluster.
        """
    def put_object(self, cluster: str, object: dict[str, Any]) -> bool:
        """Puts an object of Kubernetes into a cluster, as a dict with `kind` and `metadata`; false if there is no such
        cluster or it takes no such object.
        """
    def close(self) -> None:
        """Ends it; nothing answers any more, and its files are gone."""
    def __enter__(self) -> Self: ...
    def __exit__(self, *_exception: object) -> None: ...

@final
class Call:
    """One call that came in."""

    def __new__(
        cls,
        service: str,
        operation: str,
        resource: str,
        caller: str,
        status: int,
        wrote: bool,
    ) -> Self: ...
    @property
    def service(self) -> str:
        """`iam`, `sts`, `eks`, `kubernetes`, `issuer`, or `other`: none that the sandbox has."""
    @property
    def operation(self) -> str:
        """The operation, such as `CreateRole` or `apply serviceaccounts`."""
    @property
    def resource(self) -> str:
        """What it was for: a role's name, an ARN, `NAMESPACE/NAME`; of `other` the service or host."""
    @property
    def caller(self) -> str:
        """Who asked: an ARN or a Kubernetes user; empty if nobody known."""
    @property
    def status(self) -> int:
        """The status of the answer."""
    @property
    def wrote(self) -> bool:
        """Whether it was a write, and was done: also if that changed nothing, or the answer was lost."""
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

class DesiredError(Error, builtins.ValueError):
    """Bindings that can't be had, whatever is there: they contradict each other, or AWS. Nothing was called."""

class WireError(Error):
    """A wiring or unwiring that failed.

    Run again, it finishes: `done` are the changes that were made, `in_doubt` those that may be, `not_begun` the others; `failures` are those that failed, each with its own error; `plan` is the plan as it is now, where that is not the approved one. All are empty where it failed before any write. `__cause__` is why it stopped, and of a deadline what was answered last before it.
    """

    done: tuple[Change, ...]
    in_doubt: tuple[Change, ...]
    not_begun: tuple[Change, ...]
    failures: tuple[tuple[Change, WireError], ...]
    plan: Plan | None

class PlanError(WireError):
    """What is wanted can't be had as things are. Nothing was written.

    Where a trust policy can't be edited, `__cause__` is the `EditError`.
    """

class AwsError(WireError):
    """A call to AWS that failed: `operation` is the action of IAM, such as `iam:CreateRole`, `service_code` AWS's own code."""

    operation: str | None
    resource: str | None
    service_code: str | None
    request_id: str | None

class KubeError(WireError):
    """A call to Kubernetes that failed: `operation` is verb and kind, such as `patch serviceaccounts`, `service_code` Kubernetes' reason."""

    operation: str | None
    resource: str | None
    service_code: str | None
    request_id: str | None

class TlsError(Error):
    """The certificates of a host can't be had."""
