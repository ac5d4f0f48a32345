//! Keys of the API.

use bitbucket_integration_provider::ApiKeyId;
use bitbucket_integration_provider::ports::ApiScope;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{expose, schema};

/// `POST /api/v1/keys`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateKeyBody {
    /// What a person calls it.
    pub name: String,
    /// What it may do.
    #[schema(value_type = schema::ApiScope)]
    pub scope: ApiScope,
    /// After how many days it is refused; left out: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u32>,
}

/// A key that was made now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CreatedKeyView {
    /// The key itself; nobody can read it again.
    #[serde(serialize_with = "expose")]
    #[schema(value_type = String, format = Password)]
    pub key: SecretString,
    /// What is remembered of it.
    #[serde(flatten)]
    pub record: ApiKeyView,
}

/// What is remembered of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyView {
    /// Our identifier; it opens nothing.
    #[schema(value_type = String, format = Uuid)]
    pub id: ApiKeyId,
    /// What a person calls it.
    pub name: String,
    /// What it may do.
    #[schema(value_type = schema::ApiScope)]
    pub scope: ApiScope,
    /// `active`, `expired` or `revoked`.
    pub state: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// From when on it is refused.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When somebody revoked it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
}

/// `GET /api/v1/keys`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyList {
    /// All of them, oldest first.
    pub keys: Vec<ApiKeyView>,
}
