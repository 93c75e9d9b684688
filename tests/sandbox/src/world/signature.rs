//! AWS's signatures, as far as the token of an EKS cluster needs them: a presigned
//! `GetCallerIdentity`.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

use super::ids::hex;
use crate::reference::date;

/// How far a signature's time may be from now.
const WINDOW: i64 = 15 * 60;

/// Verifies a presigned URL for a cluster; gives its access key and session token.
pub(super) fn is_presigned(
    url: &str,
    cluster: &str,
    now: i64,
    secret: impl Fn(&str) -> Option<String>,
) -> Option<(String, Option<String>)> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, query) = rest.split_once("/?")?;
    // STS, or this world on loopback.
    let local = host.starts_with("127.0.0.1:") || host.starts_with("localhost:");
    if !(local || scheme == "https" && host.starts_with("sts")) {
        return None;
    }
    let mut pairs: Vec<(&str, &str)> =
        query.split('&').map(|pair| pair.split_once('=')).collect::<Option<_>>()?;
    pairs.sort_unstable();
    let get = |name: &str| {
        let mut found = pairs.iter().filter(|(key, _)| *key == name);
        let (_, value) = found.next()?;
        found.next().is_none().then_some(*value)
    };
    let decoded = |name: &str| {
        let text = percent_encoding::percent_decode_str(get(name)?);
        Some(text.decode_utf8().ok()?.into_owned())
    };
    let (seconds, time) = (get("X-Amz-Expires")?.parse::<i64>().ok()?, decoded("X-Amz-Date")?);
    let late = (epoch(&time)? - now.div_euclid(1000)).abs() > WINDOW;
    let signed = decoded("X-Amz-SignedHeaders")?;
    if get("Action")? != "GetCallerIdentity"
        || get("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256"
        || signed != "host;x-k8s-aws-id"
        || !(0..=900).contains(&seconds)
        || late
    {
        return None;
    }
    let credential = decoded("X-Amz-Credential")?;
    let (key, scope) = credential.split_once('/')?;
    let [day, region, "sts", "aws4_request"] = scope.split('/').collect::<Vec<_>>()[..] else {
        return None;
    };
    let signed_pairs = pairs.iter().filter(|(name, _)| *name != "X-Amz-Signature");
    let query: Vec<String> = signed_pairs.map(|(name, value)| format!("{name}={value}")).collect();
    let canonical = format!(
        "GET\n/\n{}\nhost:{host}\nx-k8s-aws-id:{cluster}\n\n{signed}\n{}",
        query.join("&"),
        hex(digest(&SHA256, b"").as_ref()),
    );
    let hash = hex(digest(&SHA256, canonical.as_bytes()).as_ref());
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
    let mut derived = format!("AWS4{}", secret(key)?).into_bytes();
    for part in [day, region, "sts", "aws4_request", &text] {
        derived = sign(&Key::new(HMAC_SHA256, &derived), part.as_bytes()).as_ref().to_vec();
    }
    let good = hex(&derived) == get("X-Amz-Signature")?;
    good.then(|| (key.to_owned(), decoded("X-Amz-Security-Token")))
}

/// `20260801T120000Z` as epoch seconds.
fn epoch(time: &str) -> Option<i64> {
    let (day, clock) = time.split_once('T')?;
    let part = |text: &str, from, to| text.get(from..to).map(str::to_owned);
    let day = [part(day, 0, 4)?, part(day, 4, 6)?, part(day, 6, day.len())?].join("-");
    let clock = [part(clock, 0, 2)?, part(clock, 2, 4)?, part(clock, 4, clock.len())?].join(":");
    date::epoch(&format!("{day}T{clock}")).filter(|_| time.len() == 16 && time.ends_with('Z'))
}

#[cfg(test)]
pub(super) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn url(cluster: &str, time: &str) -> String {
        let scope = format!("{}/eu-west-3/sts/aws4_request", &time[..8]);
        let credential = format!("AKIAIOSFODNN7EXAMPLE/{scope}");
        let credential = utf8_percent_encode(&credential, NON_ALPHANUMERIC);
        let host = "sts.eu-west-3.amazonaws.com";
        let query = format!(
            "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={time}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id"
        );
        let canonical = format!(
            "GET\n/\n{query}\nhost:{host}\nx-k8s-aws-id:{cluster}\n\nhost;x-k8s-aws-id\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
            hex(digest(&SHA256, canonical.as_bytes()).as_ref())
        );
        let mut key = format!("AWS4{SECRET}").into_bytes();
        for part in [&time[..8], "eu-west-3", "sts", "aws4_request", &text] {
            key = sign(&Key::new(HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
        }
        format!("https://{host}/?{query}&X-Amz-Signature={}", hex(&key))
    }

    /// A token for a cluster.
    pub(in super::super) fn token(cluster: &str, time: &str) -> String {
        format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url(cluster, time)))
    }

    #[test]
    fn only_what_was_signed_is_taken() {
        let now = 1_785_585_600_000;
        let good = url("prod", "20260801T120000Z");
        let check = |url: &str, cluster: &str| {
            is_presigned(url, cluster, now, |_| Some(SECRET.to_owned())).is_some()
        };
        assert!(check(&good, "prod"));
        assert!(!check(&good, "other"));
        for (part, other) in [
            ("https://sts", "https://evil"),
            ("https://sts", "http://sts"),
            ("/?", "/x?"),
            ("Expires=60", "Expires=901"),
            ("Expires=60", "Expires=61"),
            ("GetCallerIdentity", "AssumeRole"),
            ("&Version=", "&Action=GetCallerIdentity&Version="),
            ("20260801T120000Z", "20260801T114400Z"),
            ("host%3Bx-k8s-aws-id", "host"),
        ] {
            let changed = good.replace(part, other);
            assert_ne!(changed, good, "{part}");
            assert!(!check(&changed, "prod"), "{part} as {other}");
        }
        let stranger = is_presigned(&good, "prod", now, |_| None);
        assert_eq!(stranger, None);
    }
}
