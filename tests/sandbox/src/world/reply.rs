//! Answers: what a service says, and its form on the wire.

use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::{Incoming, Service, ids::timestamp, kube::merge};

#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Of the Query protocol: what is null is left out, be it all of it; dates are epoch seconds.
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

    /// Refuses where something does not hold.
    pub(super) fn unless(self, holds: bool) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(self) }
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
    request_id: &str,
    answer: Result<Body, Refusal>,
) -> Response<Vec<u8>> {
    let (service, operation) = (incoming.service, &incoming.operation.name);
    let is_query = matches!(service, Service::Iam | Service::Sts);
    let accept = incoming.header("accept").unwrap_or_default();
    let json = !is_query || service == Service::Sts && accept.contains("json");
    let kubernetes = matches!(service, Service::Kubernetes(_) | Service::Issuer(_));
    let mut response = Response::builder()
        .header(if kubernetes { "audit-id" } else { "x-amzn-requestid" }, request_id)
        .header("content-type", if json { "application/json" } else { "text/xml" });
    let ids = json!({"RequestId": request_id});
    let (status, name, body) = match answer {
        Ok(Body::Json(status, value)) => (status, String::new(), value),
        Ok(Body::Query(result)) => {
            let answer = json!({format!("{operation}Result"): result, "ResponseMetadata": ids});
            let name = format!("{operation}Response");
            (200, name.clone(), if json { json!({ name: answer }) } else { answer })
        }
        Err(Refusal { status, code, message, details }) if kubernetes => {
            let mut body = json!({
                "kind": "Status", "apiVersion": "v1", "metadata": {}, "code": status,
                "status": "Failure", "message": message, "reason": code,
            });
            merge(&mut body, &json!({ "details": details }));
            (status, String::new(), body)
        }
        Err(Refusal { status, code, message, .. }) if is_query => {
            let fault = if status < 500 { "Sender" } else { "Receiver" };
            let error = json!({"Type": fault, "Code": code, "Message": message});
            let body = json!({"Error": error, "RequestId": request_id});
            (status, "ErrorResponse".to_owned(), body)
        }
        Err(Refusal { status, code, message, .. }) => {
            let code = HeaderValue::from_str(&code).unwrap_or(HeaderValue::from_static(""));
            response = response.header("x-amzn-errortype", code);
            (status, String::new(), json!({ "message": message }))
        }
    };
    let text = if json { body.to_string() } else { document(service, &name, &body) };
    // Bare, as Kubernetes' health checks say `ok`.
    let body = body.as_str().map_or(text, str::to_owned);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_IMPLEMENTED);
    response.status(status).body(body.into_bytes()).unwrap_or_default()
}

/// An XML document, indented as AWS's are.
fn document(service: Service, name: &str, value: &Value) -> String {
    let namespace = match service {
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "https://iam.amazonaws.com/doc/2010-05-08/",
    };
    let text = element(0, name, value);
    text.replacen(name, &format!("{name} xmlns=\"{namespace}\""), 1)
}

fn element(depth: usize, name: &str, value: &Value) -> String {
    let margin = "  ".repeat(depth);
    let children: Vec<(&str, &Value)> = match value {
        Value::Null => return String::new(),
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
            return format!("{margin}<{name}>{content}</{name}>\n");
        }
    };
    if children.is_empty() {
        return format!("{margin}<{name}/>\n");
    }
    let children = children.into_iter().map(|(name, value)| element(depth + 1, name, value));
    format!("{margin}<{name}>\n{}{margin}</{name}>\n", children.collect::<String>())
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\r', "&#xD;")
}
