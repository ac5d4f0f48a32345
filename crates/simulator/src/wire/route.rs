//! Routes as data: method, literal path template, who may call, handler.

use std::collections::BTreeMap;

use super::{
    call::{Call, Handled},
    text,
};

/// Who may call a route.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Access {
    /// Whoever asks, with or without a credential.
    Anyone,
    /// Any valid credential.
    Authenticated,
    /// A valid credential with these scopes: all of them for Bitbucket, any of them for Sentry.
    Scopes(&'static [&'static str]),
}

/// One endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) template: &'static str,
    pub(crate) access: Access,
    pub(crate) handler: fn(&mut Call<'_>) -> Handled,
}

impl Route {
    pub(crate) const fn new(
        method: &'static str,
        template: &'static str,
        access: Access,
        handler: fn(&mut Call<'_>) -> Handled,
    ) -> Self {
        Self {
            method,
            template,
            access,
            handler,
        }
    }
}

/// What looking up a path found.
#[derive(Debug)]
pub(crate) enum Found {
    Route(&'static Route, BTreeMap<&'static str, String>),
    /// The path exists, but not with this method.
    OtherMethod,
    Nothing,
}

/// Finds the first route of the tables that fits.
pub(crate) fn find(tables: &[&'static [Route]], method: &str, path: &str) -> Found {
    let mut found = Found::Nothing;
    for route in tables.iter().flat_map(|table| table.iter()) {
        let Some(params) = fit(route.template, path) else {
            continue;
        };
        if route.method == method || (route.method == "GET" && method == "HEAD") {
            return Found::Route(route, params);
        }
        found = Found::OtherMethod;
    }
    found
}

/// Matches an encoded path against a template, segment by segment; `{*name}` takes the rest, decoded.
fn fit(template: &'static str, path: &str) -> Option<BTreeMap<&'static str, String>> {
    let mut params = BTreeMap::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        let name = wanted
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            None if segments.next()? == wanted => {}
            None => return None,
            Some(name) => match name.strip_prefix('*') {
                Some(name) => {
                    let rest: Vec<String> = segments.map(text::decode_segment).collect();
                    params.insert(name, rest.join("/"));
                    return Some(params);
                }
                None => {
                    let value = segments.next().filter(|segment| !segment.is_empty())?;
                    params.insert(name, text::decode_segment(value));
                }
            },
        }
    }
    segments.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_braces_and_slashes_stay_within_their_segment() {
        let params = fit(
            "/2.0/repositories/{w}/{r}/commits/{revision}",
            "/2.0/repositories/%7B%7D/%7Ba-b%7D/commits/feature%2Fx",
        );
        let params = params.expect("fits");
        assert_eq!(params["w"], "{}");
        assert_eq!(params["r"], "{a-b}");
        assert_eq!(params["revision"], "feature/x");
    }

    #[test]
    fn a_trailing_slash_is_another_path() {
        assert!(fit("/2.0/user", "/2.0/user/").is_none());
        assert!(fit("/0/{org}/", "/0/acme").is_none());
    }

    #[test]
    fn a_rest_parameter_takes_many_segments() {
        let params = fit("/src/{c}/{*path}", "/src/abc/a/b%20c.rs").expect("fits");
        assert_eq!(params["path"], "a/b c.rs");
    }
}
