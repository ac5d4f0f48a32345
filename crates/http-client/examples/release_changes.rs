//! Prints what a release changes with an access token: `release_changes acme/rocket OLD NEW < token`.
#![expect(clippy::print_stdout, reason = "it prints for a person")]

use std::sync::Arc;

use bitbucket_api_paths::{RepoFullName, RepoRef, Revision};
use bitbucket_http_client::{
    AccessToken, BaseUrl, BitbucketClient, CHANGES_IN_FLIGHT, CommitRange, HyperTransport,
    commits_with_changes,
};

#[expect(clippy::disallowed_methods, reason = "a program has a clock")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, old, new] = arguments.as_slice() else {
        return Err("usage: release_changes WORKSPACE/REPOSITORY OLD NEW < token".into());
    };
    let token = std::io::read_to_string(std::io::stdin())?;
    let auth = Arc::new(AccessToken::new(&token.trim().into()));
    let transport = Arc::new(HyperTransport::builder().build()?);
    let bitbucket =
        BitbucketClient::new(BaseUrl::bitbucket_cloud(), transport, auth, Arc::new(now));

    let repository = RepoRef::from(RepoFullName::parse(repository)?);
    let range = CommitRange::between(Some(Revision::parse(old)?), Revision::parse(new)?, 500);
    let release = commits_with_changes(&bitbucket, &repository, &range, CHANGES_IN_FLIGHT).await?;
    for changed in &release.commits {
        println!(
            "{} {}",
            changed.commit.sha,
            changed.commit.message.lines().next().unwrap_or_default()
        );
        match &changed.changes {
            Ok(files) => files
                .iter()
                .for_each(|file| println!("    {:?} {}", file.kind, file.path)),
            Err(error) => println!("    {error}"),
        }
    }
    Ok(())
}
