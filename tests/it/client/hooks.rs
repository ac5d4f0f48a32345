//! Webhooks of repositories and workspaces, and the catalogue of their events.

use bitbucket_api_paths::HookSubject;
use bitbucket_http_client::{
    ApiErrorCause, HookEvents as _, HookUpdate, Hooks as _, NewHook, WorkspaceHooks as _,
};
use bitbucket_simulator::{acme, world};
use secrecy::SecretString;

use super::peer::{Peer, in_pages_of_every_length, rocket, workspace};

fn new_hook(events: &[&str]) -> NewHook {
    NewHook {
        description: "ours".to_owned(),
        url: "https://hooks.acme.example/x".to_owned(),
        active: true,
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        secret: SecretString::from("s3cret"),
    }
}

fn update(secret: Option<&str>) -> HookUpdate {
    HookUpdate {
        description: "still ours".to_owned(),
        url: "https://hooks.acme.example/y".to_owned(),
        active: false,
        events: vec!["repo:push".to_owned(), "repo:updated".to_owned()],
        secret: secret.map(SecretString::from),
    }
}

#[tokio::test]
async fn a_repositorys_hook_is_made_read_changed_and_removed() {
    let peer = Peer::start().await;
    let client = peer.client();
    let made = client
        .create_hook(&rocket(), &new_hook(&["repo:push"]))
        .await
        .unwrap();
    assert_eq!((made.secret_set, made.active), (Some(true), true));
    let changed = client
        .update_hook(&rocket(), &made.uuid, &update(None))
        .await
        .unwrap();
    assert_eq!((changed.active, changed.events.len()), (false, 2));
    assert_eq!(
        client.hook(&rocket(), &made.uuid).await.as_ref(),
        Ok(&changed)
    );
    let kept = peer
        .simulator
        .control()
        .hooks(acme::REPOSITORY)
        .await
        .unwrap();
    assert_eq!(kept[0].secret.as_deref(), Some("s3cret"));
    client
        .update_hook(&rocket(), &made.uuid, &update(Some("n3w")))
        .await
        .unwrap();
    let kept = peer
        .simulator
        .control()
        .hooks(acme::REPOSITORY)
        .await
        .unwrap();
    assert_eq!(kept[0].secret.as_deref(), Some("n3w"));
    client.delete_hook(&rocket(), &made.uuid).await.unwrap();
    let gone = client.hook(&rocket(), &made.uuid).await.unwrap_err();
    assert_eq!(*gone.cause(), ApiErrorCause::NotFound);
    assert_eq!(client.hooks(&rocket()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_workspaces_hook_is_made_read_changed_and_removed() {
    let peer = Peer::start().await;
    let client = peer.client();
    let made = client
        .create_workspace_hook(&workspace(), &new_hook(&["repo:created"]))
        .await;
    let made = made.unwrap();
    let changed = client
        .update_workspace_hook(&workspace(), &made.uuid, &update(None))
        .await;
    assert_eq!(changed.unwrap().description, "still ours");
    let read = client
        .workspace_hook(&workspace(), &made.uuid)
        .await
        .unwrap();
    assert_eq!(read.url, "https://hooks.acme.example/y");
    assert_eq!(client.workspace_hooks(&workspace()).await.unwrap(), [read]);
    client
        .delete_workspace_hook(&workspace(), &made.uuid)
        .await
        .unwrap();
    assert_eq!(client.workspace_hooks(&workspace()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn all_hooks_are_listed_however_short_the_pages() {
    let peer = Peer::start().await;
    peer.change_rocket(|rocket| {
        rocket.hooks = (0..4)
            .map(|number| world::Hook::new(&format!("https://x.example/{number}"), &["repo:push"]))
            .collect();
    });
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let hooks = client.hooks(&rocket()).await.unwrap();
        let urls: Vec<&str> = hooks.iter().map(|hook| &hook.url[18..]).collect();
        assert_eq!(urls, ["0", "1", "2", "3"]);
    })
    .await;
    assert_eq!(requests, [4, 2, 1]);
}

#[tokio::test]
async fn a_hook_that_breaks_the_rules_is_refused_with_the_field() {
    let peer = Peer::start().await;
    let unknown = new_hook(&["repo:pushed"]);
    let error = peer
        .client()
        .create_hook(&rocket(), &unknown)
        .await
        .unwrap_err();
    assert_eq!(
        (error.cause(), error.status()),
        (&ApiErrorCause::Rejected, Some(400))
    );
    assert_eq!(
        error.peer_message(),
        Some("events: 'repo:pushed' is not a valid event")
    );
    assert!(!format!("{error:?}").contains("s3cret"));
    let may_not = peer.client_with(&["repository"]);
    let error = may_not
        .create_hook(&rocket(), &new_hook(&["repo:push"]))
        .await
        .unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::Forbidden);
}

#[tokio::test]
async fn the_catalogue_offers_no_events_of_the_removed_tracker() {
    let peer = Peer::start().await;
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let events = client.hook_events(HookSubject::Repository).await.unwrap();
        assert_eq!(events.len(), 26);
        assert_eq!(events[0].event, "repo:push");
        assert!(
            events
                .iter()
                .all(|event| !event.event.starts_with("issue:"))
        );
    })
    .await;
    assert_eq!(requests, [26, 13, 1]);
}
