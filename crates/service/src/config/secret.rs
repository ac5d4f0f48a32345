//! Secrets that are kept in files of their own.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use secrecy::SecretString;
use secrecy::zeroize::Zeroize;

/// The largest file that is taken for a secret, in bytes.
pub const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Reads a secret from a file, without the white space around it; `-` is the standard input.
///
/// # Errors
/// A text for a person, without any part of the secret.
pub fn read_secret_file(path: &Path) -> Result<SecretString, String> {
    let mut text = if path == Path::new("-") {
        read(io::stdin())
    } else {
        File::open(path).and_then(read)
    }
    .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let length = text.len() as u64;
    let secret = SecretString::from(text.trim().to_owned());
    let empty = text.trim().is_empty();
    text.zeroize();
    if empty {
        return Err(format!("{} is empty", path.display()));
    }
    if length > MAX_SECRET_BYTES {
        return Err(format!(
            "{} is larger than {MAX_SECRET_BYTES} bytes",
            path.display()
        ));
    }
    Ok(secret)
}

fn read(input: impl Read) -> io::Result<String> {
    let mut text = String::new();
    input.take(MAX_SECRET_BYTES + 1).read_to_string(&mut text)?;
    Ok(text)
}
