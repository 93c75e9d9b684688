//! How Kubernetes' API server reads selectors of labels and fields.

/// What it says of a field by which nobody can select; of pods and events there are many more.
pub(crate) fn unknown_field(plural: &str, selector: &str) -> Option<String> {
    const KNOWN: [&str; 3] = ["", "metadata.name", "metadata.namespace"];
    if ["pods", "events"].contains(&plural) {
        return None;
    }
    let mut names = selector.split(',').filter_map(|part| part.split(['=', '!']).next());
    let unknown = names.find(|name| !KNOWN.contains(name))?;
    let only = "only \"metadata.name\", \"metadata.namespace\"";
    Some(format!("\"{unknown}\" is not a known field selector: {only}"))
}

/// Whether a selector holds: `a=b`, `a!=b`, `a`, `!a`, `a in (b,c)` or `a notin (b,c)`, with commas between.
pub(crate) fn selects<'v>(selector: Option<&str>, value: impl Fn(&str) -> Option<&'v str>) -> bool {
    let mut depth = 0;
    let mut parts = selector.unwrap_or_default().split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    parts.all(|part| {
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
        assert_eq!(unknown_field("serviceaccounts", "metadata.name=a,metadata.namespace!=b"), None);
        assert_eq!(unknown_field("pods", "spec.nodeName=a"), None);
        let why = unknown_field("serviceaccounts", "metadata.name=a,foo=b").unwrap();
        assert!(why.starts_with("\"foo\" is not a known field selector: only"), "{why}");
    }
}
