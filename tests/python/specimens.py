"""One object of every class, and what `repr` says of it."""

from iamwire import (
    Account,
    AccountId,
    Applied,
    Audience,
    AwsGrant,
    AwsPrincipal,
    Bearing,
    Binding,
    Claims,
    Cluster,
    ClusterArn,
    ClusterId,
    ClusterName,
    Desired,
    Edit,
    Event,
    FetchedThumbprint,
    Finding,
    Grant,
    InlinePolicyName,
    Issuer,
    LabelKey,
    LabelValue,
    Limits,
    ManagedPolicy,
    Manifest,
    Namespace,
    Observed,
    Operator,
    Partition,
    PermissionsPolicy,
    Place,
    Plan,
    PolicyArn,
    PolicyName,
    PreparedPolicy,
    PrincipalArn,
    ProviderArn,
    Request,
    Role,
    RoleArn,
    RoleDescription,
    RoleName,
    RolePath,
    ServedChain,
    ServiceAccountName,
    ServiceAccountRef,
    ServiceGrant,
    ServicePrincipal,
    SessionDuration,
    Subject,
    SubjectMatch,
    SubjectPattern,
    TagKey,
    TagValue,
    Thumbprint,
    ThumbprintChoice,
    Thumbprints,
    TokenExpiration,
    TrustPolicy,
    UnwireOptions,
    WebIdentityCall,
    WebIdentityGrant,
    plan,
    plan_unwire,
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

CLUSTER = Cluster("prod", audiences=["sts.amazonaws.com", "other"], thumbprints=[SHA1])
ACCOUNT = Account("shop/api", token_expiration=3600, create_namespace=True)
PERMISSIONS = PermissionsPolicy({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
WIRED_ROLE = Role(
    "api",
    path="/shop/",
    description="for the API",
    max_session_duration=7200,
    boundary="arn:aws:iam::aws:policy/ReadOnlyAccess",
    tags={"team": "shop"},
    managed_policies=["AmazonS3ReadOnlyAccess", "arn:aws:iam::111122223333:policy/own"],
    inline_policies={"all": PERMISSIONS},
    existing="merge",
)
DESIRED = Desired([Binding(CLUSTER, ACCOUNT, WIRED_ROLE)])
ISSUED = "oidc.example.com/one"
SIMPLE = Desired(
    [Binding(Cluster.self_managed(ISSUED), Account("shop/api"), Role("api"))], Limits(25, 4096)
)
OBSERVED = Observed(
    {
        "format_version": 1,
        "caller": {"seen": {"partition": "aws", "account": "111122223333"}},
        "providers": {f"arn:aws:iam::111122223333:oidc-provider/{ISSUED}": "absent"},
        "roles": {"api": "absent"},
        "namespaces": {f"https://{ISSUED}": {"shop": {"seen": {"terminating": False}}}},
        "accounts": {f"https://{ISSUED}": {"shop/api": "absent"}},
    }
)
PLAN: Plan = plan(SIMPLE, OBSERVED)
KEPT = PLAN.unchanged[0]
CHAIN = ServedChain("oidc.example.com", [SHA1], False, None)
APPLIED = Applied(PLAN.wired, PLAN.changes, PLAN.notices(), 7)

# What `repr` gives can be typed in.
TYPED: dict[str, object] = {
    repr(ACCOUNT): ACCOUNT,
    repr(CLUSTER): CLUSTER,
    repr(SIMPLE): SIMPLE,
    repr(SIMPLE.bindings[0]): SIMPLE.bindings[0],
    repr(SIMPLE.roles[0]): SIMPLE.roles[0],
    repr(DESIRED.accounts[0]): DESIRED.accounts[0],
    repr(PLAN.wired[0]): PLAN.wired[0],
    repr(PERMISSIONS): PERMISSIONS,
    "Caller(partition=Partition('aws'), account=AccountId('111122223333'))": PLAN.caller,
    "ClusterArn('arn:aws:eks:eu-west-3:111122223333:cluster/prod')": ClusterArn(
        "arn:aws:eks:eu-west-3:111122223333:cluster/prod"
    ),
    f"ClusterId('https://{ISSUED}')": ClusterId(Issuer(ISSUED)),
    "ClusterName('prod')": ClusterName("prod"),
    "FetchedThumbprint(chain=ServedChain(host='oidc.example.com', "
    f"certificates=(Thumbprint('{SHA1}'),), ends_with_root=False, not_verified=None), "
    "discovery=None)": FetchedThumbprint(CHAIN),
    "InlinePolicyName('all')": InlinePolicyName("all"),
    "Limits(policies_of_a_role=20, trust_size=None)": Limits(),
    "ManagedPolicy('AmazonS3ReadOnlyAccess')": ManagedPolicy(PolicyName("AmazonS3ReadOnlyAccess")),
    repr(PLAN.clusters[0]): PLAN.clusters[0],
    "PolicyArn('arn:aws:iam::aws:policy/ReadOnlyAccess')": PolicyArn(
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
    ),
    "PolicyName('own')": PolicyName("own"),
    "RoleDescription('for the API')": RoleDescription("for the API"),
    repr(CHAIN): CHAIN,
    "SessionDuration(3600)": SessionDuration.SHORTEST,
    "TagKey('team')": TagKey("team"),
    "TagValue('')": TagValue(""),
    "ThumbprintChoice.LetIam()": ThumbprintChoice.LetIam(),
    "ThumbprintChoice.Fetch()": ThumbprintChoice.Fetch(),
    f"ThumbprintChoice.Pinned(Thumbprints([Thumbprint('{SHA1}')]))": CLUSTER.thumbprints,
    "UnwireOptions(delete_provider=True, detach_policies=False)": UnwireOptions(True),
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
    "Role(name=RoleName('api'), path=RolePath('/shop/'), description=RoleDescription(": WIRED_ROLE,
    "Binding(cluster=Cluster(id=ClusterId('prod'), audiences=": DESIRED.bindings[0],
    "Desired(bindings=(Binding(cluster=Cluster(id=ClusterId('prod'), ": DESIRED,
    "<Applied [create provider `oidc.example.com/one`; ": APPLIED,
    "<Change CreateProvider: create provider `oidc.example.com/one`>": PLAN.changes[0],
    "<Change CreateRole: create role `api`>": PLAN.changes[1],
    "<Event planned: 3 changes>": Event.Planned(PLAN),
    "<Event begun: create provider `oidc.example.com/one`>": Event.Begun(PLAN.changes[0]),
    "<Event done: create provider `oidc.example.com/one`>": Event.Done(PLAN.changes[0]),
    f"<Event confirmed: {ROLE}>": Event.Confirmed(ROLE),
    f"<Event raced: {ROLE}>": Event.Raced(ROLE),
    "<Event waiting: for the role>": Event.Waiting("for the role"),
    "<Event again: the role has changed>": Event.Again("the role has changed"),
    '<Kept {"unchanged":"Namespace",': KEPT,
    "<Observed 0 clusters, 1 roles>": OBSERVED,
    "<Plan to wire [create provider `oidc.example.com/one`; create role `api`; ": PLAN,
    "<Plan to unwire []>": plan_unwire(SIMPLE, OBSERVED, UnwireOptions(detach_policies=True)),
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
