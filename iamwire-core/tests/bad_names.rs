//! Names that are refused, or that are valid and suspicious: one table, one snapshot each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that stops says where, and a table is long"
)]

use std::fmt::{Display, Write as _};
use std::str::FromStr;

use iamwire_core::{
    AccountId, Audience, ClusterArn, ClusterId, ClusterName, Finding, InlinePolicyName, Issuer,
    LabelKey, LabelValue, ManagedPolicy, Namespace, Partition, PermissionsPolicy, PolicyArn,
    PrincipalArn, ProviderArn, RoleArn, RoleDescription, RoleName, RolePath, ServiceAccountName,
    ServiceAccountRef, SessionDuration, Subject, SubjectPattern, TagKey, TagValue, Thumbprint,
    Thumbprints, TokenExpiration, ValueError,
};

/// The input, the place in it, code, message and help of each.
#[derive(Default)]
struct Table(String);

impl Table {
    fn refused<T: FromStr<Err = ValueError> + Display>(&mut self, inputs: &[&str]) {
        for input in inputs {
            match input.parse::<T>() {
                Ok(value) => panic!("{input:?} was taken as {value}"),
                Err(error) => self.error(&error),
            }
        }
    }

    fn error(&mut self, error: &ValueError) {
        let input = error.invalid().input();
        let place = error
            .invalid()
            .span()
            .map(|span| format!("{}..{} {:?}", span.start, span.end, &input[span.clone()]));
        let place = place.as_deref().unwrap_or("the whole");
        let (code, help) = (error.code(), error.help());
        write!(self.0, "{input:?}\n  at    {place}\n  {code}: {error}\n  help: {help}\n\n")
            .unwrap();
    }

    fn noticed(&mut self, input: &str, notices: &[Finding]) {
        assert!(!notices.is_empty(), "{input:?} has nothing suspicious");
        writeln!(self.0, "{input:?}").unwrap();
        for notice in notices {
            writeln!(self.0, "  {}: {notice}\n  help: {}", notice.code, notice.help).unwrap();
        }
        writeln!(self.0).unwrap();
    }
}

#[test]
fn refused() {
    let mut table = Table::default();
    table.refused::<Partition>(&[
        "",
        "AWS",
        "aws-",
        "aws-CN",
        "awsx",
        "azure",
        "aws cn",
        "${AWS::Partition}",
    ]);
    table.refused::<AccountId>(&[
        "",
        "1",
        "12345678901",
        "1234567890123",
        "12345678901a",
        "1234-5678-9012",
        " 123456789012",
        "１２３４",
    ]);
    table.refused::<Namespace>(&[
        "",
        "Team_A",
        "team_a",
        "-shop",
        "shop-",
        "shop.eu",
        "shop ",
        "schöp",
        "z*",
        &"n".repeat(64),
    ]);
    table.refused::<ServiceAccountName>(&[
        "",
        "My",
        "a..b",
        ".a",
        "a.",
        "a.-b",
        "a-.b",
        "a_b",
        &"s".repeat(254),
    ]);
    table.refused::<ServiceAccountRef>(&[
        "",
        "my-s3-role",
        "shop/",
        "/api",
        "/",
        "shop/api/x",
        "shop//api",
        "Team_A/web",
        "shop/My",
        "system:serviceaccount:shop:api",
        "shop/api\n",
    ]);
    table.refused::<RoleName>(&[
        "",
        &"r".repeat(65),
        "my role",
        "team/my-role",
        "rôle",
        "arn:aws:iam::123456789012:role/x",
        "my\nrole\u{200e}",
    ]);
    table.refused::<RolePath>(&[
        "",
        "team",
        "/team",
        "team/",
        "//",
        "/my team/",
        "/é/",
        &format!("/{}/", "p".repeat(511)),
    ]);
    table.refused::<Audience>(&["", &"a".repeat(256)]);
    table.refused::<Issuer>(&[
        "",
        "https://",
        "http://oidc.example.com/id/x",
        "HTTPS://oidc.example.com",
        "ftp://oidc.example.com",
        "https:/oidc.example.com",
        "https://https://oidc.example.com/id/x",
        "https://host:8443/id/x",
        "host:443",
        "https://host/id?x=1",
        "https://host/id#x",
        "https://host?x",
        "https://user:pw@host/id",
        "https:///id",
        "https://[::1]:6443",
        "https://a..b",
        " https://host",
        "https://host/a b",
        "https://höst/",
        "https://host/\"x\"",
        &format!("https://host/{}", "i".repeat(243)),
    ]);
    table.refused::<Thumbprint>(&[
        "",
        ":::",
        &"a".repeat(39),
        &"a".repeat(41),
        &"b".repeat(64),
        &"b".repeat(32),
        &"g".repeat(40),
        "SHA256 Fingerprint=00:11",
        &format!("\u{200e}{}", "a".repeat(40)),
    ]);
    table.refused::<RoleArn>(&[
        "",
        "my-role",
        "arn:aws:iam::123456789012",
        "arn:aws:iam::123456789012:role",
        "arn:aws:iam::123456789012:role/",
        "arn:aws:iam::123456789012:user/me",
        "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:policy/p",
        "arn:aws:sts::123456789012:assumed-role/my-role/session",
        "arn:aws:s3:::bucket",
        "arn:AWS:iam::123456789012:role/r",
        "arn::iam::123456789012:role/r",
        "arn:aws:iam:eu-west-3:123456789012:role/r",
        "arn:aws:iam::12345:role/r",
        "arn:aws:iam:::role/r",
        "arn:aws:iam::123456789012:role/my role",
        "arn:aws:iam::123456789012:role//r",
        "arn:aws:iam::123456789012:Role/r",
        "arn:aws:iam::aws:role/r",
        "ARN:aws:iam::123456789012:role/r",
    ]);
    table.refused::<ProviderArn>(&[
        "",
        "https://oidc.example.com",
        "arn:aws:iam::123456789012:oidc-provider/",
        "arn:aws:iam::123456789012:oidc-provider/https://host",
        "arn:aws:iam::123456789012:oidc-provider/host:8443/id",
        "arn:aws:iam::123456789012:saml-provider/x",
        "arn:aws:iam::${AWS::AccountId}:oidc-provider/host",
        "arn:${P",
        "arn:aws:iam::123456789012:role/x",
        "arn:aws:eks:eu-west-3:123456789012:cluster/prod",
    ]);
    table.refused::<PrincipalArn>(&[
        "*",
        "123456789012",
        "AROAEXAMPLEEXAMPLE",
        "arn:aws:iam::123456789012:group/g",
        "arn:aws:iam::123456789012:root/x",
        "arn:aws:iam::123456789012:root/",
        "arn:aws:iam::123456789012:user/é/me",
        "arn:aws:iam::123456789012:user",
        "arn:aws:iam::123456789012:user/team/",
        "arn:aws:iam::123456789012:user/a b",
        "arn:aws:iam::123456789012:assumed-role/r/s",
        "arn:aws:sts::123456789012:assumed-role/r",
        "arn:aws:sts::123456789012:assumed-role/r/s",
        "arn:aws:sts::123456789012:assumed-role/r/a/b",
        "arn:aws:sts::123456789012:assumed-role//session",
        "arn:aws:sts::123456789012:federated-user/ü",
        "arn:aws:iam::123456789012:role/my role",
        "arn:aws:sts::123456789012:role/r",
    ]);
    for pattern in ["", "system:serviceaccount:shop:api"] {
        table.error(&SubjectPattern::dangerous_parse(pattern).unwrap_err());
    }
    let six = (0..6).map(|i| Thumbprint::from_sha1(&[i; 20]));
    table.error(&Thumbprints::new(six).unwrap_err());
    insta::assert_snapshot!("refused", table.0);
}

#[test]
fn refused_in_a_manifest() {
    let mut table = Table::default();
    table.refused::<TokenExpiration>(&[
        "",
        "0",
        "599",
        "86401",
        "-600",
        "+600",
        "1h",
        "3600s",
        " 3600",
        "3600.0",
        "99999999999999999999",
    ]);
    let long = "k".repeat(64);
    table.refused::<LabelKey>(&[
        "",
        "/",
        "a/",
        "/a",
        "a/b/c",
        "A/b",
        "-a",
        "a-",
        "a b",
        "é",
        "example.com/a_",
        &long,
    ]);
    table.refused::<LabelValue>(&["-", "a.", "a b", "a/b", "é", &long]);
    insta::assert_snapshot!("refused_in_a_manifest", table.0);
}

#[test]
fn refused_in_a_wiring() {
    let mut table = Table::default();
    table.refused::<ClusterName>(&["", "-prod", "a b", "prod.eu", &"c".repeat(101)]);
    table.refused::<ClusterId>(&[
        "",
        "https://",
        "arn:aws:eks:eu-west-3:1:cluster/prod",
        "oidc.eks",
    ]);
    table.refused::<ClusterArn>(&[
        "",
        "prod",
        "arn:aws:iam::123456789012:role/r",
        "arn:aws:eks:eu-west-3:123456789012:nodegroup/prod/a/b",
        "arn:aws:eks::123456789012:cluster/prod",
        "arn:aws:eks:EU:123456789012:cluster/prod",
        "arn:AWS:eks:eu-west-3:123456789012:cluster/prod",
        "arn:aws:eks:eu-west-3:123456789012:cluster/",
        "arn:aws:eks:eu-west-3:123456789012:cluster/a b",
    ]);
    let long = "p".repeat(129);
    table.refused::<ManagedPolicy>(&["", "service-role/AWSLambdaRole", "a b", &long]);
    table.refused::<InlinePolicyName>(&["", "a/b", &long]);
    table.refused::<PolicyArn>(&[
        "",
        "AmazonS3ReadOnlyAccess",
        "arn:aws:iam::aws:role/r",
        "arn:aws:iam:eu-west-3:aws:policy/p",
        "arn:aws:iam::AWS:policy/p",
        "arn:aws:iam::123:policy/p",
        "arn:aws:iam::aws:policy/a b/p",
        "arn:aws:iam::aws:policy/team/",
    ]);
    table.refused::<SessionDuration>(&["", "1h", "3599", "43201", "-1", "99999999999999999999"]);
    table.refused::<RoleDescription>(&["a\u{0}", "日本", &"d".repeat(1001)]);
    table.refused::<TagKey>(&["", "aws:x", "AWS:x", "a=b\t", "a*", &"k".repeat(129)]);
    table.refused::<TagValue>(&["a*", "line\nbreak", &"v".repeat(257)]);
    table.refused::<PermissionsPolicy>(&[
        "",
        "s3:*",
        "[]",
        "{}",
        r#"{"Statement":"Allow"}"#,
        r#"{"Statement":[]}"#,
        r#"{"Statement":[],"Statement":[]}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::日本"}}"#,
    ]);
    insta::assert_snapshot!("refused_in_a_wiring", table.0);
}

/// What `PutRolePolicy` refuses of the language.
#[test]
fn refused_of_an_inline_policy() {
    let mut table = Table::default();
    let allowed = r#""Effect":"Allow","Action":"s3:*","Resource":"*""#;
    let document = |more: &str| format!(r#"{{{more},"Statement":[{{{allowed}}}]}}"#);
    for more in [
        r#""Version":"2012-10-18""#,
        r#""Version":20121017"#,
        r#""Version":["2012-10-17"]"#,
        r#""Id":{"Ref":"x"}"#,
        r#""version":"2012-10-17""#,
        r#""Comment":"none""#,
    ] {
        table.refused::<PermissionsPolicy>(&[&document(more)]);
    }
    for statement in [
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Actions":[]}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Tag":1}"#.to_owned(),
        r#"{"Sid":"my-sid","Effect":"Allow","Action":"s3:*","Resource":"*"}"#.to_owned(),
        r#"{"Sid":["A"],"Effect":"Allow","Action":"s3:*","Resource":"*"}"#.to_owned(),
        format!(r#"{{"Sid":"A",{allowed}}},{{"Sid":"A",{allowed}}}"#),
        r#"{"Action":"s3:*","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"allow","Action":"s3:*","Resource":"*"}"#.to_owned(),
        r#"{"Effect":["Allow"],"Action":"s3:*","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":["s3:*","ListBuckets"],"Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Deny","NotAction":"","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":":Get","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:List:Bucket","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"a a:Get","Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":{"Fn::Sub":"s3:*"},"Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":[["s3:*"]],"Resource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","NotResource":"*"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":[]}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":""}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"my-bucket"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"aws:s3:::my-bucket"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"${aws_s3_bucket.b.arn}"}"#.to_owned(),
        r#"{"Effect":"Allow","Action":"s3:*","NotResource":{"Fn::GetAtt":"B.Arn"}}"#.to_owned(),
        format!(r#"{{{allowed},"Condition":[]}}"#),
        format!(r#"{{{allowed},"Condition":{{"Bool":"true"}}}}"#),
        format!(r#"{{{allowed},"Condition":{{"StringEqual":{{"aws:x":"y"}}}}}}"#),
        format!(r#"{{{allowed},"Condition":{{"Bool":{{"aws:x":[{{"Ref":"y"}}]}}}}}}"#),
    ] {
        let document = format!("{{\n  \"Statement\": [{statement}]\n}}");
        table.refused::<PermissionsPolicy>(&[&document]);
    }
    insta::assert_snapshot!("refused_of_an_inline_policy", table.0);
}

#[test]
fn suspicious() {
    let mut table = Table::default();
    for text in [
        "https://oidc.example.com/",
        "https://OIDC.example.com/id/x",
        "https://oidc-eks.eu-west-3.api.aws/id/x",
        "https://oidc.eks.eu-west-3.amazonaws.com/id/EXAMPLE",
        "https://oidc.eks.eu-west-3.amazonaws.com",
        "https://host/a:b",
    ] {
        table.noticed(text, &text.parse::<Issuer>().unwrap().notices());
    }
    for text in [
        "sts.amazonaws.com.cn",
        "STS.amazonaws.com",
        "sts.eu-west-3.amazonaws.com",
        "https://sts.amazonaws.com",
        " x",
        "x\u{0}",
        "日本",
    ] {
        table.noticed(text, &text.parse::<Audience>().unwrap().notices());
    }
    table.noticed("aws-new", &"aws-new".parse::<Partition>().unwrap().notices());
    for text in ["/aws-reserved/sso/", "/a:b/"] {
        table.noticed(text, &text.parse::<RolePath>().unwrap().notices());
    }
    table.noticed("shop/default", &"shop/default".parse::<ServiceAccountRef>().unwrap().notices());
    for text in [
        "shop/api",
        "",
        "system:serviceaccount:shop:*",
        "system:serviceaccount:Shop:api",
        "system:serviceaccount:a",
        "a${b}",
        "日本",
    ] {
        table.noticed(text, &Subject::from(text).notices());
    }
    for text in ["*", "system:*", "system:serviceaccount:*", "system:serviceaccount:*:*", "a${b}*"]
    {
        table.noticed(text, &SubjectPattern::dangerous_parse(text).unwrap().notices());
    }
    let text = "arn:aws-new:iam::123456789012:oidc-provider/Host/";
    table.noticed(text, &text.parse::<ProviderArn>().unwrap().notices());
    let text = "arn:aws:iam::123456789012:role/aws-service-role/eks.amazonaws.com/r";
    table.noticed(text, &text.parse::<RoleArn>().unwrap().notices());
    insta::assert_snapshot!("suspicious", table.0);
}
