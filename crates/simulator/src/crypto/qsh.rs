//! Atlassian's query string hash: what a Connect token says about the request that carries it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::sha256_hex;

/// Everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Hash of the canonical form of a request; `base_path` is the path part of the receiver's base address (`""` if none).
pub(crate) fn hash(method: &str, path: &str, query: Option<&str>, base_path: &str) -> String {
    sha256_hex(canonical(method, path, query, base_path).as_bytes())
}

/// `METHOD&PATH&QUERY` by the rule of Atlassian's JWT library.
fn canonical(method: &str, path: &str, query: Option<&str>, base_path: &str) -> String {
    let method = method.to_ascii_uppercase();
    let path = canonical_path(path, base_path);
    let query = canonical_query(query.unwrap_or_default());
    format!("{method}&{path}&{query}")
}

fn canonical_path(path: &str, base_path: &str) -> String {
    let own = path
        .strip_prefix(base_path)
        .unwrap_or(path)
        .replace('&', "%26");
    let rooted = if own.starts_with('/') {
        own
    } else {
        format!("/{own}")
    };
    match rooted.strip_suffix('/') {
        Some(shorter) if !shorter.is_empty() => shorter.to_owned(),
        _ => rooted,
    }
}

fn canonical_query(query: &str) -> String {
    let mut parameters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name);
        if name != "jwt" {
            parameters.entry(name).or_default().push(decode(value));
        }
    }
    let parts: Vec<String> = parameters.into_iter().map(canonical_parameter).collect();
    parts.join("&")
}

fn canonical_parameter((name, mut values): (String, Vec<String>)) -> String {
    values.sort_unstable();
    let values: Vec<String> = values.iter().map(|value| encode(value)).collect();
    format!("{}={}", encode(&name), values.join(","))
}

fn decode(raw: &str) -> String {
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_vectors_hold() {
        let cases = [
            (
                "GET",
                "",
                None,
                "",
                "GET&/&",
                "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239",
            ),
            (
                "POST",
                "/installed",
                None,
                "",
                "POST&/installed&",
                "4a2e1de8ca74e6cafe8862d332fa3ac7a8e51e692bc6d798ea4dfedc14948bf4",
            ),
            (
                "POST",
                "/site/oauth2/access_token",
                None,
                "",
                "POST&/site/oauth2/access_token&",
                "f045c19462bc33df6431a1f69800ff8fc9e839dfea9d080be9f2bcd59360c73b",
            ),
            (
                "get",
                "/a/b/",
                Some("x=1&jwt=tok&X=2&x=0"),
                "",
                "GET&/a/b&X=2&x=0,1",
                "f13e1f82131b7d6d6c50972b7f9985e7ac0a6aed9ab7c38c0e8ddce43fec4564",
            ),
            (
                "GET",
                "/base/p",
                Some("z=%C3%A9"),
                "/base",
                "GET&/p&z=%C3%A9",
                "c60eb83125188dc9d004e7492443d288993951df8c577a88ee6beb05cca49b62",
            ),
            (
                "GET",
                "/p",
                Some("a=1,2&a=3"),
                "",
                "GET&/p&a=1%2C2,3",
                "2e12f4461086528c87098ea51363173c2d06ea513d1daef6a1df6b0d46f4a94d",
            ),
            (
                "GET",
                "/p",
                Some("flag"),
                "",
                "GET&/p&flag=",
                "d2ec8604a793e780b3231580acf8a6183ce0858b106793097c031460a1d43ebe",
            ),
        ];
        for (method, path, query, base, expected, digest) in cases {
            assert_eq!(canonical(method, path, query, base), expected);
            assert_eq!(hash(method, path, query, base), digest);
        }
    }

    #[test]
    fn plus_is_a_space_and_sub_delimiters_are_encoded() {
        assert_eq!(canonical_query("q=a+b*!'()"), "q=a%20b%2A%21%27%28%29");
        assert_eq!(canonical_path("/a&b/", ""), "/a%26b");
    }
}
