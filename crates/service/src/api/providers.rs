//! What a host application needs to offer the integration.

use axum::Json;
use bitbucket_integration_provider::{BitbucketProvider, IntegrationProvider};

use crate::wire::{FeatureView, ProviderList, ProviderView, SetupStepView};

/// `GET /api/v1/providers`
#[utoipa::path(
    get,
    path = "/providers",
    operation_id = "list_providers",
    tag = "service",
    summary = "What a host application registers.",
    responses((status = 200, body = ProviderList, description = "All of them."))
)]
pub(super) async fn list() -> Json<ProviderList> {
    Json(ProviderList {
        providers: vec![view(&BitbucketProvider)],
    })
}

fn view(provider: &dyn IntegrationProvider) -> ProviderView {
    let feature = |feature: &bitbucket_integration_provider::Feature| FeatureView {
        key: feature.key.to_owned(),
        description: feature.description.to_owned(),
    };
    let step = |step: &bitbucket_integration_provider::SetupStep| SetupStepView {
        key: step.key.to_owned(),
        description: step.description.to_owned(),
    };
    ProviderView {
        key: provider.key().to_owned(),
        name: provider.name().to_owned(),
        scopes: provider
            .scopes()
            .iter()
            .map(|&scope| scope.to_owned())
            .collect(),
        features: provider.features().iter().map(feature).collect(),
        setup: provider.setup().iter().map(step).collect(),
    }
}
