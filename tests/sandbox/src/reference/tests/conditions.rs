use super::{assert_rows, assert_rows_as, condition};

#[test]
fn unknown_operators() {
    assert_rows(
        "k",
        &[
            ("Stringequals", r#""a""#, r#""a""#, "unknown"),
            ("StringEqualsIfexists", r#""a""#, r#""a""#, "unknown"),
            ("ForAllValues:Null", r#""true""#, "", "unknown"),
            ("NullIfExists", r#""true""#, "", "unknown"),
            ("NotNull", r#""true""#, "", "unknown"),
            ("ForAnyValue:ForAnyValue:StringEquals", r#""a""#, r#""a""#, "unknown"),
            ("StringEqualsIfExistsIfExists", r#""a""#, "", "unknown"),
        ],
    );
}

#[test]
fn null() {
    assert_rows(
        "k",
        &[
            ("Null", r#""true""#, "", "yes"),
            ("Null", r#""TRUE""#, "[]", "yes"),
            ("Null", "true", r#""""#, "no"),
            ("Null", r#""false""#, "", "no"),
            ("Null", r#""false""#, r#""""#, "yes"),
            ("Null", r#"" true ""#, "1", "yes"),
            ("Null", r#"["true","false"]"#, "", "yes"),
            ("Null", r#"["true","false"]"#, "1", "yes"),
            ("Null", "[]", "1", "no"),
            ("Null", "null", "1", "unknown"),
        ],
    );
}

#[test]
fn absent_key() {
    assert_rows(
        "k",
        &[
            ("ForAllValues:StringEquals", r#""a""#, "", "yes"),
            ("ForAllValues:StringNotEquals", "[]", "", "yes"),
            ("ForAnyValue:StringEquals", r#""a""#, "", "no"),
            ("ForAnyValue:StringNotEqualsIfExists", r#""a""#, "", "no"),
            ("ForAllValues:StringEqualsIfExists", r#""a""#, "[]", "yes"),
            ("StringEqualsIfExists", r#""a""#, "", "yes"),
            ("StringNotEqualsIfExists", "[]", "", "yes"),
            ("StringNotEquals", "[]", "", "unknown"),
            ("StringNotEquals", r#""a""#, "", "yes"),
            ("NotIpAddress", r#""x""#, "[]", "yes"),
            ("StringEquals", r#""a""#, "", "no"),
            ("StringLike", "[]", "", "no"),
            ("StringEquals", "null", "", "no"),
        ],
    );
}

#[test]
fn empty_value_list() {
    assert_rows(
        "k",
        &[
            ("StringNotEquals", "[]", "1", "unknown"),
            ("StringNotEqualsIfExists", "[]", "1", "no"),
            ("ForAllValues:StringNotEquals", "[]", "1", "no"),
            ("ForAnyValue:StringNotEquals", "[]", "1", "no"),
            ("StringEquals", "[]", "1", "no"),
        ],
    );
}

#[test]
fn plain_operator_on_lists() {
    for key in ["aws:TagKeys", "AWS:tagkeys", "x:amr", "aws:CalledVia", "sts:TransitiveTagKeys"] {
        assert_rows(
            key,
            &[
                ("StringEquals", r#""a""#, r#""a""#, "no"),
                ("StringNotEquals", r#""b""#, r#"["a"]"#, "no"),
                ("StringNotEqualsIfExists", r#""b""#, r#"["a"]"#, "no"),
                ("StringNotEquals", r#""b""#, "", "yes"),
                ("ForAnyValue:StringEquals", r#""a""#, r#""a""#, "yes"),
            ],
        );
    }
    for key in ["k", "aws:amr", "sts:x:amr"] {
        assert_rows(
            key,
            &[
                ("StringEquals", r#""a""#, r#"["a"]"#, "yes"),
                ("StringEquals", r#""a""#, r#"["a","a"]"#, "unknown"),
                ("StringNotEquals", r#""b""#, r#"["a","c"]"#, "unknown"),
            ],
        );
    }
}

#[test]
fn quantifiers() {
    assert_rows(
        "k",
        &[
            ("ForAllValues:StringEquals", r#"["a","b"]"#, r#"["a","b"]"#, "yes"),
            ("ForAllValues:StringEquals", r#"["a","b"]"#, r#"["a","c"]"#, "no"),
            ("ForAllValues:StringNotEquals", r#"["a","b"]"#, r#"["c","a"]"#, "no"),
            ("ForAllValues:StringNotEquals", r#"["a","b"]"#, r#"["c","d"]"#, "yes"),
            ("ForAnyValue:StringEquals", r#"["a","b"]"#, r#"["c","a"]"#, "yes"),
            ("ForAnyValue:StringEquals", r#"["a","b"]"#, r#"["c"]"#, "no"),
            ("ForAnyValue:StringNotEquals", r#"["a","b"]"#, r#"["a","c"]"#, "yes"),
            ("ForAnyValue:StringNotEquals", r#"["a","b"]"#, r#"["a","b"]"#, "no"),
            ("ForAllValues:StringLike", r#""a*""#, r#""ab""#, "yes"),
        ],
    );
}

#[test]
fn unknown_values_in_the_or() {
    assert_rows(
        "k",
        &[
            ("StringEquals", r#"["a",null]"#, r#""a""#, "yes"),
            ("StringEquals", r#"["b",null]"#, r#""a""#, "unknown"),
            ("StringEquals", r#"{"Fn::Sub":"a"}"#, r#""a""#, "unknown"),
            ("StringNotEquals", r#"["a",[]]"#, r#""a""#, "no"),
            ("StringNotEquals", r#"["b",{}]"#, r#""a""#, "unknown"),
            ("IpAddress", "[null]", r#""x""#, "no"),
            ("ArnLike", "[null]", r#""x""#, "no"),
        ],
    );
}

#[test]
fn keys_operators_and_values() {
    let context = r#"{"k":"a","L":"b"}"#;
    for (wanted, expected) in [
        ("{}", "yes"),
        (r#"{"StringEquals":{}}"#, "yes"),
        (r#"{"Stringequals":{}}"#, "unknown"),
        (r#"{"StringEquals":{"K":"a","l":"b"}}"#, "yes"),
        (r#"{"StringEquals":{"k":"a","l":"c"}}"#, "no"),
        (r#"{"StringEquals":{"k":"a"},"StringLike":{"l":"c"}}"#, "no"),
        (r#"{"Foo":{"k":"a"},"StringLike":{"l":"c"}}"#, "no"),
        (r#"{"Foo":{"k":"a"},"StringLike":{"l":"b"}}"#, "unknown"),
        (r#"{"StringEquals":[]}"#, "unknown"),
        ("null", "unknown"),
        ("[]", "unknown"),
    ] {
        assert_eq!(condition("Allow", "2012-10-17", wanted, context), expected, "{wanted}");
    }
}

#[test]
fn arn_trials() {
    let arn = r#""arn:aws:iam::1:role/a""#;
    let rows = |ended: &'static str| {
        [
            ("ArnLike", r#"["arn:aws:iam::1:role/a","x"]"#, arn, "yes"),
            ("ArnNotLike", r#"["arn:aws:iam::1:role/a","x"]"#, arn, "no"),
            ("ArnEquals", r#"["x","arn:aws:iam::1:role/a"]"#, arn, ended),
            ("ArnNotEquals", r#"["x","arn:aws:iam::1:role/a"]"#, arn, ended),
            ("ArnNotLike", r#"["arn:aws:iam::2:role/a","x"]"#, arn, ended),
            ("ArnNotLike", r#"["arn:aws:iam::2:role/a"]"#, arn, "yes"),
            ("ArnLike", r#"["${absent}","arn:aws:iam::1:role/a"]"#, arn, "yes"),
            ("ArnNotLike", r#""x""#, r#""y""#, "no"),
            (
                "ForAnyValue:ArnLike",
                r#"["arn:*:*:*:*:*a","x"]"#,
                r#"["arn:::::a","arn:::::b"]"#,
                ended,
            ),
            ("ArnNotLike", r#"["*:aws:iam::1:role/b"]"#, arn, ended),
            ("ArnLike", r#""${*}""#, arn, ended),
        ]
    };
    assert_rows_as("Allow", "2012-10-17", "k", &rows("no"));
    assert_rows_as("Deny", "2012-10-17", "k", &rows("yes"));
}

#[test]
fn variables() {
    let of = |wanted: &str, version: &str| {
        let context = r#"{"k":"a*b","star":"*","v":"a","e":"","aws:TagKeys":["a"],"arn":"arn:aws:iam::1:role/a"}"#;
        condition("Allow", version, wanted, context)
    };
    for (wanted, expected) in [
        (r#"{"StringEquals":{"k":"${V}*b"}}"#, "yes"),
        (r#"{"StringLike":{"k":"a${star}b"}}"#, "yes"),
        (r#"{"StringLike":{"v":"${star}"}}"#, "no"),
        (r#"{"StringLike":{"k":"a${*}b"}}"#, "yes"),
        (r#"{"StringLike":{"v":"${?}"}}"#, "no"),
        (r#"{"StringEquals":{"star":"${*}"}}"#, "yes"),
        (r#"{"StringEquals":{"v":"${none}"}}"#, "no"),
        (r#"{"StringNotEquals":{"v":"${none}"}}"#, "yes"),
        (r#"{"StringEquals":{"v":["${none}","a"]}}"#, "yes"),
        (r#"{"StringEquals":{"v":"${none, 'a'}"}}"#, "yes"),
        (r#"{"StringEquals":{"v":"${none,'a'}"}}"#, "yes"),
        (r#"{"StringEquals":{"v":"a${none,''}"}}"#, "yes"),
        (r#"{"StringEquals":{"v":"a${e, 'x'}"}}"#, "yes"),
        (r#"{"StringLike":{"v":"${none, '*'}"}}"#, "no"),
        (r#"{"StringEquals":{"v":"${aws:TagKeys}"}}"#, "no"),
        (r#"{"StringEquals":{"v":"${aws:TagKeys, 'a'}"}}"#, "no"),
        (r#"{"StringEquals":{"v":"${a b}"}}"#, "unknown"),
        (r#"{"StringEquals":{"v":"${none}${"}}"#, "unknown"),
        (r#"{"StringNotEquals":{"v":"${}"}}"#, "unknown"),
        (r#"{"StringEquals":{"v":["${","a"]}}"#, "yes"),
        (r#"{"StringEquals":{"v":"$a"}}"#, "no"),
        (r#"{"ArnEquals":{"arn":"arn:aws:iam::1:role/${v}"}}"#, "yes"),
        (r#"{"ArnEquals":{"arn":"${arn}"}}"#, "yes"),
        (r#"{"Bool":{"v":"${v}"}}"#, "unknown"),
        (r#"{"NumericNotEquals":{"v":"${v}"}}"#, "yes"),
    ] {
        assert_eq!(of(wanted, "2012-10-17"), expected, "{wanted}");
    }
    assert_eq!(of(r#"{"StringEquals":{"k":"${V}*b"}}"#, "2008-10-17"), "no");
    assert_eq!(of(r#"{"Bool":{"v":"${v}"}}"#, "2008-10-17"), "yes");
    assert_eq!(of(r#"{"StringEquals":{"k":"${V}*b"}}"#, "2012"), "unknown");
    assert_eq!(of(r#"{"StringEquals":{"k":["${V}*b","a*b"]}}"#, "2012"), "yes");
    assert_eq!(of(r#"{"StringEquals":{"v":"a"}}"#, "2012"), "yes");
}
