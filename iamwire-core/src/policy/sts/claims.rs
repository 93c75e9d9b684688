//! [`Claims`]: what a token says.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::json::{Json, Kind, Syntax, Value};
use crate::policy::RequestError;

/// The claims of a web identity token: a JSON object. Nothing in it has been verified.
///
/// `Debug` shows the names of the claims, not what they hold.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    json: OwnedObject,
}

#[derive(Clone)]
struct OwnedObject(Json);

impl PartialEq for OwnedObject {
    fn eq(&self, other: &Self) -> bool {
        self.0.root() == other.0.root()
    }
}

impl Eq for OwnedObject {}

impl Claims {
    /// Reads a JSON object of claims.
    ///
    /// # Errors
    /// If it is no JSON object, or has a claim twice.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let json = Json::parse(text).map_err(|error| {
            RequestError::new(
                "claims.json",
                format!("the claims are no JSON: {error}"),
                "pass the payload of the token",
            )
        })?;
        if json.root().kind() != Kind::Object {
            let message =
                format!("the claims of a token are an object, this is {}", json.root().kind());
            return Err(RequestError::new("claims.type", message, "pass the payload of the token"));
        }
        Ok(Self { json: OwnedObject(json) })
    }

    /// Decodes the payload of a JSON web token (RFC 7519). Neither its signature nor anything else is verified,
    /// and no error shows any part of it.
    ///
    /// # Errors
    /// If the text isn't three parts joined by dots, the second of which is base64url of a JSON object.
    pub fn from_jwt(token: &str) -> Result<Self, RequestError> {
        let help = "pass the token as the pod reads it: three parts joined by dots";
        let error = |message: &str| RequestError::new("claims.jwt", message, help);
        let mut parts = token.trim().split('.');
        let (Some(_), Some(payload), Some(_), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(error("the text is no JSON web token"));
        };
        let bytes = URL_SAFE_NO_PAD
            .decode(payload.trim_end_matches('='))
            .map_err(|_| error("the payload of the token is no base64url"))?;
        let text =
            String::from_utf8(bytes).map_err(|_| error("the payload of the token is no UTF-8"))?;
        let json = Json::parse(&text).map_err(|fault| match fault.what() {
            Syntax::DuplicateKey(_) => error("the payload of the token has a claim twice"),
            Syntax::ByteOrderMark => error("the payload of the token has a byte order mark"),
            _ => error("the payload of the token is no JSON"),
        })?;
        if json.root().kind() != Kind::Object {
            return Err(error("the payload of the token is no object of claims"));
        }
        Ok(Self { json: OwnedObject(json) })
    }

    /// The claims as a JSON object.
    #[must_use]
    pub fn value(&self) -> Value<'_> {
        self.json.0.root()
    }

    /// A claim, unless it is missing or null.
    pub(super) fn claim(&self, name: &str) -> Option<Value<'_>> {
        self.value().member(name).filter(|v| v.kind() != Kind::Null)
    }

    /// The text of a claim that is a string, number or boolean.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.claim(name).and_then(Value::as_scalar)
    }

    /// The issuer without its scheme, as IAM keeps it; as text, since a token may say anything.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        self.text("iss").map(|iss| without_scheme(&iss).to_owned())
    }

    /// The value that becomes the condition key `:aud`: `azp`, or without it `aud`.
    pub(super) fn audience(&self) -> Option<Cow<'_, str>> {
        match self.claim("azp") {
            Some(azp) => azp.as_scalar(),
            None => self.audiences().next().and_then(Value::as_scalar),
        }
    }

    /// The entries of `aud`, equal ones too.
    pub(super) fn audiences(&self) -> impl Iterator<Item = Value<'_>> {
        self.claim("aud").into_iter().flat_map(Value::one_or_many)
    }
}

/// What follows `https://`, or the whole.
pub(super) fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").unwrap_or(url)
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims ")?;
        f.debug_set().entries(self.value().members().map(|m| m.name())).finish()
    }
}
