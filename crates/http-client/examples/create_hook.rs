//! Creates a signed webhook with an access token: `create_hook acme/rocket https://ci.example/hook SECRET-FILE < token`.
#![expect(clippy::print_stdout, reason = "it prints for a person")]

use std::sync::Arc;

use bitbucket_api_paths::{HookSubject, RepoFullName, RepoRef};
use bitbucket_http_client::{
    AccessToken, BaseUrl, BitbucketClient, HookEvents, Hooks, HyperTransport, NewHook,
};

#[expect(clippy::disallowed_methods, reason = "a program has a clock")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, url, secret_file] = arguments.as_slice() else {
        return Err("usage: create_hook WORKSPACE/REPOSITORY URL SECRET-FILE < token".into());
    };
    let token = std::io::read_to_string(std::io::stdin())?;
    let secret = std::fs::read_to_string(secret_file)?;
    let auth = Arc::new(AccessToken::new(&token.trim().into()));
    let transport = Arc::new(HyperTransport::builder().build()?);
    let bitbucket =
        BitbucketClient::new(BaseUrl::bitbucket_cloud(), transport, auth, Arc::new(now));

    // What may be subscribed to changes with time; Bitbucket itself knows best.
    let offered = bitbucket.hook_events(HookSubject::Repository).await?;
    let wanted = ["repo:push", "pullrequest:fulfilled"];
    let events = offered
        .into_iter()
        .map(|offered| offered.event)
        .filter(|event| wanted.contains(&event.as_str()))
        .collect();

    let repository = RepoRef::from(RepoFullName::parse(repository)?);
    let hook = NewHook {
        description: "Made by an example".to_owned(),
        url: url.clone(),
        active: true,
        events,
        secret: secret.trim().into(),
    };
    // A lost answer may have made the hook all the same, so look before making a second one.
    let there = bitbucket.hooks(&repository).await?;
    let hook = match there.into_iter().find(|there| there.url == *url) {
        Some(there) => there,
        None => bitbucket.create_hook(&repository, &hook).await?,
    };
    let signed = hook.secret_set.unwrap_or(false);
    println!("{} {} signed: {signed}", hook.uuid, hook.events.join(" "));
    Ok(())
}
