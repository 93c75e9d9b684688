"""One object of every class, and what `repr` says of it."""

from iamwire import (
    AccountId,
    Audience,
    AwsGrant,
    AwsPrincipal,
    Bearing,
    Claims,
    Edit,
    Finding,
    Grant,
    Issuer,
    LabelKey,
    LabelValue,
    Manifest,
    Namespace,
    Operator,
    Partition,
    Place,
    PreparedPolicy,
    PrincipalArn,
    ProviderArn,
    Request,
    RoleArn,
    RoleName,
    RolePath,
    ServiceAccountName,
    ServiceAccountRef,
    ServiceGrant,
    ServicePrincipal,
    Subject,
    SubjectMatch,
    SubjectPattern,
    Thumbprint,
    Thumbprints,
    TokenExpiration,
    TrustPolicy,
    WebIdentityCall,
    WebIdentityGrant,
)

HOST = "oidc.eks.eu-west-3.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
PROVIDER = f"arn:aws:iam::111122223333:oidc-provider/{HOST}"
OTHER = "arn:aws:iam::111122223333:oidc-provider/oidc.example.com"
ROLE = "arn:aws:iam::111122223333:role/shop/web"
SHA1 = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"

POLICY = TrustPolicy(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": PROVIDER},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{HOST}:aud": "sts.amazonaws.com",
                        f"{HOST}:sub": ["system:serviceaccount:shop:web"],
                    },
                    "NumericLessThan": {"aws:EpochTime": 2000000000},
                },
            },
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "*",
                "Condition": {"StringEquals": {f"{HOST}:sub": "system:serviceaccount:shop:web"}},
            },
        ],
    }
)
STATEMENT = POLICY.statements[0]
CLAIMS = Claims({"iss": f"https://{HOST}", "sub": "system:serviceaccount:shop:web", "aud": ["a"]})
CALL = WebIdentityCall(CLAIMS).provider(HOST, ["sts.amazonaws.com"]).role(ROLE, POLICY)
REQUEST = Request.web_identity(PROVIDER, context={f"{HOST}:sub": "system:serviceaccount:shop:web"})
EDIT: Edit = POLICY.grant(WebIdentityGrant(PROVIDER, "system:serviceaccount:shop:api"))
PATTERN = SubjectPattern.dangerous_parse("system:serviceaccount:shop:*")
EVENT = {
    "eventName": "AssumeRoleWithWebIdentity",
    "requestParameters": {"roleArn": ROLE},
    "userIdentity": {"identityProvider": PROVIDER, "userName": "system:serviceaccount:shop:web"},
}
ANY: Grant = WebIdentityGrant.dangerous_any_subject(PROVIDER)

# What `repr` gives can be typed in.
TYPED: dict[str, object] = {
    "AccountId('111122223333')": AccountId("111122223333"),
    "Audience('sts.amazonaws.com')": Audience.STS,
    "AwsPrincipal('111122223333')": AwsPrincipal("111122223333"),
    "AwsPrincipal.dangerous_anyone()": AwsPrincipal.dangerous_anyone(),
    "Bearing(statement=1, wholly=True)": Bearing(statement=1, wholly=True),
    f"Issuer('{HOST}')": Issuer(f"https://{HOST}"),
    "LabelKey('app.kubernetes.io/name')": LabelKey("app.kubernetes.io/name"),
    "LabelValue('')": LabelValue(""),
    "Namespace('shop')": Namespace("shop"),
    "Operator.parse('ForAnyValue:StringLikeIfExists')": Operator.parse(
        "ForAnyValue:StringLikeIfExists"
    ),
    "Partition('aws-cn')": Partition.AWS_CN,
    "Place(pointer='/Statement', line=1, column=3, span=(2, 4))": Place("/Statement", 1, 3, (2, 4)),
    f"PrincipalArn('{ROLE}')": PrincipalArn(ROLE),
    f"ProviderArn('{PROVIDER}')": ProviderArn(PROVIDER),
    f"RoleArn('{ROLE}')": RoleArn(ROLE),
    "RoleName('web')": RoleName("web"),
    "RolePath('/')": RolePath.ROOT,
    "ServiceAccountName('web')": ServiceAccountName("web"),
    "ServiceAccountRef('shop/web')": ServiceAccountRef("shop/web"),
    "ServicePrincipal('pods.eks.amazonaws.com')": ServicePrincipal.EKS_PODS,
    "Subject('it\\'s \"me\"\\n')": Subject('it\'s "me"\n'),
    "SubjectMatch.Any()": SubjectMatch.Any(),
    "SubjectMatch.Exact(Subject('x'))": SubjectMatch.Exact("x"),
    "SubjectMatch.Pattern(SubjectPattern.dangerous_parse('x*'))": SubjectMatch.Pattern(
        SubjectPattern.dangerous_parse("x*")
    ),
    "SubjectPattern.dangerous_parse('x*')": SubjectPattern.dangerous_parse("x*"),
    f"Thumbprint('{SHA1}')": Thumbprint(SHA1.upper()),
    f"Thumbprints([Thumbprint('{SHA1}')])": Thumbprints([SHA1]),
    "TokenExpiration(3600)": TokenExpiration("3600"),
    repr(POLICY): TrustPolicy(str(POLICY)),
    repr(POLICY.prepare()): PreparedPolicy(POLICY),
}

# `repr` begins so.
SHOWN: dict[str, object] = {
    f"<AwsGrant {ROLE} with session tags>": AwsGrant(ROLE).with_session_tags(),
    "<AwsGrant *>": Grant.aws(AwsPrincipal.dangerous_anyone()),
    "<Claims iss sub aud>": CLAIMS,
    f"<Condition StringEquals '{HOST}:aud' '\"sts.amazonaws.com\"'>": STATEMENT.conditions[0],
    '<Principal \'{"AWS":"*"}\'>': POLICY.statements[1].principal,
    "<ServiceGrant pods.eks.amazonaws.com with session tags>": Grant.pod_identity(),
    "<ServiceGrant ec2.amazonaws.com>": ServiceGrant("ec2.amazonaws.com"),
    "<Statement 0 ": STATEMENT,
    "<Trusted AWS '\"*\"'>": POLICY.statements[1].principal
    and POLICY.statements[1].principal.entries[0],
    f"<WebIdentityGrant system:serviceaccount:shop:web of {HOST} for sts.amazonaws.com>": (
        WebIdentityGrant(PROVIDER, ServiceAccountRef("shop/web"))
    ),
    f"<WebIdentityGrant each system:serviceaccount:shop:* of {HOST} for a or b>": (
        WebIdentityGrant.dangerous_pattern(PROVIDER, PATTERN).dangerous_audiences(["a", "b"])
    ),
    f"<WebIdentityGrant any subject of {HOST} for any audience>": (
        WebIdentityGrant.dangerous_any_subject(PROVIDER).dangerous_without_audience()
    ),
    "<Request sts:TagSession by ": REQUEST.with_action("sts:TagSession")
    .with_values("aws:TagKeys", ["a", "b"])
    .with_unknown_value("aws:SourceIp")
    .with_unknown("aws:ResourceTag/x"),
    "<Request sts:AssumeRoleWithWebIdentity by ": Request.from_cloudtrail(EVENT),
    "<Request sts:AssumeRoleWithWebIdentity by arn": Request.from_claims(CLAIMS, ROLE, 0),
    '<WebIdentityCall { claims: Claims {"iss", "sub", "aud"}, ': CALL.with_values(
        "aws:SourceIp", "10.0.0.1"
    ),
    "Changed(touch=<Touch.Added: 'added'>, statement=2, ": EDIT.changes[0],
    "<Edit [statement 2: added": EDIT,
    "Explanation(decision=<Decision.ImplicitDeny: 'implicitDeny'>": POLICY.explain(REQUEST),
    "Finding(code='audience.china', severity=<Severity.Warning: 'warning'>, place=None": Audience(
        "sts.amazonaws.com.cn"
    ).notices()[0],
    "Finding(code='x', severity=<Severity.Error: 'error'>, place=Place(": Finding(
        "x", "error", Place("/a", 1, 2, (3, 4)), "m", "h"
    ),
    "Granted(statement=0, grant=<WebIdentityGrant ": POLICY.grants()[0],
    f"Manifest(account=ServiceAccountRef('shop/web'), role=RoleArn('{ROLE}'), audience=None": Manifest(
        "shop/web", ROLE, token_expiration=3600, labels={"app": "web"}
    ),
    "Reason(statement=0, effect=<Effect.Allow: 'Allow'>": POLICY.explain(REQUEST).reasons[0],
    "StsAnswer(code='InvalidIdentityToken', message=": CALL.answer(0),
}

ALL: list[object] = [*TYPED.values(), *SHOWN.values()]
