//! Connecting by consent.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /api/v1/installations/consent`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskConsentBody {
    /// The workspace's slug or UUID.
    pub workspace: String,
    /// The configured tracker it reports to; may be left out when there is one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracker: Option<String>,
}

/// A consent that a person is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AskedConsentView {
    /// Where the person agrees, once.
    pub url: String,
    /// Afterwards the answer is too late.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}
