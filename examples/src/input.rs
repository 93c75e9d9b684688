//! Input that is read whole: a file, or standard input for `-`.

use std::fs;
use std::path::Path;

use iamwire_core::{Claims, TrustPolicy};

use crate::shown::holds_token;
use crate::{Failure, Streams};

/// The bytes of a file, or of standard input if it is named `-` or not at all.
pub(crate) fn whole(path: Option<&Path>, streams: &mut Streams<'_>) -> Result<Vec<u8>, Failure> {
    let Some(path) = path.filter(|path| *path != Path::new("-")) else {
        let mut bytes = Vec::new();
        return match streams.input.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => {
                Err(Failure::unreadable(format!("standard input can't be read: {error}"), ""))
            }
        };
    };
    fs::read(path).map_err(|error| {
        let name = path.to_string_lossy();
        if holds_token(&name) || Claims::from_jwt(&name).is_ok() {
            let help = "name a file that holds it, or pass `-` and pipe it in";
            return Failure::unreadable("the argument is a token itself, not a file", help);
        }
        let message = format!("`{}` can't be read: {error}", path.display());
        Failure::unreadable(message, "name a file, or `-` for standard input")
    })
}

/// The trust policy in a file or in standard input, as [`whole`].
pub(crate) fn policy(
    path: Option<&Path>,
    streams: &mut Streams<'_>,
) -> Result<TrustPolicy, Failure> {
    let bytes = whole(path, streams)?;
    TrustPolicy::from_bytes(&bytes).map_err(|error| {
        let name = path
            .filter(|path| *path != Path::new("-"))
            .map(|path| format!("`{}`: ", path.display()));
        Failure::unreadable(format!("{}{error}", name.unwrap_or_default()), error.help())
    })
}
