//! How Kubernetes' API server reads selectors of labels and fields.

/// What it says of a field by which nobody can select; of pods and events there are many more.
pub(crate) fn unknown_field(plural: &str, selector: Option<&str>) -> Option<String> {
    let own = match plural {
        "pods" | "events" => return None,
        "namespaces" => "status.phase",
        "secrets" => "type",
        _ => "",
    };
    let known = ["", "metadata.name", "metadata.namespace", own];
    let mut names = selector?.split(',').filter_map(|part| part.split(['=', '!']).next());
    let unknown = names.find(|name| !known.contains(name))?;
    let only = "only \"metadata.name\", \"metadata.namespace\"";
    Some(format!("\"{unknown}\" is not a known field selector: {only}"))
}

/// What it says of a selector of labels that can't be read. (`<` and `>` are read by the API server alone.)
pub(crate) fn unreadable(selector: Option<&str>) -> Option<String> {
    let selector = selector?;
    if selector.matches('(').count() != selector.matches(')').count() {
        return Some("unable to parse requirement: found '', expected: ',' or ')'".to_owned());
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    parts(selector).into_iter().find_map(|part| {
        let rest =
            part.trim().trim_start_matches(['!', ' ']).trim_start_matches(is_word).trim_start();
        let operator: String = rest.chars().take_while(|c| is_word(*c)).collect();
        let is_set = rest.ends_with(')') && ["in", "notin"].contains(&operator.as_str());
        let is_equality = rest.starts_with('=') || rest.starts_with("!=");
        let expected = "in, notin, =, ==, !=, gt, lt";
        let why = format!("unable to parse requirement: found '{rest}', expected: {expected}");
        (!(rest.is_empty() || is_equality || is_set)).then_some(why)
    })
}

/// Whether a selector holds: `a=b`, `a!=b`, `a`, `!a`, `a in (b,c)` or `a notin (b,c)`, with commas between.
pub(crate) fn selects<'v>(selector: Option<&str>, value: impl Fn(&str) -> Option<&'v str>) -> bool {
    parts(selector.unwrap_or_default()).into_iter().all(|part| {
        if let Some((left, set)) = part.split_once('(') {
            let (name, operator) = left.trim().rsplit_once(' ').unwrap_or_default();
            let within = |found| set.trim_end_matches(')').split(',').any(|w| w.trim() == found);
            return value(name.trim()).is_some_and(within) == (operator == "in");
        }
        let (name, wanted) = part.split_once('=').map_or((part, None), |(n, w)| (n, Some(w)));
        let found = value(name.trim_matches(['!', ' ']));
        let wanted = wanted.map(|wanted| wanted.trim_matches(['=', ' ']));
        let matched = wanted.map_or(found.is_some(), |wanted| found == Some(wanted));
        part.is_empty() || matched != name.contains('!')
    })
}

/// The requirements of a selector: a comma in parentheses is within one.
fn parts(selector: &str) -> Vec<&str> {
    let mut depth = 0;
    let is_between = |c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    };
    selector.split(is_between).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_selector_holds_for() {
        let labels = |name: &str| match name {
            "app" => Some("web"),
            "tier" => Some(""),
            _ => None,
        };
        for (selector, holds) in [
            ("", true),
            ("app", true),
            ("!app", false),
            ("app=web", true),
            ("app==web,tier", true),
            ("app!=web", false),
            ("other!=web", true),
            ("app in (web,api)", true),
            ("app in (api, web),tier", true),
            ("app notin (web)", false),
            ("other notin (web)", true),
            ("other in (web)", false),
            ("tier in ()", true),
            ("app in (web),other", false),
        ] {
            assert_eq!(selects(Some(selector), labels), holds, "{selector}");
        }
    }

    #[test]
    fn fields_that_are_known() {
        for (plural, selector) in [
            ("serviceaccounts", "metadata.name=a,metadata.namespace!=b"),
            ("serviceaccounts", ""),
            ("pods", "spec.nodeName=a"),
            ("namespaces", "status.phase=Active"),
            ("secrets", "type==Opaque"),
        ] {
            assert_eq!(unknown_field(plural, Some(selector)), None, "{plural} {selector}");
        }
        assert!(unknown_field("serviceaccounts", Some("status.phase=a")).is_some());
        let why = unknown_field("serviceaccounts", Some("metadata.name=a,foo=b")).unwrap();
        assert!(why.starts_with("\"foo\" is not a known field selector: only"), "{why}");
    }
    #[test]
    fn what_is_no_selector() {
        for selector in
            ["", "a", "!a", "! a", "a = b", "a==b,c!=d", "a in (b, c),d", "x.y/a notin ()"]
        {
            assert_eq!(unreadable(Some(selector)), None, "{selector}");
        }
        for selector in ["a foo (x)", "a in b", "a in (b", "a b", "a>1", "a in (b) c"] {
            assert!(unreadable(Some(selector)).is_some(), "{selector}");
        }
    }
}
