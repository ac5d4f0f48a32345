//! What a credential may do, tried out: so that a missing scope shows when a workspace is connected, and not a week later.

use bitbucket_api_paths::{PullRequestId, RepoRef, Workspace};
use bitbucket_http_client::{ApiError, ApiErrorCause, BitbucketApi, RepositoryQuery};
use futures_util::future::join3;

/// What was found of one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessFinding {
    /// The scope in Bitbucket's words.
    pub scope: &'static str,
    /// What it is needed for.
    pub needed_for: &'static str,
    /// Whether the credential has it.
    pub granted: Granted,
}

/// Whether a credential has a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// A call that needs it was answered.
    Yes,
    /// A call that needs it was refused for want of permission.
    No,
    /// It could not be tried, such as in a workspace without repositories.
    Unknown,
}

impl Granted {
    /// The word that is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "granted",
            Self::No => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// Tries one harmless call for each scope, as far as possible side by side.
pub(super) async fn access(client: &dyn BitbucketApi, at: &Workspace) -> Vec<AccessFinding> {
    let listed = client
        .repositories(at, &RepositoryQuery::default(), 1)
        .await;
    let repository = listed
        .as_ref()
        .ok()
        .and_then(|listing| listing.values.first())
        .map(|repository| RepoRef::from(repository.uuid.clone()));
    let (webhook, pullrequest, account) = join3(
        webhook(client, repository.as_ref()),
        pullrequest(client, repository.as_ref()),
        account(client),
    )
    .await;
    let finding = |scope, needed_for, granted| AccessFinding {
        scope,
        needed_for,
        granted,
    };
    vec![
        finding(
            "repository",
            "reading commits, releases and source",
            granted(&listed),
        ),
        finding("webhook", "hearing of pushes", webhook),
        finding("pullrequest", "following pull requests", pullrequest),
        finding("account", "knowing people by their account", account),
    ]
}

async fn webhook(client: &dyn BitbucketApi, repository: Option<&RepoRef>) -> Granted {
    match repository {
        Some(at) => granted(&client.hooks(at).await),
        None => Granted::Unknown,
    }
}

/// There may be no pull request 1: that it is not found says that it may be looked for.
async fn pullrequest(client: &dyn BitbucketApi, repository: Option<&RepoRef>) -> Granted {
    let (Some(at), Ok(first)) = (repository, PullRequestId::new(1)) else {
        return Granted::Unknown;
    };
    match client.pull_request(at, first).await {
        Err(error) if *error.cause() == ApiErrorCause::NotFound => Granted::Yes,
        other => granted(&other),
    }
}

async fn account(client: &dyn BitbucketApi) -> Granted {
    granted(&client.current_user().await)
}

fn granted<T>(answer: &Result<T, ApiError>) -> Granted {
    match answer {
        Ok(_) => Granted::Yes,
        Err(error) if *error.cause() == ApiErrorCause::Forbidden => Granted::No,
        Err(_) => Granted::Unknown,
    }
}
