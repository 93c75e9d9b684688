//! What is refused: before any call, and before any write. One table, one snapshot each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use iamwire_core::{
    Audience, Binding, Cluster, Desired, ExistingRole, Grant, InlinePolicyName, Issuer, Limits,
    Observed, PermissionsPolicy, Role, RolePath, SeenAccount, SeenNamespace, SeenRole, SeenWay,
    Sight, Thumbprint, ThumbprintChoice, Thumbprints, TrustPolicy, Unseen, UnwireOptions, plan,
    plan_unwire,
};
use miette::Diagnostic;

use crate::model::{
    ACCOUNT, PROD, World, account, cluster, foreign_role, one, provider, role, wanted,
};

/// What was tried, and code, message and help of the error.
#[derive(Default)]
struct Table(String);

impl Table {
    fn error(&mut self, what: &str, error: &impl Diagnostic) {
        let (code, help) = (error.code().unwrap(), error.help().unwrap());
        writeln!(self.0, "{what}\n  {code}: {error}").unwrap();
        let mut source = error.source();
        while let Some(cause) = source {
            writeln!(self.0, "  because: {cause}").unwrap();
            source = cause.source();
        }
        writeln!(self.0, "  help: {help}\n").unwrap();
    }

    fn desired(&mut self, what: &str, bindings: impl IntoIterator<Item = Binding>) {
        self.error(what, &Desired::new(bindings).expect_err(what));
    }

    /// Plans `desired` on the world that `change` makes of what would be there.
    fn plan(&mut self, what: &str, desired: &Desired, change: impl FnOnce(&mut Observed)) {
        let mut observed = World::new().observe(desired);
        change(&mut observed);
        self.error(what, &plan(desired, &observed).expect_err(what));
    }

    fn unwire(&mut self, what: &str, desired: &Desired, change: impl FnOnce(&mut Observed)) {
        let mut observed = World::new().observe(desired);
        change(&mut observed);
        let options = UnwireOptions::new().delete_provider(true);
        self.error(what, &plan_unwire(desired, &observed, options).expect_err(what));
    }
}

fn bind(account_name: &str, role: Role) -> Binding {
    Binding::new(&cluster("prod"), account(account_name), role)
}

fn thumbprint(digit: char) -> ThumbprintChoice {
    let one: Thumbprint = digit.to_string().repeat(40).parse().unwrap();
    ThumbprintChoice::Pinned(Thumbprints::new([one]).unwrap())
}

fn document(action: &str) -> PermissionsPolicy {
    format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#)
        .parse()
        .unwrap()
}

fn inline(name: &str) -> InlinePolicyName {
    name.parse().unwrap()
}

#[test]
fn before_any_call() {
    let mut table = Table::default();
    let arn = format!("arn:aws:eks:eu-west-3:{ACCOUNT}:cluster/prod");
    let by_arn = Cluster::from_arn(&arn).unwrap();
    table.desired(
        "one cluster by name and by ARN",
        [bind("shop/a", role("r")), Binding::new(&by_arn, account("shop/b"), role("r"))],
    );
    let pinned = |digit| cluster("prod").thumbprints(thumbprint(digit));
    table.desired(
        "two lists of thumbprints for one cluster",
        [
            Binding::new(&pinned('a'), account("shop/a"), role("r")),
            Binding::new(&pinned('b'), account("shop/b"), role("r")),
        ],
    );
    table.desired(
        "two roles for one account",
        [bind("shop/a", role("r")), bind("shop/a", role("s"))],
    );
    table.desired(
        "two names that differ by case",
        [bind("shop/a", role("Reader")), bind("shop/b", role("reader"))],
    );
    let both = |one: Role, other: Role| [bind("shop/a", one), bind("shop/b", other)];
    let path = |path: &str| role("r").path(path.parse().unwrap());
    table.desired("two paths", both(path("/a/"), path("/b/")));
    let said = |text: &str| role("r").description(text.parse().unwrap());
    table.desired("two descriptions", both(said("a"), said("b")));
    let lasts = |seconds: &str| role("r").max_session_duration(seconds.parse().unwrap());
    table.desired("two durations", both(lasts("3600"), lasts("7200")));
    let bound =
        |name: &str| role("r").boundary(format!("arn:aws:iam::aws:policy/{name}").parse().unwrap());
    table.desired("two boundaries", both(bound("A"), bound("B")));
    let existing = |existing| role("r").existing(existing);
    let (merge, replace) = (ExistingRole::Merge, ExistingRole::Replace);
    table.desired("merge and replace", both(existing(merge), existing(replace)));
    // Those two are named that want two things, not the first of the role.
    let three = |one: Role, other: Role| {
        [bind("shop/first", role("r")), bind("shop/b", one), bind("shop/c", other)]
    };
    table.desired("two paths beside none", three(path("/a/"), path("/b/")));
    table.desired("two descriptions beside none", three(said("a"), said("b")));
    table.desired("two durations beside none", three(lasts("3600"), lasts("7200")));
    table.desired("two boundaries beside none", three(bound("A"), bound("B")));
    table.desired("merge and replace beside none", three(existing(merge), existing(replace)));
    let tag = |key: &str, value: &str| role("r").tag(key.parse().unwrap(), value.parse().unwrap());
    table.desired("two values of a tag", both(tag("team", "a"), tag("team", "b")));
    table.desired("two values of a tag beside none", three(tag("team", "a"), tag("team", "b")));
    table.desired("two cases of a tag", both(tag("team", "a"), tag("Team", "a")));
    table.desired("the mark", [bind("shop/a", tag("iamwire:Managed", "no"))]);
    let wrote = |action: &str| role("r").inline_policy(inline("mine"), document(action));
    table.desired("two inline policies of a name", both(wrote("s3:*"), wrote("sqs:*")));
    table.desired("two inline policies beside none", three(wrote("s3:*"), wrote("sqs:*")));
    let expires = |seconds: &str| account("shop/a").token_expiration(seconds.parse().unwrap());
    table.desired(
        "two expirations",
        ["600", "700"].map(|s| Binding::new(&cluster("prod"), expires(s), role("r"))),
    );
    let regional = |regional| account("shop/a").sts_regional_endpoints(regional);
    table.desired(
        "regional endpoints and none",
        [true, false].map(|r| Binding::new(&cluster("prod"), regional(r), role("r"))),
    );
    let mut many = role("r");
    for i in 0..21 {
        many = many.managed_policy(format!("P{i}").parse().unwrap());
    }
    table.desired("21 policies", [bind("shop/a", many)]);
    let mut long = role("r");
    for i in 0..3 {
        long = long
            .inline_policy(inline(&format!("p{i}")), document(&format!("s3:{}", "a".repeat(3997))));
    }
    table.desired("12,000 characters of inline policies", [bind("shop/a", long)]);
    let mut tags = role("r");
    for i in 0..50 {
        tags = tags.tag(format!("k{i}").parse().unwrap(), "".parse().unwrap());
    }
    table.desired("51 tags with the mark", [bind("shop/a", tags)]);
    let audiences = (0..101).map(|i| format!("a{i}").parse::<Audience>().unwrap());
    table.desired(
        "101 audiences",
        [Binding::new(&cluster("prod").audiences(audiences), account("shop/a"), role("r"))],
    );
    let other = account("shop/a").audience("other".parse().unwrap());
    table.desired(
        "an audience that the cluster doesn't have",
        [Binding::new(&cluster("prod"), other, role("r"))],
    );
    let strange = account("shop/a").audience("日本".parse().unwrap());
    table.desired(
        "an audience that no policy takes",
        [Binding::new(&cluster("prod"), strange, role("r"))],
    );
    table.desired("a path that STS refuses", [bind("shop/a", path("/a:b/"))]);
    table.desired("a path of AWS's own", [bind("shop/a", path("/aws-reserved/sso/"))]);
    insta::assert_snapshot!("before_any_call", table.0);
}

fn denied() -> Unseen {
    Unseen::new(
        "iam:GetRole",
        "role/my-s3-role",
        "AccessDenied: not authorized",
        "allow `iam:GetRole` on the role",
    )
}

fn with_role(change: impl FnOnce(&mut SeenRole)) -> impl FnOnce(&mut Observed) {
    move |observed| {
        let mut role = foreign_role("my-s3-role");
        change(&mut role);
        observed.roles.insert("my-s3-role".parse().unwrap(), Sight::Seen(role));
    }
}

fn mark(role: &mut SeenRole) {
    role.tags.insert("iamwire:managed".to_owned(), "true".to_owned());
}

fn with_cluster(change: impl FnOnce(&mut iamwire_core::SeenCluster)) -> impl FnOnce(&mut Observed) {
    move |observed| {
        let seen = observed.clusters.get_mut(&"prod".parse().unwrap());
        if let Some(Sight::Seen(cluster)) = seen {
            change(cluster);
        }
    }
}

fn with_account(change: impl FnOnce(&mut SeenAccount)) -> impl FnOnce(&mut Observed) {
    move |observed| {
        let mut seen = SeenAccount::default();
        change(&mut seen);
        let all = observed.accounts.entry("prod".parse().unwrap()).or_default();
        all.insert("shop/my-s3-role".parse().unwrap(), Sight::Seen(seen));
    }
}

#[test]
fn before_any_write() {
    let mut table = Table::default();
    let desired = one();
    let prod = || "prod".parse().unwrap();
    let name = || "my-s3-role".parse::<iamwire_core::RoleName>().unwrap();
    table.plan("credentials that may not look", &desired, |o| {
        let why = Unseen::new("sts:GetCallerIdentity", "*", "ExpiredToken", "run `aws sso login`");
        o.caller = Some(Sight::Unreachable(why));
    });
    table.plan("a role that may not be seen", &desired, |o| {
        o.roles.insert(name(), Sight::Forbidden(denied()));
    });
    table.plan("a role that was not looked at", &desired, |o| {
        o.roles.clear();
    });
    table.plan("no cluster", &desired, |o| {
        o.clusters.insert(prod(), Sight::Absent);
    });
    table.plan("a cluster in the making", &desired, |o| {
        with_cluster(|cluster| cluster.status = "CREATING".to_owned())(o);
    });
    table.plan("a cluster that is going", &desired, |o| {
        with_cluster(|cluster| cluster.status = "DELETING".to_owned())(o);
    });
    table.plan("a cluster without issuer", &desired, with_cluster(|c| c.issuer = None));
    table.plan("a cluster of another partition", &desired, |o| {
        let caller = iamwire_core::Caller::new("aws-cn".parse().unwrap(), ACCOUNT.parse().unwrap());
        o.caller = Some(Sight::Seen(caller));
    });
    let named = |arn: &str| {
        let cluster = Cluster::from_arn(arn).unwrap();
        wanted([Binding::new(&cluster, account("shop/my-s3-role"), role("my-s3-role"))])
    };
    let china = named(&format!("arn:aws-cn:eks:cn-north-1:{ACCOUNT}:cluster/prod"));
    table.plan("the ARN of a cluster of another partition", &china, |_| {});
    let elsewhere = named("arn:aws:eks:eu-west-3:210987654321:cluster/prod");
    table.plan("the ARN of a cluster of another account", &elsewhere, |o| {
        let seen = o.clusters[&prod()].clone();
        o.clusters.insert(elsewhere.clusters()[0].id().clone(), seen);
    });
    table.plan("the same where that account has no such cluster", &elsewhere, |_| {});
    table.plan("a kubeconfig that leads to a cluster of another account", &desired, |o| {
        let mut way = SeenWay::new("https://a.example", "prod");
        way.cluster = Some("arn:aws:eks:eu-west-3:210987654321:cluster/prod".parse().unwrap());
        o.ways.insert(prod(), way);
    });
    let twice = wanted([
        Binding::new(&cluster("prod"), account("shop/a"), role("r")),
        Binding::new(&Cluster::self_managed(PROD.parse().unwrap()), account("shop/b"), role("r")),
    ]);
    table.plan("one cluster by name and by issuer", &twice, |_| {});
    let colon: Issuer = "https://oidc.example.com/a:b".parse().unwrap();
    let colon = Cluster::self_managed(colon);
    let colon = wanted([Binding::new(&colon, account("shop/a"), role("r"))]);
    table.plan("an issuer that no policy can name", &colon, |_| {});

    let fetch = cluster("prod").thumbprints(ThumbprintChoice::Fetch);
    let fetch = wanted([Binding::new(&fetch, account("shop/a"), role("r"))]);
    table.plan("an issuer that can't be reached, to fetch its thumbprint", &fetch, |o| {
        let why = Unseen::new(
            "connect",
            PROD,
            "no such host",
            "an endpoint of EKS in the VPC may hide it: leave the thumbprint to IAM",
        );
        o.served.insert(PROD.parse().unwrap(), Sight::Unreachable(why));
    });
    table.plan("the 101st audience", &desired, |o| {
        let mut seen = iamwire_core::SeenProvider::default();
        seen.audiences = (0..100).map(|i| format!("a{i}").parse().unwrap()).collect();
        o.providers.insert(provider(PROD), Sight::Seen(seen));
    });

    table.plan("a foreign role", &desired, with_role(|_| {}));
    table.plan(
        "a foreign role whose policies may not be seen",
        &desired,
        with_role(|role| {
            role.attached = Sight::Forbidden(denied());
        }),
    );
    table.plan(
        "a foreign role with policies of its own",
        &desired,
        with_role(|role| {
            role.attached = Sight::Absent;
            role.inline =
                Sight::Seen(BTreeMap::from([(inline("all"), None), (inline("more"), None)]));
        }),
    );
    table.plan(
        "a foreign role without policies",
        &desired,
        with_role(|role| role.attached = Sight::Seen(BTreeSet::new())),
    );
    table.plan(
        "a role of CloudFormation",
        &desired,
        with_role(|role| {
            role.tags.insert("aws:cloudformation:stack-name".to_owned(), "shop".to_owned());
        }),
    );
    table.plan(
        "a role of eksctl",
        &desired,
        with_role(|role| {
            for (key, value) in [
                ("alpha.eksctl.io/cluster-name", "prod"),
                ("aws:cloudformation:stack-name", "eksctl-prod-addon-iamserviceaccount-shop"),
            ] {
                role.tags.insert(key.to_owned(), value.to_owned());
            }
        }),
    );
    table.plan(
        "a role in another case",
        &desired,
        with_role(|role| {
            role.arn = format!("arn:aws:iam::{ACCOUNT}:role/My-S3-Role").parse().unwrap();
        }),
    );
    table.plan(
        "a role that is AWS's own",
        &desired,
        with_role(|role| {
            let path = "aws-reserved/sso.amazonaws.com";
            role.arn = format!("arn:aws:iam::{ACCOUNT}:role/{path}/my-s3-role").parse().unwrap();
        }),
    );
    let under = role("my-s3-role").path("/team/".parse::<RolePath>().unwrap());
    let under = wanted([bind("shop/my-s3-role", under)]);
    table.plan("a role under another path", &under, with_role(mark));

    table.plan("no such policy", &desired, |o| {
        o.policies.insert("AmazonS3ReadOnlyAccess".parse().unwrap(), Sight::Absent);
    });
    let with_policy = |arn: &str| {
        let role = role("my-s3-role").managed_policy(arn.parse().unwrap());
        wanted([bind("shop/my-s3-role", role)])
    };
    let theirs = with_policy("arn:aws:iam::210987654321:policy/team/p");
    table.plan("a policy of another account", &theirs, |_| {});
    let theirs = with_policy("arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess");
    table.plan("a policy of another partition", &theirs, |_| {});
    let gone = with_policy(&format!("arn:aws:iam::{ACCOUNT}:policy/team/p"));
    table.plan("no such ARN of a policy", &gone, |o| {
        o.policies.insert(gone.roles()[0].managed_policies()[0].clone(), Sight::Absent);
    });
    let boundary = format!("arn:aws:iam::{ACCOUNT}:policy/b").parse().unwrap();
    let bounded = wanted([bind("shop/a", role("r").boundary(boundary))]);
    table.plan("no such boundary", &bounded, |o| {
        o.policies.insert(bounded.roles()[0].policies()[0].clone(), Sight::Absent);
    });
    let bounded = role("r").boundary("arn:aws:iam::210987654321:policy/b".parse().unwrap());
    let bounded = wanted([bind("shop/a", bounded)]);
    table.plan("a boundary of another account", &bounded, |_| {});
    table.plan(
        "the 21st policy",
        &desired,
        with_role(|role| {
            mark(role);
            let all: BTreeSet<_> =
                (0..20).map(|i| format!("arn:aws:iam::aws:policy/P{i}").parse().unwrap()).collect();
            role.attached = Sight::Seen(all);
        }),
    );

    let tagged = role("my-s3-role").existing(ExistingRole::Merge);
    let tagged = tagged.tag("cost".parse().unwrap(), "1".parse().unwrap());
    let tagged = wanted([bind("shop/my-s3-role", tagged)]);
    table.plan(
        "the 51st tag",
        &tagged,
        with_role(|role| {
            for i in 0..49 {
                role.tags.insert(format!("k{i}"), String::new());
            }
            role.tags.insert("aws:x".to_owned(), String::new());
        }),
    );

    let mut limits = Limits::default();
    limits.trust_size = Some(300);
    let small = Desired::with_limits([bind("shop/a", role("r"))], limits.clone()).unwrap();
    table.plan("a trust policy over the quota", &small, |_| {});
    for (what, principal) in [
        ("a principal that is gone in the trust policy", r#"{"AWS":"AROA1234567890EXAMPLE"}"#),
        ("anybody in the trust policy", r#""*""#),
        ("an intrinsic in the trust policy", r#"{"AWS":{"Ref":"Role"}}"#),
    ] {
        let with_it = |o: &mut Observed| {
            let mut role = foreign_role("r");
            let more = format!(
                r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}}}"#
            );
            role.trust = more.parse().unwrap();
            o.roles.insert("r".parse().unwrap(), Sight::Seen(role));
        };
        let merged = wanted([bind("shop/a", role("r").existing(ExistingRole::Merge))]);
        table.plan(what, &merged, with_it);
        table.unwire(&format!("{what}, unwired"), &merged, |o| {
            with_it(o);
            let name = "r".parse().unwrap();
            let Some(Sight::Seen(role)) = o.roles.get_mut(&name) else { panic!("{name}") };
            let grant = Grant::web_identity(&provider(PROD), "system:serviceaccount:shop:a");
            role.trust = role.trust.grant(&grant).unwrap().into_policy();
        });
    }
    let namespaces = |seen: Sight<SeenNamespace>| {
        move |o: &mut Observed| {
            o.namespaces.entry(prod()).or_default().insert("shop".parse().unwrap(), seen);
        }
    };
    table.plan("no namespace", &desired, namespaces(Sight::Absent));
    let mut going = SeenNamespace::default();
    going.terminating = true;
    table.plan("a namespace that is going", &desired, namespaces(Sight::Seen(going)));
    table.plan(
        "a service account that is going",
        &desired,
        with_account(|account| account.terminating = true),
    );
    table.plan(
        "an annotation of another manager",
        &desired,
        with_account(|account| {
            let key = "eks.amazonaws.com/role-arn".to_owned();
            let other = format!("arn:aws:iam::{ACCOUNT}:role/other");
            account.annotations.insert(key.clone(), other);
            account.annotation_managers.insert(key, BTreeSet::from(["helm".to_owned()]));
        }),
    );
    let annotated = |key: &str, value: &str, manager: Option<&str>| {
        let (key, value) = (format!("eks.amazonaws.com/{key}"), value.to_owned());
        let manager = manager.map(str::to_owned);
        with_account(move |account| {
            account.annotations.insert(key.clone(), value);
            let managers = manager.map(|manager| (key, BTreeSet::from([manager])));
            account.annotation_managers.extend(managers);
        })
    };
    let other = format!("arn:aws:iam::{ACCOUNT}:role/other");
    table.plan("an annotation of nobody", &desired, annotated("role-arn", &other, None));
    let vault = annotated("audience", "vault", Some("helm"));
    table.plan("an audience that nobody asked for", &desired, vault);
    table.plan("an empty audience, of nobody", &desired, annotated("audience", "", None));

    table.unwire("unwire: no cluster", &desired, |o| {
        o.clusters.insert(prod(), Sight::Absent);
    });
    table.unwire("unwire: no cluster in that account", &elsewhere, |_| {});
    table.unwire(
        "unwire: the last statement of a foreign role",
        &desired,
        with_role(|role| {
            let grant = iamwire_core::Grant::web_identity(
                &provider(PROD),
                "shop/my-s3-role".parse::<iamwire_core::ServiceAccountRef>().unwrap(),
            );
            role.trust = TrustPolicy::from(&grant);
        }),
    );
    table.unwire(
        "unwire: a statement of two providers",
        &desired,
        with_role(|role| {
            mark(role);
            role.trust = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":["{}","{}"]}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"{PROD}:sub":"system:serviceaccount:shop:my-s3-role","{PROD}:aud":"sts.amazonaws.com"}}}}}}]}}"#,
                provider(PROD),
                provider("oidc.example.com"),
            )
            .parse()
            .unwrap();
        }),
    );
    table.unwire(
        "unwire: a role in another case",
        &desired,
        with_role(|role| {
            role.arn = format!("arn:aws:iam::{ACCOUNT}:role/My-S3-Role").parse().unwrap();
        }),
    );
    table.unwire("unwire: roles that may not be listed", &desired, |o| {
        let why = Unseen::new("iam:ListRoles", "*", "AccessDenied", "allow `iam:ListRoles`");
        o.providers.insert(provider(PROD), Sight::Seen(iamwire_core::SeenProvider::default()));
        o.trusting.insert(provider(PROD), Sight::Forbidden(why));
    });
    insta::assert_snapshot!("before_any_write", table.0);
}
