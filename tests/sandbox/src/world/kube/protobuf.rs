//! Kubernetes' protobuf, as far as kubectl sends it: an object's metadata, a `TokenRequest`.

use serde_json::{Value, json};

use super::fields::merge;

/// What is known of each message: a field's number, its name in JSON and, if it is no text, its shape.
const MESSAGES: [(&str, &str); 7] = [
    ("Object", "1 metadata:ObjectMeta"),
    (
        "ObjectMeta",
        "1 name, 3 namespace, 5 uid, 6 resourceVersion, 11 labels:map, 12 annotations:map",
    ),
    ("TypeMeta", "1 apiVersion, 2 kind"),
    ("TokenRequest", "1 metadata:ObjectMeta, 2 spec:Spec"),
    ("Spec", "1 audiences:list, 3 boundObjectRef:Reference, 4 expirationSeconds:number"),
    ("Reference", "1 kind, 2 apiVersion, 3 name, 4 uid"),
    ("Entry", "1 key, 2 value"),
];

/// Name and shape of a field.
fn known(message: &str, number: u64) -> Option<(&'static str, &'static str)> {
    let (_, fields) = MESSAGES.iter().find(|(name, _)| *name == message)?;
    let mut fields = fields.split(", ").filter_map(|field| field.split_once(' '));
    let (_, field) = fields.find(|(known, _)| *known == number.to_string())?;
    Some(field.split_once(':').unwrap_or((field, "text")))
}

/// A body as JSON; nothing if it holds more than is known here.
pub(super) fn read(body: &[u8]) -> Option<Value> {
    let envelope = fields(body.strip_prefix(b"k8s\0")?)?;
    let (mut head, mut raw) = (Value::Null, &[][..]);
    for (number, content) in envelope {
        match (number, content) {
            (1, Content::Bytes(bytes)) => head = message(bytes, "TypeMeta")?,
            (2, Content::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let is_token = head.get("kind")? == "TokenRequest";
    let mut object = message(raw, if is_token { "TokenRequest" } else { "Object" })?;
    merge(&mut object, &head);
    Some(object)
}

fn message(bytes: &[u8], name: &str) -> Option<Value> {
    let mut object = json!({});
    for (number, content) in fields(bytes)? {
        let Some((name, shape)) = known(name, number) else {
            // Anything that says something would be lost in silence.
            says_nothing(content).then_some(())?;
            continue;
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let value = match (shape, content) {
            ("number", Content::Number(number)) => json!(i64::try_from(number).ok()?),
            ("text", Content::Bytes(b"")) => continue,
            ("text", Content::Bytes(bytes)) => json!(text(bytes)?),
            ("list", Content::Bytes(bytes)) => {
                let list = object.get(name).and_then(Value::as_array).into_iter().flatten();
                list.cloned().chain([json!(text(bytes)?)]).collect()
            }
            ("map", Content::Bytes(bytes)) => {
                let entry = message(bytes, "Entry")?;
                let part = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default();
                json!({ part("key"): part("value") })
            }
            (other, Content::Bytes(bytes)) => message(bytes, other)?,
            _ => return None,
        };
        merge(&mut object, &json!({ name: value }));
    }
    Some(object)
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// Whether it is zero or empty, and so is all that is in it.
fn says_nothing(content: Content<'_>) -> bool {
    match content {
        Content::Number(number) => number == 0,
        Content::Bytes(bytes) => {
            fields(bytes).is_some_and(|inner| inner.into_iter().all(|(_, c)| says_nothing(c)))
        }
    }
}

fn fields(mut bytes: &[u8]) -> Option<Vec<(u64, Content<'_>)>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = number(&mut bytes)?;
        let content = match tag & 7 {
            0 => Content::Number(number(&mut bytes)?),
            2 => {
                let length = usize::try_from(number(&mut bytes)?).ok()?;
                let (content, rest) = bytes.split_at_checked(length)?;
                bytes = rest;
                Content::Bytes(content)
            }
            _ => return None,
        };
        found.push((tag >> 3, content));
    }
    Some(found)
}

/// A number in groups of seven bits, the lowest first; at most nine, which no number here exceeds.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let last = bytes.iter().take(9).position(|byte| byte & 0x80 == 0)?;
    let (own, rest) = bytes.split_at_checked(last + 1)?;
    *bytes = rest;
    Some(own.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7F)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        let head = [number << 3 | 2, u8::try_from(content.len()).unwrap()];
        [&head, content].concat()
    }

    fn body(kind: &str, raw: &[u8]) -> Vec<u8> {
        let head = [field(1, b"v1"), field(2, kind.as_bytes())].concat();
        [b"k8s\0".to_vec(), field(1, &head), field(2, raw), field(3, b""), field(4, b"")].concat()
    }

    #[test]
    fn what_kubectl_sends_is_read() {
        let entry = [field(1, b"a"), field(2, b"b")].concat();
        let meta = [field(1, b"api"), field(2, b""), field(8, b""), field(11, &entry)].concat();
        let object = read(&body("Namespace", &[field(1, &meta), field(2, b"")].concat()));
        let expected = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": "api", "labels": {"a": "b"}},
        });
        assert_eq!(object, Some(expected));

        let seconds = [4 << 3, 0x90, 0x1C];
        let spec = [field(1, b"one"), field(1, b"two"), seconds.to_vec()].concat();
        let status = [field(1, b""), field(2, b"")].concat();
        let raw = [field(2, &spec), field(3, &status)].concat();
        let request = read(&body("TokenRequest", &raw)).unwrap();
        assert_eq!(
            request["spec"],
            json!({"audiences": ["one", "two"], "expirationSeconds": 3600})
        );
    }

    #[test]
    fn what_is_more_or_broken_is_not_read() {
        let more = body("Secret", &field(2, b"data"));
        let whole = body("Namespace", &field(1, &field(1, b"api")));
        let cut = &whole[..whole.len() - 6];
        for bytes in [&more, cut, b"k8s\0\xFF", b"{}", b"", b"k8s\0\x0A\xFF\xFF\xFF\xFF\xFF\x01"] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
