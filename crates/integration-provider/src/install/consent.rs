//! A person connects a workspace by agreeing to the OAuth consumer: authorization code with `state` (RFC 6749 §4.1, §10.12) and PKCE
//! (RFC 7636).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bitbucket_api_paths::Workspace;
use bitbucket_http_client::AuthorizeError;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::{ConnectWorkspaceError, ConnectedWorkspace};
use crate::digest;
use crate::integration::Integration;
use crate::ports::{Consents, PendingGrant, StateDigest, StoreError, TrackerName, fresh_secret};

/// For how long an answer is waited for.
pub const LONGEST_CONSENT: Duration = Duration::from_mins(10);

/// Longest `state` or `code` that is looked at, in bytes.
const LONGEST_PARAMETER: usize = 4096;

/// A consent that a person is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedConsent {
    /// Where the person agrees. Whoever has it may answer, so it is not for everybody.
    pub url: String,
    /// Afterwards the answer is too late.
    pub expires_at: Timestamp,
}

/// What the browser comes back with.
#[derive(Debug, Clone, Default)]
pub struct ConsentAnswer {
    /// What was sent along; proves that the answer belongs to a consent that we asked for.
    pub state: Option<String>,
    /// What the grant is got for.
    pub code: Option<SecretString>,
    /// Why there is no code, in the words of RFC 6749 §4.1.2.1.
    pub error: Option<String>,
}

/// Why a workspace was not connected by consent. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// No consumer is configured.
    #[error(
        "there is no OAuth consumer; set `consumer_key` in [oauth] and its secret, or connect with a token"
    )]
    Off,
    /// The answer has not the form of one.
    #[error("this is no answer of Bitbucket: {what}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Nobody was asked for this consent, it was answered before, or it is too late. Which of these is nobody's business.
    #[error("this consent was not asked for, was answered before, or is too old; begin again")]
    UnknownState,
    /// The person said no.
    #[error("Bitbucket gave no consent")]
    Denied,
    /// Bitbucket does not take the code.
    #[error("Bitbucket gave no grant: {0}")]
    Exchange(AuthorizeError),
    /// The grant does not open the workspace, or could not be kept.
    #[error(transparent)]
    Connect(#[from] ConnectWorkspaceError),
    /// The store failed.
    #[error("the consent could not be remembered")]
    Store(#[source] StoreError),
}

impl ConsentError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Off => "oauth_off",
            Self::Malformed { .. } => "consent_malformed",
            Self::UnknownState => "consent_unknown",
            Self::Denied => "consent_denied",
            Self::Exchange(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for ConsentError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Integration {
    /// Begins to connect a workspace by consent: gives the address at which a person agrees. The answer connects this workspace and no
    /// other, whoever gives it.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing was stored then.
    pub async fn ask_for_consent(
        &self,
        workspace: &Workspace,
        tracker: Option<TrackerName>,
    ) -> Result<AskedConsent, ConsentError> {
        let consents = self.consents()?;
        let tracker = self.choose_tracker(tracker)?;
        let entropy = self.ports.entropy.as_ref();
        let (state, verifier) = (fresh_secret(entropy), fresh_secret(entropy));
        let now = self.ports.clock.now();
        let expires_at = now.checked_add(LONGEST_CONSENT).unwrap_or(now);
        let challenge = digest::sha256(verifier.expose_secret().as_bytes());
        let url = consents.address(state.expose_secret(), &URL_SAFE_NO_PAD.encode(challenge));
        let pending = PendingGrant {
            tracker,
            workspace: Some(workspace.to_string()),
            verifier,
            expires_at,
        };
        let digest = of_state(state.expose_secret());
        self.ports.grants.put_pending(digest, &pending, now).await?;
        Ok(AskedConsent { url, expires_at })
    }

    /// Takes the answer to a consent: trades the code for a grant, tries it on the workspace, and keeps it. The `state` is good for one
    /// answer, also for one that fails.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing was stored then.
    pub async fn take_consent(
        &self,
        answer: ConsentAnswer,
    ) -> Result<ConnectedWorkspace, ConsentError> {
        let consents = self.consents()?;
        let state = answer.state.filter(|state| !state.is_empty());
        let state = state.ok_or(ConsentError::Malformed {
            what: "it has no `state`",
        })?;
        if state.len() > LONGEST_PARAMETER {
            return Err(ConsentError::UnknownState);
        }
        // Looked up by its digest: how long that takes tells nothing of a state that somebody guesses at.
        let pending = self.ports.grants.take_pending(of_state(&state)).await?;
        let pending = pending
            .filter(|pending| self.ports.clock.now() < pending.expires_at)
            .ok_or(ConsentError::UnknownState)?;
        let workspace = pending.workspace.as_deref().map(Workspace::parse);
        let Some(Ok(workspace)) = workspace else {
            return Err(ConsentError::UnknownState);
        };
        if answer.error.is_some() {
            return Err(ConsentError::Denied);
        }
        let code = answer.code.filter(|code| {
            let code = code.expose_secret();
            !code.is_empty() && code.len() <= LONGEST_PARAMETER
        });
        let code = code.ok_or(ConsentError::Malformed {
            what: "it has no `code`",
        })?;
        let credential = consents.exchange(&code, &pending.verifier).await;
        let credential = credential.map_err(ConsentError::Exchange)?;
        let connected = self.connect_with(workspace, credential, pending.tracker);
        Ok(connected.await?)
    }

    fn consents(&self) -> Result<&dyn Consents, ConsentError> {
        self.ports.consents.as_deref().ok_or(ConsentError::Off)
    }
}

fn of_state(state: &str) -> StateDigest {
    StateDigest(digest::sha256(state.as_bytes()))
}

#[cfg(test)]
mod tests;
