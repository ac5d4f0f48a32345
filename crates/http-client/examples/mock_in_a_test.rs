//! How a program that uses this crate tests itself without a network: `cargo run --example mock_in_a_test --features mock`.

use bitbucket_api_paths::{RepoFullName, RepoRef, RepoUuid};
use bitbucket_http_client::{
    ApiError, ApiErrorCause, Evidence, MockRepositories, Repositories, Repository,
};

/// The code under test: knows one capability and no client.
async fn main_branch(
    bitbucket: &dyn Repositories,
    repository: &RepoRef,
) -> Result<String, ApiError> {
    let found = bitbucket.repository(repository).await?;
    Ok(found.main_branch.unwrap_or_else(|| "main".to_owned()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = RepoFullName::parse("acme/rocket")?;
    let uuid = RepoUuid::parse("{0d1e2f3a-4b5c-6d7e-8f9a-0b1c2d3e4f5a}")?;
    let repository = RepoRef::from(name.clone());

    let mut bitbucket = MockRepositories::new();
    bitbucket
        .expect_repository()
        .times(1)
        .return_once(move |_| {
            let mut found = Repository::new(uuid, name);
            found.main_branch = Some("trunk".to_owned());
            Ok(found)
        });
    assert_eq!(main_branch(&bitbucket, &repository).await?, "trunk");

    let mut gone = MockRepositories::new();
    gone.expect_repository().returning(|_| {
        let evidence = Evidence::new("GET", "/2.0/repositories/{workspace}/{repo_slug}");
        Err(ApiError::new(ApiErrorCause::NotFound, evidence))
    });
    let error = main_branch(&gone, &repository).await.err();
    assert_eq!(error.map(|error| error.code()), Some("not_found"));
    Ok(())
}
