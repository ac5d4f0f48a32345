//! SHA-256, also of several parts, each told apart from the next.

use aws_lc_rs::digest::{Context, SHA256, digest};

/// The digest of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut own = [0; 32];
    let hash = digest(&SHA256, bytes);
    own.iter_mut()
        .zip(hash.as_ref())
        .for_each(|(to, from)| *to = *from);
    own
}

/// The digest of these parts in lower-case hexadecimal digits. Where one part ends and the next begins counts.
pub(crate) fn of_parts(parts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part.as_bytes());
    }
    hex::encode(context.finish().as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_fips_180() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(sha256(b"abc")), expected);
    }

    #[test]
    fn the_border_between_parts_counts() {
        assert_eq!(of_parts(&["a", "b"]).len(), 64);
        assert_eq!(of_parts(&["a", "b"]), of_parts(&["a", "b"]));
        assert_ne!(of_parts(&["a", "b"]), of_parts(&["ab", ""]));
    }
}
