//! Who calls, who may do what, and the app's own installation.

use std::sync::Arc;

use bitbucket_api_paths::{RepoSlug, UserRef};
use bitbucket_http_client::{
    Addon as _, ApiErrorCause, ConnectJwt, CurrentAccess as _, Permissions as _, Repositories as _,
    RepositoryPermission, WorkspacePermission,
};
use bitbucket_simulator::{
    acme,
    world::{Grant, Membership, User},
};

use super::peer::{Peer, ada, in_pages_of_every_length, rocket, workspace};

/// Two more members, of whom the first may write to `acme/rocket`.
async fn with_members() -> Peer {
    let peer = Peer::start().await;
    peer.change(|world| {
        for number in 1..=2 {
            let uuid = uuid(number);
            world.bitbucket.users.push(User {
                uuid: uuid.clone(),
                account_id: format!("712020:member-{number}"),
                nickname: format!("member {number}"),
                display_name: format!("Member {number}"),
                emails: vec![format!("member-{number}@acme.example")],
            });
            let member = Membership::new(acme::WORKSPACE, &uuid, "member");
            world.bitbucket.memberships.push(member);
        }
        let grant = Grant::new(acme::REPOSITORY_UUID, &uuid(1), "write");
        world.bitbucket.grants.push(grant);
    });
    peer
}

fn uuid(number: u32) -> String {
    format!("{{b0b00000-0000-4000-8000-00000000000{number}}}")
}

#[tokio::test]
async fn a_person_and_a_bot_are_told_who_they_are() {
    let peer = Peer::start().await;
    let person = peer.ada().current_user().await.unwrap();
    assert_eq!(person.display_name, "Ada Lovelace");
    assert_eq!(person.uuid.unwrap().as_str(), acme::ADA_UUID);
    let bot = peer.client().current_user().await.unwrap();
    assert_eq!(bot.display_name, "acme access token");
    let mine = peer.ada().my_workspaces(10).await.unwrap();
    let mine: Vec<_> = mine
        .values
        .iter()
        .map(|one| (one.slug.as_str(), one.administrator))
        .collect();
    assert_eq!(mine, [("acme", true)]);
    let liar = bitbucket_http_client::AccessToken::new(&"wrong".into());
    let error = peer
        .client_as(Arc::new(liar))
        .current_user()
        .await
        .unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::Unauthorized);
}

#[tokio::test]
async fn members_are_listed_with_their_permissions() {
    let peer = with_members().await;
    let client = peer.client();
    let requests = in_pages_of_every_length(&peer, async || {
        let members = client.members(&workspace(), 100).await.unwrap();
        let names: Vec<_> = members
            .values
            .into_iter()
            .map(|one| one.account.unwrap().display_name)
            .collect();
        assert_eq!(names, ["Ada Lovelace", "Member 1", "Member 2"]);
        let permissions = client
            .workspace_permissions(&workspace(), 100)
            .await
            .unwrap();
        let permissions: Vec<_> = permissions
            .values
            .iter()
            .map(|one| one.permission.clone())
            .collect();
        assert_eq!(
            permissions,
            [
                Some(WorkspacePermission::Owner),
                Some(WorkspacePermission::Member),
                Some(WorkspacePermission::Member),
            ]
        );
    })
    .await;
    assert_eq!(requests, [6, 4, 2]);
    let one = client.member(&workspace(), &ada()).await.unwrap();
    assert_eq!(one.permission, Some(WorkspacePermission::Owner));
    let nobody = UserRef::parse(&uuid(9)).unwrap();
    let error = client.member(&workspace(), &nobody).await.unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::NotFound);
}

#[tokio::test]
async fn what_may_be_done_in_repositories_is_told() {
    let peer = with_members().await;
    let client = peer.client();
    let told =
        |listing: bitbucket_http_client::Listing<bitbucket_http_client::RepositoryAccess>| {
            let one = listing.values.into_iter().map(|one| {
                (
                    one.repository.unwrap().name,
                    one.account.unwrap().display_name,
                    one.permission,
                )
            });
            one.collect::<Vec<_>>()
        };
    let own = |repository: &str, user: &str, permission| {
        (repository.to_owned(), user.to_owned(), permission)
    };
    let rocket_alone = [
        own("Rocket", "Ada Lovelace", RepositoryPermission::Admin),
        own("Rocket", "Member 1", RepositoryPermission::Write),
    ];
    let requests = in_pages_of_every_length(&peer, async || {
        let all = told(
            client
                .repository_permissions(&workspace(), 100)
                .await
                .unwrap(),
        );
        assert_eq!(all[..2], rocket_alone);
        assert_eq!(
            all[2..],
            [own(
                "launchpad",
                "Ada Lovelace",
                RepositoryPermission::Admin
            )]
        );
    })
    .await;
    assert_eq!(requests, [3, 2, 1]);
    let slug = RepoSlug::parse("rocket").unwrap();
    let of_one = client
        .permissions_of_repository(&workspace(), &slug, 100)
        .await
        .unwrap();
    assert_eq!(told(of_one), rocket_alone);
    let mine = peer
        .ada()
        .my_repository_access(&workspace(), 100)
        .await
        .unwrap();
    assert_eq!(mine.values.len(), 2);
    let membership = peer.ada().my_membership(&workspace()).await.unwrap();
    assert_eq!(membership.permission, Some(WorkspacePermission::Owner));
    // A bot is not told its own permissions.
    let error = client.my_membership(&workspace()).await.unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::Forbidden);
}

#[tokio::test]
async fn an_app_signs_each_request_and_removes_itself() {
    let peer = Peer::start().await;
    let secret = bitbucket_jwt_auth::SharedSecret::new(acme::CONNECT_SHARED_SECRET.to_owned());
    let jwt = ConnectJwt::new(
        acme::CONNECT_APP_KEY.to_owned(),
        acme::CONNECT_CLIENT_KEY.to_owned(),
        secret,
    );
    let app = peer.client_as(Arc::new(jwt));
    assert_eq!(app.repository(&rocket()).await.unwrap().name, "Rocket");
    app.update_addon().await.unwrap();
    app.remove_addon().await.unwrap();
    assert_eq!(peer.simulator.world().bitbucket.installations, []);
    let error = app.repository(&rocket()).await.unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::Unauthorized);
    let error = peer.client().remove_addon().await.unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::Forbidden);
}
