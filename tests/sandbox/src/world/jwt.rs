//! Tokens of service accounts: signed, read, verified with RS256.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, UnparsedPublicKey};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};

use super::ids::hex;

/// Keys are dear to make and in this process the same for every world.
static POOL: Mutex<BTreeMap<usize, Arc<Key>>> = Mutex::new(BTreeMap::new());

/// More clusters than a world has.
const STEP: usize = 1000;

struct Key {
    pair: KeyPair,
    id: String,
    modulus: String,
    exponent: String,
}

/// The keys of an issuer, the first by its cluster's index: the last one signs.
pub(super) struct Keys(pub(super) Vec<usize>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bad {
    /// Its key is not among those published.
    UnknownKey,
    /// Its signature is another's.
    Signature,
}

/// A token in its parts, nothing verified.
pub(super) struct Token {
    key: String,
    /// The JSON text of the claims.
    pub(super) claims: String,
    signed: String,
    signature: Vec<u8>,
}

impl Token {
    /// Reads a token of three parts whose header says RS256.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Value = serde_json::from_slice(&BASE64.decode(header).ok()?).ok()?;
        if header.get("alg")? != "RS256" {
            return None;
        }
        Some(Self {
            key: header.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned(),
            claims: String::from_utf8(BASE64.decode(claims).ok()?).ok()?,
            signed: signed.to_owned(),
            signature: BASE64.decode(signature).ok()?,
        })
    }
}

impl Keys {
    pub(super) fn rotate(&mut self) {
        let next = self.0.last().map_or(0, |number| number + STEP);
        self.0.push(next);
    }

    pub(super) fn retire(&mut self) {
        self.0 = self.0.last().copied().into_iter().collect();
    }

    /// Signs claims; nothing if the machine can't make a key.
    pub(super) fn sign(&self, claims: &Value) -> Option<String> {
        let key = key(*self.0.last()?)?;
        let header = json!({"alg": "RS256", "kid": key.id});
        let encode = |value: &Value| BASE64.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; key.pair.public_modulus_len()];
        let random = SystemRandom::new();
        key.pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).ok()?;
        Some(format!("{signed}.{}", BASE64.encode(signature)))
    }

    pub(super) fn verify(&self, token: &Token) -> Result<(), Bad> {
        let mut published = self.0.iter().filter_map(|number| key(*number));
        let key = published.find(|key| key.id == token.key).ok_or(Bad::UnknownKey)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.pair.public_key().as_ref())
            .verify(token.signed.as_bytes(), &token.signature)
            .map_err(|_| Bad::Signature)
    }

    /// The JSON Web Key Set.
    pub(super) fn published(&self) -> Value {
        let keys = self.0.iter().filter_map(|number| key(*number)).map(|key| {
            json!({
                "kty": "RSA", "use": "sig", "alg": "RS256",
                "kid": key.id, "n": key.modulus, "e": key.exponent,
            })
        });
        json!({"keys": keys.collect::<Value>()})
    }
}

fn key(number: usize) -> Option<Arc<Key>> {
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = pool.get(&number) {
        return Some(Arc::clone(key));
    }
    let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
    let (modulus, exponent) = (pair.public_key().modulus(), pair.public_key().exponent());
    let modulus = modulus.big_endian_without_leading_zero();
    let hash = digest(&SHA256, modulus);
    let key = Arc::new(Key {
        id: hash.as_ref().get(..20).map_or(String::new(), hex),
        modulus: BASE64.encode(modulus),
        exponent: BASE64.encode(exponent.big_endian_without_leading_zero()),
        pair,
    });
    pool.insert(number, Arc::clone(&key));
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_until_its_key_is_retired() {
        let mut keys = Keys(vec![0]);
        let other = Keys(vec![1]);
        let text = keys.sign(&json!({"sub": "x"})).unwrap();
        let token = Token::read(&text).unwrap();
        assert_eq!(token.claims, r#"{"sub":"x"}"#);
        assert_eq!(keys.verify(&token), Ok(()));
        assert_eq!(other.verify(&token), Err(Bad::UnknownKey));

        let mut forged = Token::read(&text).unwrap();
        forged.signed = forged.signed.replace('.', ".e");
        assert_eq!(keys.verify(&forged), Err(Bad::Signature));

        keys.rotate();
        assert_eq!(keys.verify(&token), Ok(()), "still published");
        assert_eq!(keys.published()["keys"].as_array().unwrap().len(), 2);
        keys.retire();
        assert_eq!(keys.verify(&token), Err(Bad::UnknownKey));
        let fresh = Token::read(&keys.sign(&json!({})).unwrap()).unwrap();
        assert_eq!(keys.verify(&fresh), Ok(()));
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let none = BASE64.encode(r#"{"alg":"none"}"#);
        for text in ["", "a.b", "a.b.c", &format!("{none}.e30."), "e30.e30.AA"] {
            assert!(Token::read(text).is_none(), "{text}");
        }
    }
}
