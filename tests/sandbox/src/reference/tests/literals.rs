//! Line 6 of the list: the operators themselves.

use super::assert_rows;
use crate::reference::date;

#[test]
fn strings() {
    assert_rows(
        "k",
        &[
            ("StringEquals", r#""a""#, r#""A""#, "no"),
            ("StringEquals", r#""a*""#, r#""ab""#, "no"),
            ("StringEquals", "1.0", r#""1.0""#, "yes"),
            ("StringEquals", "1.0", "1", "no"),
            ("StringEquals", "true", "true", "yes"),
            ("StringEqualsIgnoreCase", r#""ΟΔΟΣ""#, r#""οδος""#, "yes"),
            ("StringEqualsIgnoreCase", r#""ΟΔΟΣ""#, r#""οδοσ""#, "no"),
            ("StringEqualsIgnoreCase", r#""İ""#, r#""i̇""#, "yes"),
            ("StringEqualsIgnoreCase", r#""𐐀""#, r#""𐐨""#, "no"),
            ("StringNotEqualsIgnoreCase", r#""ABC""#, r#""abc""#, "no"),
            ("StringLike", r#""a*:c""#, r#""a:b/x:c""#, "yes"),
            ("StringLike", r#""a*""#, r#""a""#, "yes"),
            ("StringLike", r#""?""#, r#""""#, "no"),
            ("StringLike", r#""?""#, r#""😀""#, "no"),
            ("StringLike", r#""??""#, r#""😀""#, "yes"),
            ("StringLike", r#""A""#, r#""a""#, "no"),
            ("StringNotLike", r#"["b*","a*"]"#, r#""ab""#, "no"),
            ("StringLike", r#""*a*b*""#, r#""xxaxxbxx""#, "yes"),
            ("StringLike", r#""*a*b*""#, r#""xxbxxaxx""#, "no"),
        ],
    );
}

#[test]
fn numbers() {
    let huge = "1".repeat(60);
    let equal = format!(r#""{huge}.000""#);
    assert_rows("k", &[("NumericEquals", &equal, &huge, "yes")]);
    for text in ["01", "+1", "1.", "1e0", "1.0", "10e-1", "0.1E+1", "1e-00"] {
        assert_rows("k", &[("NumericEquals", "1", &format!(r#""{text}""#), "yes")]);
    }
    for text in ["", ".5", "1e", "1 ", "0x1", "--1", "1.0.0", "1e1.0", "٣", "e1", "NaN"] {
        let text = format!(r#""{text}""#);
        assert_rows(
            "k",
            &[
                ("NumericEquals", "1", &text, "no"),
                ("NumericNotEquals", "1", &text, "yes"),
                ("NumericLessThan", &text, "1", "no"),
                ("NumericNotEquals", &text, "1", "yes"),
            ],
        );
    }
    assert_rows(
        "k",
        &[
            ("NumericLessThan", "2", "1", "yes"),
            ("NumericLessThan", "1", "1", "no"),
            ("NumericLessThanEquals", "1", "1.000", "yes"),
            ("NumericGreaterThan", "-2", "-1", "yes"),
            ("NumericGreaterThan", "0.10", "0.11", "yes"),
            ("NumericGreaterThanEquals", "1e400", "1e401", "yes"),
            ("NumericLessThan", r#""1e99999999999999999999999999999999999999999999""#, "5", "yes"),
            ("NumericEquals", r#""0e99999999999999999999999999999999999999999999""#, "-0", "yes"),
            ("NumericGreaterThan", "-1e-1000000000000000000000000", "0", "yes"),
            ("NumericNotEquals", r#"["x",1]"#, "1", "no"),
            ("NumericNotEquals", "1", "1.0", "no"),
        ],
    );
}

#[test]
fn dates() {
    for same in [
        "2020-01-02T00:00:00Z",
        "2020-01-02T00:00:00",
        "2020-01-02T00:00:00.0009Z",
        "2020-01-02T01:30:00+01:30",
        "2020-01-01T23:00:00-0100",
        "1577923200",
        "+01577923200",
    ] {
        assert_rows("k", &[("DateEquals", r#""2020-01-02""#, &format!(r#""{same}""#), "yes")]);
    }
    for unreadable in [
        "2019-02-29",
        "2020-13-01",
        "2020-00-01",
        "2020-01-00",
        "2020-01-02T24:00:00Z",
        "2020-01-02T00:60:00Z",
        "2020-01-02T00:00:60Z",
        "2020-01-02T00:00Z",
        "2020-01-02T00:00:00.Z",
        "2020-01-02T00:00:00+01",
        "2020-01-02T00:00:00z",
        "2020-01-02 00:00:00",
        "2020-1-2",
        "2020-01-02Z",
        "1.5",
        "",
        "２020-01-02",
    ] {
        let text = format!(r#""{unreadable}""#);
        assert_rows(
            "k",
            &[
                ("DateGreaterThan", "0", &text, "no"),
                ("DateNotEquals", "0", &text, "yes"),
                ("DateLessThan", &text, "0", "no"),
                ("DateNotEquals", &text, "0", "yes"),
            ],
        );
    }
    assert_rows(
        "k",
        &[
            (
                "DateLessThan",
                r#""2020-02-29T00:00:00.002Z""#,
                r#""2020-02-29T00:00:00.0019Z""#,
                "yes",
            ),
            ("DateGreaterThan", "99999999999999999999", "999999999999999999999", "yes"),
            ("DateLessThanEquals", "0", r#""1969-12-31T23:59:59.999Z""#, "yes"),
            ("DateGreaterThanEquals", "-1", r#""1969-12-31T23:59:59Z""#, "yes"),
        ],
    );
}

#[test]
fn date_texts() {
    for (epoch, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_577_923_199, "2020-01-01T23:59:59Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
        (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ] {
        assert_eq!(date::format(epoch).as_deref(), Some(text));
        assert_eq!(date::parse(text), date::parse(&epoch.to_string()), "{text}");
    }
    assert_eq!(date::format(253_402_300_800), None);
    assert_eq!(date::format(i64::MIN), None);
}

#[test]
fn booleans_and_base64() {
    assert_rows(
        "k",
        &[
            ("Bool", "true", r#""TRUE""#, "yes"),
            ("Bool", r#""yes""#, r#""1""#, "yes"),
            ("Bool", r#"" true ""#, "true", "no"),
            ("Bool", r#""""#, r#""false""#, "yes"),
            ("Bool", "false", "true", "no"),
            ("BinaryEquals", r#""QQ==""#, r#""QQ==""#, "yes"),
            ("BinaryEquals", r#""QR==""#, r#""QR==""#, "no"),
            ("BinaryEquals", r#""QQ""#, r#""QQ""#, "no"),
            ("BinaryEquals", r#""QUI=""#, r#""QUI=""#, "yes"),
            ("BinaryEquals", r#""QUJD""#, r#""QUJD""#, "yes"),
            ("BinaryEquals", r#""====""#, r#""====""#, "no"),
            ("BinaryEquals", r#""A===""#, r#""A===""#, "no"),
            ("BinaryEquals", r#""QU_D""#, r#""QU_D""#, "no"),
        ],
    );
}

#[test]
fn addresses() {
    for (value, address, expected) in [
        ("10.0.0.0/8", "10.9.8.7", "yes"),
        ("10.1.2.3/8", "10.9.8.7", "yes"),
        ("010.000.0.0/+8", "10.9.8.7", "yes"),
        ("10.0.0.1", "10.0.0.01", "yes"),
        ("10.0.0.1", "10.0.0.2", "no"),
        ("0.0.0.0/0", "255.255.255.255", "yes"),
        ("10.0.0.0/33", "10.0.0.0", "no"),
        ("10.0.0.0/", "10.0.0.0", "no"),
        ("10.0.0/8", "10.0.0.0", "no"),
        ("256.0.0.0/0", "1.1.1.1", "no"),
        ("2001:db8::/32", "2001:DB8:1::1", "yes"),
        ("2001:db8::1/32", "2001:db8::1", "no"),
        ("2001:db8::/+32", "2001:db8::1", "no"),
        ("2001:db8::1", "2001:db8:0:0:0:0:0:1", "yes"),
        ("::/0", "1.2.3.4", "no"),
        ("0.0.0.0/0", "::1", "no"),
        ("::/0", "::1", "yes"),
        ("0.0.0.0/0", "::ffff:1.2.3.4", "yes"),
        ("1.2.3.4", "::FFFF:102:304", "yes"),
        ("::/0", "::ffff:102:304", "no"),
        ("::ffff:102:304", "::ffff:102:304", "no"),
        ("::ffff:1.2.3.4", "::ffff:1.2.3.4", "no"),
        ("::1.2.3.4", "::102:304", "no"),
        (":::/0", "::1", "yes"),
        ("::/0", ":::", "yes"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "yes"),
        ("0:2:3:4:5:6:7:8", ":2:3:4:5:6:7:8", "yes"),
        ("::2", "::2:", "yes"),
    ] {
        let (value, address) = (format!(r#""{value}""#), format!(r#""{address}""#));
        let opposite = if expected == "yes" { "no" } else { "yes" };
        assert_rows("k", &[("IpAddress", &value, &address, expected)]);
        assert_rows("k", &[("NotIpAddress", &value, &address, opposite)]);
    }
    for unreadable in
        ["", "10.0.0.0/8", "::1/128", "::1.2.3.4", "1:2", "x", "::12345", "1::2::3", "1:::2"]
    {
        let text = format!(r#""{unreadable}""#);
        assert_rows("k", &[("IpAddress", r#"["0.0.0.0/0","::/0"]"#, &text, "no")]);
        assert_rows("k", &[("NotIpAddress", r#""9.9.9.9""#, &text, "no")]);
    }
    assert_rows("k", &[("NotIpAddress", r#"["x","1.1.1.1"]"#, r#""1.1.1.1""#, "no")]);
}

#[test]
fn arns() {
    for (value, arn, expected) in [
        ("*", "arn:aws:iam::1:role/a", "yes"),
        ("arn:aws:iam::1:role/*", "arn:aws:iam::1:role/a:b/c", "yes"),
        ("arn:*:role/a", "arn:aws:iam::1:role/a", "no"),
        ("arn:*:*:*:*:*", "arn:aws:iam::1:role/a", "yes"),
        ("arn:aws:iam::?:role/?", "arn:aws:iam::1:role/a", "yes"),
        ("arn:AWS:iam::1:role/a", "arn:aws:iam::1:role/a", "no"),
        ("arn:aws:iam:*1:role/a:", "arn:aws:iam::1:role/a:", "no"),
    ] {
        let (value, arn) = (format!(r#""{value}""#), format!(r#""{arn}""#));
        assert_rows(
            "k",
            &[("ArnEquals", &value, &arn, expected), ("ArnLike", &value, &arn, expected)],
        );
    }
    assert_rows("k", &[("ArnNotLike", r#""arn:aws:iam::1:role/b""#, r#""role/a""#, "no")]);
    assert_rows("k", &[("ArnNotLike", r#""arn:aws:iam::1:role/b""#, r#""*""#, "no")]);
}
