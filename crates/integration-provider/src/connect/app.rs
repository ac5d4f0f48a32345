//! The app as Bitbucket knows it: its key and where it is reached.

use std::net::IpAddr;

/// Longest key of an app, in characters.
pub const LONGEST_APP_KEY: usize = 80;

/// Our app: its key, its address, what people read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectApp {
    pub(super) key: String,
    pub(super) base_url: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) vendor: (String, String),
}

/// A descriptor that Bitbucket would refuse, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConnectApp {
    /// The base address is not https.
    #[error(
        "Bitbucket takes apps at https addresses only, and `{base_url}` is none; set `public_url` to the https address of this service"
    )]
    NotHttps {
        /// What was given.
        base_url: String,
    },
    /// The base address ends in a slash.
    #[error(
        "`{base_url}` ends in a slash, and Bitbucket would call addresses with two of them; write it as `{without}`"
    )]
    TrailingSlash {
        /// What was given.
        base_url: String,
        /// The same without the slash.
        without: String,
    },
    /// The base address has no host.
    #[error("`{base_url}` has no host; write it as `https://HOST`")]
    NoHost {
        /// What was given.
        base_url: String,
    },
    /// The key is none that a descriptor may have.
    #[error(
        "`{key}` can't be an app's key: 1 to 80 letters, digits, `.`, `-` or `_` are expected, such as `hooks.example.com.bitbucket`"
    )]
    Key {
        /// What was given.
        key: String,
    },
}

impl ConnectApp {
    /// An app at `base_url`. Its key is `key`, else `<host>.bitbucket` without the port, so that another port is not another app.
    ///
    /// # Errors
    /// [`InvalidConnectApp`] for what Bitbucket would refuse. Plain http is taken on this machine, for a trial against a stand-in.
    pub fn new(base_url: &str, key: Option<&str>) -> Result<Self, InvalidConnectApp> {
        let host = host(base_url)?;
        let key = key.map_or_else(|| format!("{host}.bitbucket"), str::to_owned);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if !(1..=LONGEST_APP_KEY).contains(&key.len()) || !key.bytes().all(allowed) {
            return Err(InvalidConnectApp::Key { key });
        }
        Ok(Self {
            key,
            base_url: base_url.to_owned(),
            name: "Bitbucket integration".to_owned(),
            description: "Connects an error tracker to Bitbucket".to_owned(),
            vendor: ("bitbucket-integration".to_owned(), base_url.to_owned()),
        })
    }

    /// The same app as people shall read of it.
    #[must_use]
    pub fn described(mut self, name: &str, description: &str) -> Self {
        name.clone_into(&mut self.name);
        description.clone_into(&mut self.description);
        self
    }

    /// The same app by this vendor.
    #[must_use]
    pub fn by(mut self, vendor: &str, url: &str) -> Self {
        self.vendor = (vendor.to_owned(), url.to_owned());
        self
    }

    /// The app's key: issuer of the tokens that we make.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where Bitbucket reaches the app.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }
}

/// The host of a base address that Bitbucket would take, without its port.
fn host(base_url: &str) -> Result<String, InvalidConnectApp> {
    let given = || base_url.to_owned();
    let (scheme, rest) = base_url
        .split_once("://")
        .ok_or_else(|| InvalidConnectApp::NotHttps { base_url: given() })?;
    if rest.ends_with('/') {
        let without = base_url.trim_end_matches('/').to_owned();
        let base_url = given();
        return Err(InvalidConnectApp::TrailingSlash { base_url, without });
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let host = without_port(authority);
    if host.is_empty() {
        return Err(InvalidConnectApp::NoHost { base_url: given() });
    }
    match scheme {
        "https" => Ok(host),
        "http" if is_this_machine(&host) => Ok(host),
        _ => Err(InvalidConnectApp::NotHttps { base_url: given() }),
    }
}

fn without_port(authority: &str) -> String {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        Some(_) | None => authority,
    }
    .trim_matches(['[', ']'])
    .replace(':', "-")
    .to_lowercase()
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .replace('-', ":")
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(base_url: &str) -> String {
        ConnectApp::new(base_url, None).unwrap().key
    }

    #[test]
    fn the_key_follows_the_host_and_not_the_port() {
        assert_eq!(
            key("https://hooks.example.com"),
            "hooks.example.com.bitbucket"
        );
        assert_eq!(
            key("https://Hooks.example.com:8443/bb"),
            "hooks.example.com.bitbucket"
        );
        assert_eq!(key("http://127.0.0.1:34777"), "127.0.0.1.bitbucket");
        assert_eq!(key("http://[::1]:34777"), "--1.bitbucket");
        let own = ConnectApp::new("https://hooks.example.com", Some("rocket-app")).unwrap();
        assert_eq!(own.key(), "rocket-app");
    }

    #[test]
    fn what_bitbucket_would_refuse_is_refused_with_the_fix() {
        let refused = |base_url: &str| ConnectApp::new(base_url, None).unwrap_err();
        let base_url = |text: &str| text.to_owned();
        for plain in [
            "http://hooks.example.com",
            "ftp://127.0.0.1",
            "hooks.example.com",
        ] {
            assert_eq!(
                refused(plain),
                InvalidConnectApp::NotHttps {
                    base_url: base_url(plain)
                }
            );
        }
        let slash = "https://hooks.example.com/bb//";
        let without = base_url("https://hooks.example.com/bb");
        assert_eq!(
            refused(slash),
            InvalidConnectApp::TrailingSlash {
                base_url: base_url(slash),
                without
            }
        );
        assert_eq!(
            refused("https://:80"),
            InvalidConnectApp::NoHost {
                base_url: base_url("https://:80")
            }
        );
        for bad in ["", "a b", "ü", &"x".repeat(81)] {
            let error = ConnectApp::new("https://hooks.example.com", Some(bad)).unwrap_err();
            assert_eq!(
                error,
                InvalidConnectApp::Key {
                    key: bad.to_owned()
                }
            );
        }
    }
}
