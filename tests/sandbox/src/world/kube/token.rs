//! Tokens of service accounts.

use serde_json::{Value, json};

use super::super::{Body, Incoming, Refusal, ids::timestamp};
use super::fields::merge;
use super::objects::read;
use super::status::{bad_request, invalid, no_such_path, not_found};
use super::{Answer, Cluster, Target};

/// The audience of the API server itself.
pub(super) const API_SERVER: &str = "https://kubernetes.default.svc";

/// EKS's API server gives no token for longer.
const LONGEST: i64 = 86_400;

impl Cluster {
    pub(super) fn create_token(&mut self, target: &Target, incoming: &Incoming) -> Answer {
        let body = read(incoming)?;
        no_such_path().unless(target.kind.plural == "serviceaccounts")?;
        self.has_place(target)?;
        let account = self.found(target)?;
        let spec = body.get("spec").cloned().unwrap_or_default();
        let audiences: Vec<&str> = match spec.get("audiences").and_then(Value::as_array) {
            Some(items) if !items.is_empty() => items.iter().filter_map(Value::as_str).collect(),
            _ => vec![API_SERVER],
        };
        let seconds = spec.get("expirationSeconds").and_then(Value::as_i64).unwrap_or(3600);
        let short = seconds < 600;
        let bound = if short { "less than 10 minutes" } else { "larger than 2^32 seconds" };
        let message = format!("Invalid value: {seconds}: may not specify a duration {bound}");
        invalid("TokenRequest.authentication.k8s.io", "", "spec.expirationSeconds", &message)
            .unless((600..=1 << 32).contains(&seconds))?;
        let Target { namespace, name, .. } = target;
        let mut kubernetes = json!({
            "namespace": namespace,
            "serviceaccount": {"name": name, "uid": account.meta("uid")},
        });
        if let Some(bound) = spec.get("boundObjectRef").filter(|bound| !bound.is_null()) {
            self.bind(&mut kubernetes, namespace, bound)?;
        }
        let now = self.now.div_euclid(1000);
        let end = now + seconds.min(LONGEST);
        let issuer = self.setup.issuer.as_deref().unwrap_or(API_SERVER);
        let claims = json!({
            "aud": audiences, "exp": end, "iat": now, "nbf": now, "iss": issuer,
            "jti": self.ids.uuid(), "kubernetes.io": kubernetes,
            "sub": format!("system:serviceaccount:{namespace}:{name}"),
        });
        let no_key = || Refusal::new(500, "InternalError", "the sandbox can't make a key");
        let token = self.keys.sign(&claims).ok_or_else(no_key)?;
        let created = timestamp(self.now);
        let answer = json!({
            "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
            "metadata": {"name": name, "namespace": namespace, "creationTimestamp": created},
            "spec": {
                "audiences": audiences, "expirationSeconds": end - now,
                "boundObjectRef": spec.get("boundObjectRef"),
            },
            "status": {"token": token, "expirationTimestamp": timestamp(end * 1000)},
        });
        Ok(Body::Json(201, answer))
    }

    fn bind(&self, claims: &mut Value, namespace: &str, bound: &Value) -> Result<(), Refusal> {
        let text = |name: &str| bound.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("kind");
        let message = format!("cannot bind token for serviceaccount to object of type {kind}");
        bad_request(message).unless(kind == "Pod")?;
        let key = ("pods", namespace.to_owned(), text("name").to_owned());
        let pod = self.objects.get(&key).ok_or_else(|| not_found("pods", text("name")))?;
        merge(claims, &json!({"pod": {"name": text("name"), "uid": pod.meta("uid")}}));
        Ok(())
    }
}
