//! The body of an `installed` call.

use std::fmt;

use bitbucket_api_paths::WorkspaceUuid;
use secrecy::SecretString;
use serde_json::Value;

use crate::provider::{BuildError, SetupState};

/// Longest shared secret, in characters (Atlassian's bound).
pub const LONGEST_SHARED_SECRET: usize = 128;

/// Longest client key that is taken, in bytes; the longest known form, `ari:cloud:bitbucket::app/{uuid}/key`, has some 130.
const LONGEST_CLIENT_KEY: usize = 512;

/// What Bitbucket tells when a workspace installs the app. Unknown fields are ignored. `Debug` hides the secret.
#[derive(Debug, Clone)]
pub struct InstalledPayload {
    /// The app's key, as Bitbucket read it in the descriptor.
    pub app_key: Option<String>,
    /// Names the installation; issuer of its tokens.
    pub client_key: String,
    /// Signs tokens in both directions.
    pub shared_secret: SecretString,
    /// A public key, which nothing is checked with.
    pub public_key: Option<String>,
    /// The web site, such as `https://bitbucket.org`.
    pub base_url: Option<String>,
    /// The API that the installation belongs to, such as `https://api.bitbucket.org`.
    pub base_api_url: String,
    /// The account the app is installed for.
    pub principal: Principal,
}

/// The account that an app is installed for: a workspace (`team`), in old times also a person (`user`).
#[derive(Clone, PartialEq, Eq)]
pub struct Principal {
    /// `team` or `user`.
    pub kind: Option<String>,
    /// Its user name, else its display name.
    pub name: String,
    /// Its UUID, which is that of its workspace.
    pub uuid: WorkspaceUuid,
    /// Its picture.
    pub icon: Option<String>,
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("kind", &self.kind)
            .field("uuid", &self.uuid)
            .finish_non_exhaustive()
    }
}

impl InstalledPayload {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BuildError`] names the field that is missing or wrong.
    pub fn parse(body: &[u8]) -> Result<Self, BuildError> {
        Self::from_state(&SetupState::parse(body)?)
    }

    /// Reads a body that was opened before.
    ///
    /// # Errors
    /// As [`InstalledPayload::parse`].
    pub fn from_state(state: &SetupState) -> Result<Self, BuildError> {
        let optional = |name| state.text(name).map(str::to_owned);
        Ok(Self {
            app_key: optional("key"),
            client_key: client_key(state)?.to_owned(),
            shared_secret: shared_secret(state)?,
            public_key: optional("publicKey"),
            base_url: optional("baseUrl"),
            base_api_url: state.required("baseApiUrl")?.to_owned(),
            principal: principal(state.value("principal"))?,
        })
    }

    /// Where people see the account: `bitbucket.org/acme` for a workspace, the name alone for a person.
    #[must_use]
    pub fn domain_name(&self) -> String {
        let site = self.base_url.as_deref().unwrap_or("https://bitbucket.org");
        let host = site.trim_start_matches("https://").trim_end_matches('/');
        match self.principal.kind.as_deref() {
            Some("team") => format!("{host}/{}", self.principal.name),
            _ => self.principal.name.clone(),
        }
    }
}

/// The client key of any lifecycle call.
pub(super) fn client_key(state: &SetupState) -> Result<&str, BuildError> {
    let key = state.required("clientKey")?;
    let clean = key.bytes().all(|byte| byte.is_ascii_graphic());
    if key.len() <= LONGEST_CLIENT_KEY && clean {
        return Ok(key);
    }
    Err(BuildError::Invalid {
        field: "clientKey",
        reason: "a client key has 1 to 512 visible ASCII characters",
    })
}

fn shared_secret(state: &SetupState) -> Result<SecretString, BuildError> {
    let secret = state.required("sharedSecret")?;
    if secret.chars().count() <= LONGEST_SHARED_SECRET {
        return Ok(SecretString::from(secret.to_owned()));
    }
    Err(BuildError::Invalid {
        field: "sharedSecret",
        reason: "a shared secret has 1 to 128 characters",
    })
}

fn principal(value: Option<&Value>) -> Result<Principal, BuildError> {
    let text = |pointer: &str| {
        let found = value?.pointer(pointer)?.as_str()?;
        (!found.is_empty()).then(|| found.to_owned())
    };
    let missing = |field| BuildError::Missing { field };
    let uuid = text("/uuid").ok_or(missing("principal.uuid"))?;
    let uuid = WorkspaceUuid::parse(&uuid).map_err(|_| BuildError::Invalid {
        field: "principal.uuid",
        reason: "a UUID in braces is expected",
    })?;
    let name = text("/username").or_else(|| text("/display_name"));
    Ok(Principal {
        kind: text("/type"),
        name: name.ok_or(missing("principal.display_name"))?,
        uuid,
        icon: text("/links/avatar/href"),
    })
}
