//! Kubernetes' protobuf, as far as kubectl sends it: an object's metadata, a `TokenRequest`.

use serde_json::{Map, Value, json};

use super::fields::merge;

/// How a field is read.
enum Shape {
    Text,
    Texts,
    Number,
    Map,
    Message(&'static [Field]),
}

/// A field: its number, its name in JSON, its shape.
type Field = (u64, &'static str, Shape);

const META: &[Field] = &[
    (1, "name", Shape::Text),
    (3, "namespace", Shape::Text),
    (5, "uid", Shape::Text),
    (6, "resourceVersion", Shape::Text),
    (11, "labels", Shape::Map),
    (12, "annotations", Shape::Map),
];

const SPEC: &[Field] = &[
    (1, "audiences", Shape::Texts),
    (3, "boundObjectRef", Shape::Message(REFERENCE)),
    (4, "expirationSeconds", Shape::Number),
];

const REFERENCE: &[Field] = &[
    (1, "kind", Shape::Text),
    (2, "apiVersion", Shape::Text),
    (3, "name", Shape::Text),
    (4, "uid", Shape::Text),
];

const OBJECT: &[Field] = &[(1, "metadata", Shape::Message(META))];
const TOKEN_REQUEST: &[Field] =
    &[(1, "metadata", Shape::Message(META)), (2, "spec", Shape::Message(SPEC))];
const TYPE: &[Field] = &[(1, "apiVersion", Shape::Text), (2, "kind", Shape::Text)];

/// A body as JSON; nothing if it holds more than is known here.
pub(super) fn read(body: &[u8]) -> Option<Value> {
    let envelope = fields(body.strip_prefix(b"k8s\0")?)?;
    let (mut head, mut raw) = (Value::Null, &[][..]);
    for (number, content) in envelope {
        match (number, content) {
            (1, Content::Bytes(bytes)) => head = message(bytes, TYPE)?,
            (2, Content::Bytes(bytes)) => raw = bytes,
            _ => {}
        }
    }
    let is_token = head.get("kind")? == "TokenRequest";
    let mut object = message(raw, if is_token { TOKEN_REQUEST } else { OBJECT })?;
    merge(&mut object, &head);
    Some(object)
}

fn message(bytes: &[u8], known: &[Field]) -> Option<Value> {
    let mut members = Map::new();
    for (number, content) in fields(bytes)? {
        let found = known.iter().find(|(known, ..)| *known == number);
        let Some((_, name, shape)) = found else {
            // Anything that says something would be lost in silence.
            if says_nothing(content) {
                continue;
            }
            return None;
        };
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let value = match (shape, content) {
            (Shape::Number, Content::Number(number)) => json!(i64::try_from(number).ok()?),
            (Shape::Text, Content::Bytes(b"")) => continue,
            (Shape::Text, Content::Bytes(bytes)) => json!(text(bytes)?),
            (Shape::Message(known), Content::Bytes(bytes)) => message(bytes, known)?,
            (Shape::Texts, Content::Bytes(bytes)) => {
                let list = members.entry(*name).or_insert_with(|| json!([]));
                list.as_array_mut()?.push(json!(text(bytes)?));
                continue;
            }
            (Shape::Map, Content::Bytes(bytes)) => {
                let entry = message(bytes, &[(1, "key", Shape::Text), (2, "value", Shape::Text)])?;
                let part = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default();
                let map = members.entry(*name).or_insert_with(|| json!({}));
                map.as_object_mut()?.insert(part("key").to_owned(), json!(part("value")));
                continue;
            }
            _ => return None,
        };
        members.insert((*name).to_owned(), value);
    }
    Some(Value::Object(members))
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

/// A number in groups of seven bits, the lowest first.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for place in 0..10 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7F).checked_shl(place * 7)?;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
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
