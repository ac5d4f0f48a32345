//! What a host application registers, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/providers`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderList {
    /// Those that this service offers.
    pub providers: Vec<ProviderView>,
}

/// What a host application registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderView {
    /// The word by which it is stored and routed.
    pub key: String,
    /// What a person reads.
    pub name: String,
    /// The rights that it needs.
    pub scopes: Vec<String>,
    /// What it does.
    pub features: Vec<FeatureView>,
    /// How it is set up.
    pub setup: Vec<SetupStepView>,
}

/// One thing that a provider does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeatureView {
    /// The word for it.
    pub key: String,
    /// What a person reads.
    pub description: String,
}

/// One step of a setup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupStepView {
    /// The word for it.
    pub key: String,
    /// What a person does.
    pub description: String,
}
