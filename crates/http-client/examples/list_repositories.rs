//! Lists a workspace's repositories with an API token: `list_repositories WORKSPACE E-MAIL < token`.
#![expect(clippy::print_stdout, reason = "it prints for a person")]

use std::sync::Arc;

use bitbucket_api_paths::Workspace;
use bitbucket_http_client::{
    ApiToken, BaseUrl, BitbucketClient, HyperTransport, RepositoryLists, RepositoryQuery,
};

#[expect(clippy::disallowed_methods, reason = "a program has a clock")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(workspace), Some(email)) = (arguments.next(), arguments.next()) else {
        return Err("usage: list_repositories WORKSPACE E-MAIL < token".into());
    };
    let token = std::io::read_to_string(std::io::stdin())?;
    let auth = Arc::new(ApiToken::new(&email, &token.trim().into()));
    let transport = Arc::new(HyperTransport::builder().build()?);
    let bitbucket =
        BitbucketClient::new(BaseUrl::bitbucket_cloud(), transport, auth, Arc::new(now));

    let workspace = Workspace::parse(&workspace)?;
    let listing = bitbucket
        .repositories(&workspace, &RepositoryQuery::default(), 1_000)
        .await?;
    for repository in &listing.values {
        println!(
            "{}\t{}",
            repository.full_name,
            repository.main_branch.as_deref().unwrap_or("-")
        );
    }
    if !listing.complete {
        println!("… and more");
    }
    Ok(())
}
