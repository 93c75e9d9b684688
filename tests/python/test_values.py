"""Values from Python: what they take, what they tell, and what refuses to become one."""

import pickle

import iamwire
import pytest
from iamwire import (
    AccountId,
    Audience,
    AwsPrincipal,
    Issuer,
    Partition,
    PermissionsPolicy,
    PrincipalArn,
    PrincipalArnKind,
    ProviderArn,
    RoleArn,
    ServiceAccountRef,
    Severity,
    Subject,
    SubjectPattern,
    Thumbprint,
    Thumbprints,
    TokenExpiration,
)
from specimens import HOST, PROVIDER, ROLE, SHA1


def test_parts() -> None:
    provider = ProviderArn(PROVIDER)
    assert (provider.partition, provider.account) == (Partition.AWS, AccountId("111122223333"))
    assert provider.issuer.url == f"https://{HOST}"
    assert provider.issuer.host + provider.issuer.path == HOST
    assert provider.issuer.condition_key("sub") == f"{HOST}:sub"
    role = RoleArn(ROLE)
    assert (str(role.path), str(role.name)) == ("/shop/", "web")
    account = ServiceAccountRef("shop/web")
    assert (str(account.namespace), str(account.name)) == ("shop", "web")
    assert account.subject == Subject("system:serviceaccount:shop:web")
    assert account.subject.service_account == account
    assert Subject("repo:x").service_account is None
    assert Partition("aws-cn").dns_suffix == "amazonaws.com.cn"
    assert Partition("aws-new").dns_suffix is None


def test_principals() -> None:
    session = PrincipalArn("arn:aws:sts::111122223333:assumed-role/web/session")
    assert session.kind is PrincipalArnKind.RoleSession
    assert str(session.role_name) == "web"
    assert str(session.root) == "arn:aws:iam::111122223333:root"
    assert PrincipalArn(ROLE).kind == "Role"
    assert PrincipalArn(ROLE).role_name is None
    assert AwsPrincipal(ROLE).arn == PrincipalArn(ROLE)
    assert AwsPrincipal("111122223333").account == AccountId("111122223333")
    assert AwsPrincipal.dangerous_anyone().account is None


def test_made_of_parts_given_as_text_or_class() -> None:
    for issuer in (HOST, f"https://{HOST}", Issuer(HOST)):
        made = ProviderArn.new(partition="aws", account="111122223333", issuer=issuer)
        assert made == ProviderArn(PROVIDER)
    account = AccountId("111122223333")
    assert RoleArn.new(Partition.AWS, account, "/shop/", "web") == RoleArn(ROLE)
    assert ServiceAccountRef.new(namespace="shop", name="web") == ServiceAccountRef("shop/web")
    assert Issuer(Issuer(HOST)) == Issuer(text=HOST)


def test_order_is_that_of_the_text() -> None:
    assert sorted([Audience("b"), Audience("a")]) == [Audience("a"), Audience("b")]
    assert Audience("a") < Audience("b") <= Audience("b")
    with pytest.raises(TypeError):
        _ = Audience("a") < "b"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    assert TokenExpiration.SHORTEST < TokenExpiration(601) < TokenExpiration.LONGEST


def test_thumbprints() -> None:
    pasted = "SHA1 Fingerprint=" + ":".join(SHA1[i : i + 2] for i in range(0, 40, 2)).upper()
    assert str(Thumbprint(pasted)) == SHA1
    assert Thumbprint.from_sha1(bytes.fromhex(SHA1)) == Thumbprint(SHA1)
    several = Thumbprints([SHA1, Thumbprint("0" * 40)])
    assert len(several) == 2
    assert several[0] == several[-2] == Thumbprint(SHA1)
    assert list(several) == [Thumbprint(SHA1), Thumbprint("0" * 40)]
    assert several[1:] == (Thumbprint("0" * 40),)
    assert Thumbprint(SHA1) in several
    assert len(Thumbprints()) == 0
    with pytest.raises(IndexError):
        _ = several[2]


def test_notices() -> None:
    (notice,) = Audience("sts.amazonaws.com.cn").notices()
    assert (notice.code, notice.severity) == ("audience.china", Severity.Warning)
    assert str(notice).startswith("warning: audience `sts.amazonaws.com.cn`")
    assert notice.place is None
    assert notice.help
    assert Issuer(HOST).notices() == []
    assert Issuer(HOST + "/").notices()[0].code == "issuer.trailing-slash"
    assert ServiceAccountRef("shop/default").notices()
    assert SubjectPattern.dangerous_parse("*").notices()[0].code == "subject-pattern.any"


def test_severities_are_ordered_by_how_bad_they_are() -> None:
    assert sorted(Severity, reverse=True) == [Severity.Error, Severity.Warning, Severity.Note]
    assert Severity.Note < Severity.Warning <= "warning" < Severity.Error
    assert max(Severity.Note, Severity.Error, Severity.Warning) == "error"
    assert Severity.Error > Severity.Note
    assert Severity.Error >= Severity.Error


def allowed(**members: object) -> PermissionsPolicy:
    """An inline policy of one statement, with other members."""
    document: dict[str, object] = {
        key: members.pop(key) for key in ("Version", "Comment") if key in members
    }
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **members}
    return PermissionsPolicy({**document, "Statement": [statement]})


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: AccountId("12"), "account.digits"),
        (lambda: Issuer("http://x"), "issuer.scheme"),
        (lambda: Issuer("https://h:8443/x"), "issuer.port"),
        (lambda: ServiceAccountRef("shop"), "service-account.no-slash"),
        (lambda: ServiceAccountRef.new("Shop", "web"), "namespace.character"),
        (lambda: ProviderArn.new("aws", "1", HOST), "account.digits"),
        (lambda: SubjectPattern.dangerous_parse("x"), "subject-pattern.exact"),
        (lambda: AwsPrincipal("*"), "principal.anyone"),
        (lambda: Thumbprint.from_sha1(b"short"), "thumbprint.length"),
        (lambda: Thumbprints([SHA1] * 6), "thumbprint.too-many"),
        (lambda: Thumbprints(["x"]), "thumbprint.hex"),
        (lambda: TokenExpiration(599), "token-expiration.range"),
        (lambda: TokenExpiration(-1), "token-expiration.number"),
        (lambda: TokenExpiration(10**30), "token-expiration.range"),
        (lambda: TokenExpiration("1h"), "token-expiration.number"),
        (lambda: allowed(Version="2012-10-18"), "permissions.version"),
        (lambda: allowed(Comment=""), "permissions.member"),
        (lambda: allowed(Sid="my-sid"), "permissions.sid"),
        (lambda: allowed(Effect="allow"), "permissions.effect"),
        (lambda: allowed(Action=["s3:*", "ListBuckets"]), "permissions.action"),
        (lambda: allowed(Resource={"Fn::GetAtt": "Bucket.Arn"}), "permissions.resource"),
        (lambda: allowed(Condition={"StringEqual": {"aws:x": "y"}}), "permissions.condition"),
        (lambda: Issuer("\ud800"), "text.utf8"),
        (lambda: Subject("\ud800"), "text.utf8"),
        (lambda: SubjectPattern.dangerous_parse("\ud800*"), "text.utf8"),
    ],
)
def test_what_is_refused(make: object, code: str) -> None:
    assert callable(make)
    with pytest.raises(iamwire.ValueError) as raised:
        make()
    error = raised.value
    assert isinstance(error, (iamwire.Error, ValueError))
    assert error.code == code
    assert error.help and str(error)
    assert f"help: {error.help}" in error.__notes__
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_where_it_is_wrong() -> None:
    with pytest.raises(iamwire.ValueError) as raised:
        Issuer("https://h:8443/x")
    assert raised.value.input == "https://h:8443/x"
    assert raised.value.span is not None
    start, end = raised.value.span
    assert "https://h:8443/x"[start:end] == ":8443"


@pytest.mark.parametrize("wrong", [None, 1, b"x", ["x"], {}, Audience("x"), TokenExpiration(600)])
def test_wrong_types(wrong: object) -> None:
    with pytest.raises(TypeError, match="expected Issuer or str, got "):
        Issuer(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError):
        Thumbprints([wrong])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    if not isinstance(wrong, (int, TokenExpiration)):
        with pytest.raises(TypeError, match="TokenExpiration, int or str"):
            TokenExpiration(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_str_is_no_list_of_thumbprints() -> None:
    with pytest.raises(TypeError):
        Thumbprints(SHA1)
