//! Reaching peers through an HTTP proxy, by a tunnel (`CONNECT`, RFC 9110 §9.3.6): it sees whom we talk to, not what is said.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tower::Service;

use super::resolve::Resolver;
use super::roots::TransportConfigError;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Tcp = HttpConnector<Resolver>;

/// Which proxy stands before which hosts.
///
/// A proxy is `http://host:port`, with user and password in front where it wants them. It gets a tunnel for plain `http`
/// also. To it, and not to the hosts behind it, lead the connections of a transport; what their names mean is then the
/// proxy's to find out, and so is whether they are within a private network.
#[derive(Clone)]
pub struct ProxySettings {
    matcher: Arc<Matcher>,
}

impl ProxySettings {
    /// What the usual variables say, as curl reads them: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` for what the other two
    /// leave out, `NO_PROXY` with the hosts to reach directly; also in lower case. `variable` tells a variable's value: a
    /// program that wants its environment followed hands in `|name| std::env::var(name).ok()`.
    ///
    /// Within a CGI program (`REQUEST_METHOD` is set) whoever sends a request can set `HTTP_PROXY`; there nothing is read.
    ///
    /// # Errors
    ///
    /// [`TransportConfigError::Proxy`] when a proxy's address cannot be read or is of another kind than `http`.
    pub fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, TransportConfigError> {
        if variable("REQUEST_METHOD").is_some() {
            return Self::new("", "", "");
        }
        let value = |name: &str| {
            let given = [name.to_owned(), name.to_ascii_lowercase()];
            let found = given.iter().find_map(|name| variable(name));
            found.unwrap_or_default().trim().to_owned()
        };
        let (all, no) = (value("ALL_PROXY"), value("NO_PROXY"));
        let or_all = |own: String| if own.is_empty() { all.clone() } else { own };
        Self::new(
            &or_all(value("HTTP_PROXY")),
            &or_all(value("HTTPS_PROXY")),
            &no,
        )
    }

    /// One proxy for everything but the hosts in `except`, a list with commas of names, addresses and networks; a name
    /// stands for those below it also.
    ///
    /// # Errors
    ///
    /// [`TransportConfigError::Proxy`] when the address cannot be read or is of another kind than `http`.
    pub fn everywhere(proxy: &str, except: &str) -> Result<Self, TransportConfigError> {
        Self::new(proxy, proxy, except)
    }

    fn new(http: &str, https: &str, no: &str) -> Result<Self, TransportConfigError> {
        check(http)?;
        check(https)?;
        let matcher = Matcher::builder().http(http).https(https).no(no).build();
        Ok(Self {
            matcher: Arc::new(matcher),
        })
    }

    fn before(&self, host: &Uri) -> Option<Intercept> {
        self.matcher.intercept(host)
    }
}

/// The matcher would pass over an address that it cannot read, and the connection go directly.
fn check(proxy: &str) -> Result<(), TransportConfigError> {
    if proxy.is_empty() {
        return Ok(());
    }
    let any = Uri::from_static("http://host.invalid/");
    let read = Matcher::builder().http(proxy).build().intercept(&any);
    match read {
        Some(read) if read.uri().scheme() == Some(&Scheme::HTTP) => Ok(()),
        _ => Err(TransportConfigError::Proxy),
    }
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxySettings").finish_non_exhaustive()
    }
}

/// Connects directly, or through the proxy that stands before a host.
#[derive(Clone, Debug)]
pub(super) struct Via {
    direct: Tcp,
    to_proxy: Tcp,
    settings: Option<ProxySettings>,
}

impl Via {
    /// `to_proxy` connects to a proxy, which may well be within a private network.
    pub(super) fn new(direct: Tcp, to_proxy: Tcp, settings: Option<ProxySettings>) -> Self {
        Self {
            direct,
            to_proxy,
            settings,
        }
    }
}

impl Service<Uri> for Via {
    type Response = <Tcp as Service<Uri>>::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.direct.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, host: Uri) -> Self::Future {
        let settings = self.settings.as_ref();
        let Some(proxy) = settings.and_then(|settings| settings.before(&host)) else {
            let connecting = self.direct.call(host);
            return Box::pin(async move { Ok(connecting.await?) });
        };
        let tunnel = Tunnel::new(proxy.uri().clone(), self.to_proxy.clone());
        let mut tunnel = match proxy.basic_auth() {
            Some(auth) => tunnel.with_auth(auth.clone()),
            None => tunnel,
        };
        Box::pin(async move { Ok(tunnel.call(with_port(host)?).await?) })
    }
}

/// A tunnel leads to port 443 unless the address names another.
fn with_port(host: Uri) -> Result<Uri, http::Error> {
    if host.port().is_some() || host.scheme() != Some(&Scheme::HTTP) {
        return Ok(host);
    }
    let authority = format!("{}:80", host.host().unwrap_or_default());
    let mut parts = host.into_parts();
    parts.authority = Some(authority.parse()?);
    Ok(Uri::from_parts(parts)?)
}

#[cfg(test)]
mod tests;
