mod conditions;
mod documents;
mod fuzz;
mod literals;
mod tokens;

use super::evaluate;

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/h/id/1";

/// A part of an answer: the text behind `"name":"`.
fn part<'a>(answer: &'a str, name: &str) -> &'a str {
    let after = answer.split_once(&format!(r#""{name}":""#)).map_or("", |(_, after)| after);
    after.split_once('"').map_or("", |(text, _)| text)
}

/// The result of one statement under one condition.
fn condition(effect: &str, version: &str, condition: &str, context: &str) -> String {
    let statement = format!(
        r#"{{"Effect":"{effect}","Principal":{{"Federated":"{PROVIDER}"}},"Action":"a","Condition":{condition}}}"#
    );
    let policy = format!(r#"{{"Version":"{version}","Statement":{statement}}}"#);
    let request =
        format!(r#"{{"action":"a","principal":{{"Federated":"{PROVIDER}"}},"context":{context}}}"#);
    let answer = evaluate(&format!(r#"{{"policy":{policy},"request":{request}}}"#));
    if answer.starts_with(r#"{"error""#) { answer } else { part(&answer, "result").to_owned() }
}

/// Asserts rows of (operator, policy values, what the request holds or nothing, result).
fn assert_rows(key: &str, rows: &[(&str, &str, &str, &str)]) {
    assert_rows_as("Allow", "2012-10-17", key, rows);
}

fn assert_rows_as(effect: &str, version: &str, key: &str, rows: &[(&str, &str, &str, &str)]) {
    for (operator, values, held, expected) in rows {
        let wanted = format!(r#"{{"{operator}":{{"{key}":{values}}}}}"#);
        let context =
            if held.is_empty() { "{}".to_owned() } else { format!(r#"{{"{key}":{held}}}"#) };
        let result = condition(effect, version, &wanted, &context);
        assert_eq!(result, *expected, "{effect} {version} {operator} {key} {values} held {held}");
    }
}
