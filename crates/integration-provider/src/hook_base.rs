//! The address under which Bitbucket reaches this service.

use std::fmt;
use std::str::FromStr;

use crate::ids::RepositoryId;

/// An `http` or `https` address without query or trailing slash, such as `https://hooks.example.com/bitbucket`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookBase(String);

/// An address under which Bitbucket can't reach anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHookBase {
    /// It has another scheme than `http` or `https`, or none.
    #[error("it must begin with https:// (or http:// for a local trial)")]
    Scheme,
    /// It has no host.
    #[error("it has no host")]
    Host,
    /// It has a query, a fragment, a user, white space or another character that has no place in it.
    #[error("it may hold a host, a port and a path, and nothing else")]
    Character,
}

impl HookBase {
    /// Reads a base address; one or more trailing slashes are dropped.
    ///
    /// # Errors
    /// [`InvalidHookBase`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidHookBase> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(InvalidHookBase::Scheme)?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]%".contains(&byte);
        if !rest.bytes().all(allowed) {
            return Err(InvalidHookBase::Character);
        }
        if rest
            .split('/')
            .next()
            .is_none_or(|host| host.is_empty() || host.starts_with(':'))
        {
            return Err(InvalidHookBase::Host);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the host: empty, or a path such as `/bitbucket`.
    #[must_use]
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        let rest = &self.0[after_scheme..];
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// The address that the hook of a repository calls.
    #[must_use]
    pub fn hook_url(&self, repository: RepositoryId) -> String {
        format!("{}/webhooks/bitbucket/{repository}", self.0)
    }

    /// The repository whose hook calls this address; `None` when it is none of ours.
    #[must_use]
    pub fn repository_of(&self, url: &str) -> Option<RepositoryId> {
        let path = url.strip_prefix(self.as_str())?;
        path.strip_prefix("/webhooks/bitbucket/")?.parse().ok()
    }
}

impl fmt::Display for HookBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HookBase {
    type Err = InvalidHookBase;

    fn from_str(text: &str) -> Result<Self, InvalidHookBase> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_address_is_the_base_with_the_repository() {
        let base = HookBase::parse("https://hooks.example.com/bb/").unwrap();
        let id: RepositoryId = "0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11".parse().unwrap();
        assert_eq!(
            base.hook_url(id),
            "https://hooks.example.com/bb/webhooks/bitbucket/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11"
        );
        assert_eq!(base.repository_of(&base.hook_url(id)), Some(id));
        for foreign in [
            "https://hooks.example.com/webhooks/bitbucket/0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11",
            "https://hooks.example.com/bb/webhooks/bitbucket/connect",
        ] {
            assert_eq!(base.repository_of(foreign), None);
        }
    }

    #[test]
    fn a_base_knows_its_path() {
        assert_eq!(
            HookBase::parse("https://hooks.example.com/bb/x/")
                .unwrap()
                .path(),
            "/bb/x"
        );
        assert_eq!(
            HookBase::parse("https://hooks.example.com:8443")
                .unwrap()
                .path(),
            ""
        );
    }

    #[test]
    fn what_is_no_base_is_refused_with_its_reason() {
        assert_eq!(HookBase::parse("ftp://x"), Err(InvalidHookBase::Scheme));
        assert_eq!(
            HookBase::parse("hooks.example.com"),
            Err(InvalidHookBase::Scheme)
        );
        assert_eq!(HookBase::parse("https://"), Err(InvalidHookBase::Host));
        assert_eq!(HookBase::parse("https://:80"), Err(InvalidHookBase::Host));
        assert_eq!(
            HookBase::parse("https://user@host"),
            Err(InvalidHookBase::Character)
        );
        assert_eq!(
            HookBase::parse("https://host/?q"),
            Err(InvalidHookBase::Character)
        );
        assert_eq!(
            HookBase::parse("https://host name"),
            Err(InvalidHookBase::Character)
        );
    }
}
