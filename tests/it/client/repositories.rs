//! Repositories and their references; workspaces.

use bitbucket_api_paths::{Field, FilterText, RepoRef, RepoUuid};
use bitbucket_http_client::{
    ApiErrorCause, ReferenceKind, ReferenceQuery, Refs as _, Repositories as _,
    RepositoryLists as _, RepositoryQuery, RepositoryRole, Workspaces as _,
};
use bitbucket_simulator::{acme, control::Push, world::Repository};

use super::peer::{Peer, in_pages_of_every_length, revision, rocket, sha, workspace};

#[tokio::test]
async fn a_repository_is_the_same_by_name_and_by_uuid() {
    let peer = Peer::start().await;
    let by_name = peer.client().repository(&rocket()).await.unwrap();
    let uuid = RepoUuid::parse(acme::REPOSITORY_UUID).unwrap();
    let by_uuid = peer.client().repository(&RepoRef::from(uuid.clone())).await;
    assert_eq!(by_uuid.as_ref(), Ok(&by_name));
    assert_eq!(by_name.uuid, uuid);
    assert_eq!(
        (by_name.name.as_str(), by_name.main_branch.as_deref()),
        ("Rocket", Some("main"))
    );
    let nothing = RepoRef::from(bitbucket_api_paths::RepoFullName::parse("acme/none").unwrap());
    let error = peer.client().repository(&nothing).await.unwrap_err();
    assert_eq!(
        (error.cause(), error.status()),
        (&ApiErrorCause::NotFound, Some(404))
    );
}

#[tokio::test]
async fn a_workspace_lists_its_repositories_by_name() {
    let peer = Peer::start().await;
    peer.change(|world| {
        for slug in ["a", "b", "c"] {
            world
                .bitbucket
                .repositories
                .push(Repository::new("acme", slug));
        }
    });
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let query = RepositoryQuery::default();
        let listed = client
            .repositories(&workspace(), &query, 100)
            .await
            .unwrap();
        let names: Vec<&str> = listed.values.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["Rocket", "a", "b", "c", "launchpad"]);
        assert!(listed.complete);
    })
    .await;
    assert_eq!(requests, [5, 3, 1]);
    let some = client
        .repositories(&workspace(), &RepositoryQuery::default(), 2)
        .await;
    let some = some.unwrap();
    assert_eq!((some.values.len(), some.complete), (2, false));
}

#[tokio::test]
async fn repositories_are_found_by_role_and_by_text_whatever_it_holds() {
    let peer = Peer::start().await;
    peer.change_rocket(|rocket| "a \"quoted\" \\name".clone_into(&mut rocket.name));
    let text = FilterText::parse("\"QUOTED\" \\n").unwrap();
    let query = RepositoryQuery {
        role: Some(RepositoryRole::Admin),
        filter: Some(Field::parse("name").unwrap().contains(&text)),
    };
    let found = peer
        .ada()
        .repositories(&workspace(), &query, 10)
        .await
        .unwrap();
    let names: Vec<String> = found
        .values
        .iter()
        .map(|one| one.full_name.to_string())
        .collect();
    assert_eq!(names, ["acme/rocket"]);
}

#[tokio::test]
async fn branches_and_tags_stand_at_their_commits() {
    let peer = Peer::start().await;
    let push = Push::to(acme::REPOSITORY)
        .commit("feature/x", "x1", "Try")
        .tag("v1.0", "r2")
        .tag("v1.1", "r3");
    peer.push(push).await;
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let all = client
            .references(&rocket(), &ReferenceQuery::default(), 100)
            .await
            .unwrap();
        let told: Vec<_> = all
            .values
            .into_iter()
            .map(|one| (one.kind.unwrap(), one.name, one.target))
            .collect();
        let own = |kind, name: &str, label| (kind, name.to_owned(), sha(label));
        assert_eq!(
            told,
            [
                own(ReferenceKind::Branch, "feature/x", "x1"),
                own(ReferenceKind::Branch, "main", "r3"),
                own(ReferenceKind::Tag, "v1.0", "r2"),
                own(ReferenceKind::Tag, "v1.1", "r3"),
            ]
        );
    })
    .await;
    assert_eq!(requests, [4, 2, 1]);
    assert_eq!(
        client.branches(&rocket(), 1).await.unwrap().values[0].name,
        "feature/x"
    );
    assert_eq!(client.tags(&rocket(), 9).await.unwrap().values.len(), 2);
    let branch = client
        .branch(&rocket(), &revision("feature/x"))
        .await
        .unwrap();
    assert_eq!(branch.target, sha("x1"));
    assert_eq!(branch.date, Some("2026-11-18T13:16:00Z".parse().unwrap()));
    assert_eq!(
        client
            .tag(&rocket(), &revision("v1.0"))
            .await
            .unwrap()
            .target,
        sha("r2")
    );
    let missing = client.tag(&rocket(), &revision("v2")).await.unwrap_err();
    assert_eq!(*missing.cause(), ApiErrorCause::NotFound);
    let text = FilterText::parse("V1").unwrap();
    let query = ReferenceQuery {
        filter: Some(Field::parse("name").unwrap().contains(&text)),
    };
    assert_eq!(
        client
            .references(&rocket(), &query, 9)
            .await
            .unwrap()
            .values
            .len(),
        2
    );
}

#[tokio::test]
async fn a_workspace_is_told_to_those_at_home_in_it() {
    let peer = Peer::start().await;
    let details = peer.client().workspace(&workspace()).await.unwrap();
    assert_eq!(
        (details.uuid.as_str(), details.name.as_str()),
        (acme::WORKSPACE_UUID, "Acme Corporation")
    );
    let elsewhere = bitbucket_api_paths::Workspace::parse("elsewhere").unwrap();
    let error = peer.client().workspace(&elsewhere).await.unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::NotFound);
    assert_eq!(
        error.peer_message(),
        Some("No workspace with identifier 'elsewhere'.")
    );
}
