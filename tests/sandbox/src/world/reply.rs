//! Answers: what a service says, and its form on the wire.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::ids::timestamp;
use super::incoming::{Incoming, Service};

/// What an operation answers.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// The result of an operation of the Query protocol. What is null is left out, be it all of it;
    /// dates are epoch seconds.
    Query(Value),
    Json(u16, Value),
}

/// Why an operation is refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: String,
    pub(super) message: String,
    /// Kubernetes' `details`.
    pub(super) details: Option<Value>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), details: None }
    }

    pub(super) fn with(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }

    /// An operation that the sandbox does not know.
    pub(super) fn unknown(operation: &str) -> Self {
        let message = format!("the sandbox does not know the operation `{operation}`");
        Self::new(501, "NotImplemented", message)
    }
}

/// Puts an answer into the form that its service speaks.
pub(super) fn render(
    incoming: &Incoming,
    operation: &str,
    request_id: &str,
    answer: Result<Body, Refusal>,
) -> Response<Vec<u8>> {
    let service = incoming.service;
    let json_wanted = service == Service::Sts
        && incoming.header("accept").is_some_and(|accept| accept.contains("json"));
    let mut error_type = None;
    let (status, json, body) = match answer {
        Ok(Body::Json(status, value)) => (status, true, value.to_string()),
        Ok(Body::Query(result)) => {
            let name = format!("{operation}Response");
            let id = json!({"RequestId": request_id});
            let answer = json!({format!("{operation}Result"): result, "ResponseMetadata": id});
            let body = if json_wanted {
                json!({ name: answer }).to_string()
            } else {
                document(service, &name, &answer)
            };
            (200, json_wanted, body)
        }
        Err(refusal) => {
            let Refusal { status, code, message, details } = refusal;
            let fault = if status < 500 { "Sender" } else { "Receiver" };
            let body = match service {
                Service::Kubernetes(_) => {
                    let mut status = json!({
                        "kind": "Status", "apiVersion": "v1", "metadata": {}, "code": status,
                        "status": "Failure", "message": message, "reason": code,
                    });
                    if let (Some(details), Some(members)) = (details, status.as_object_mut()) {
                        members.insert("details".to_owned(), details);
                    }
                    status
                }
                Service::Eks | Service::Issuer(_) => json!({ "message": message }),
                _ => json!({
                    "Error": {"Type": fault, "Code": code, "Message": message},
                    "RequestId": request_id,
                }),
            };
            error_type = (service == Service::Eks).then_some(code);
            let xml = matches!(service, Service::Iam | Service::Sts) && !json_wanted;
            let body =
                if xml { document(service, "ErrorResponse", &body) } else { body.to_string() };
            (status, !xml, body)
        }
    };
    let mut response = Response::new(body.into_bytes());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_IMPLEMENTED);
    let kind = if json { "application/json" } else { "text/xml" };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let id_name = match service {
        Service::Kubernetes(_) | Service::Issuer(_) => "audit-id",
        _ => "x-amzn-requestid",
    };
    let id = Some((id_name, request_id.to_owned()));
    for (name, value) in id.into_iter().chain(error_type.map(|code| ("x-amzn-errortype", code))) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// An XML document, indented as AWS's are.
fn document(service: Service, name: &str, value: &Value) -> String {
    let namespace = match service {
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "https://iam.amazonaws.com/doc/2010-05-08/",
    };
    let mut text = String::new();
    element(&mut text, 0, name, value);
    text.replacen(name, &format!("{name} xmlns=\"{namespace}\""), 1)
}

fn element(text: &mut String, depth: usize, name: &str, value: &Value) {
    let children: Vec<(&str, &Value)> = match value {
        Value::Null => return,
        Value::Object(members) => members.iter().map(|(k, v)| (k.as_str(), v)).collect(),
        Value::Array(items) => items.iter().map(|item| ("member", item)).collect(),
        scalar => {
            let content = match scalar {
                Value::String(text) => escaped(text),
                Value::Number(at) if name.ends_with("Date") || name == "Expiration" => {
                    timestamp(at.as_i64().unwrap_or(0) * 1000)
                }
                other => other.to_string(),
            };
            return line(text, depth, &format!("<{name}>{content}</{name}>"));
        }
    };
    if children.is_empty() {
        return line(text, depth, &format!("<{name}/>"));
    }
    line(text, depth, &format!("<{name}>"));
    for (name, value) in children {
        element(text, depth + 1, name, value);
    }
    line(text, depth, &format!("</{name}>"));
}

fn line(text: &mut String, depth: usize, content: &str) {
    text.extend(["  ".repeat(depth).as_str(), content, "\n"]);
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\r', "&#xD;")
}
