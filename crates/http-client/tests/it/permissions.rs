//! Who may do what: exact request, typed answer.

use bitbucket_api_paths::{RepoSlug, UserRef, Workspace};
use bitbucket_http_client::{Permissions, RepositoryPermission, WorkspacePermission};
use serde_json::{Value, json};

use crate::peer::{UUID, json};
use crate::sent::{ACCESS, MEMBER, Sent, exchange};

fn acme() -> Workspace {
    Workspace::parse("acme").unwrap()
}

fn ada() -> Value {
    json!({"type": "user", "uuid": UUID, "display_name": "Ada", "account_id": "557058:1"})
}

fn access(permission: &str) -> Value {
    json!({
        "type": "repository_permission", "permission": permission, "user": ada(),
        "repository": {"type": "repository", "uuid": UUID, "full_name": "acme/rocket", "name": "rocket"},
    })
}

#[tokio::test]
async fn the_own_membership_is_read() {
    let answer = json!({
        "type": "workspace_membership", "permission": "create-project",
        "workspace": {"slug": "acme"}, "user": ada(),
    });
    let (sent, mine) = exchange(json(answer), async |client| {
        client.my_membership(&acme()).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET /2.0/user/workspaces/acme/permission?{}",
            crate::sent::one(MEMBER)
        ))]
    );
    assert_eq!(mine.permission, Some(WorkspacePermission::CreateProject));
    assert_eq!(mine.account.unwrap().display_name, "Ada");
}

#[tokio::test]
async fn the_own_access_to_repositories_is_listed() {
    let mut own = access("admin");
    own.as_object_mut().unwrap().remove("user");
    let answer = json!({"values": [own, access("triage")]});
    let (sent, listing) = exchange(json(answer), async |client| {
        client.my_repository_access(&acme(), 10).await
    })
    .await;
    let line = format!(
        "GET /2.0/user/workspaces/acme/permissions/repositories?pagelen=100&{}",
        crate::sent::page(ACCESS)
    );
    assert_eq!(sent, [Sent::bare(line)]);
    let [first, second] = listing.values.as_slice() else {
        unreachable!("two entries")
    };
    assert_eq!(
        (&first.permission, &first.account),
        (&RepositoryPermission::Admin, &None)
    );
    assert_eq!(
        first.repository.as_ref().unwrap().full_name.as_str(),
        "acme/rocket"
    );
    assert_eq!(
        second.permission,
        RepositoryPermission::Other("triage".to_owned())
    );
}

#[tokio::test]
async fn members_are_listed_and_read() {
    let member =
        json!({"type": "workspace_membership", "user": ada(), "workspace": {"slug": "acme"}});
    let gone = json!({"type": "workspace_membership", "user": null});
    let answer = json!({"values": [member, gone]});
    let (sent, listing) = exchange(json(answer), async |client| {
        client.members(&acme(), 10).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET /2.0/workspaces/acme/members?pagelen=100&{}",
            crate::sent::page(MEMBER)
        ))]
    );
    let accounts: Vec<_> = listing
        .values
        .iter()
        .map(|member| {
            member
                .account
                .as_ref()
                .map(|account| account.display_name.as_str())
        })
        .collect();
    assert_eq!(accounts, [Some("Ada"), None]);

    let (sent, one) = exchange(json(member), async |client| {
        let user = UserRef::parse("557058:ab").unwrap();
        client.member(&acme(), &user).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET /2.0/workspaces/acme/members/557058%3Aab?{}",
            crate::sent::one(MEMBER)
        ))]
    );
    assert_eq!(
        (one, one_permission(&listing.values)),
        (listing.values[0].clone(), None)
    );
}

fn one_permission(
    members: &[bitbucket_http_client::WorkspaceMember],
) -> Option<WorkspacePermission> {
    members[0].permission.clone()
}

#[tokio::test]
async fn the_permissions_of_all_members_are_listed() {
    let answer = json!({"values": [
        {"permission": "owner", "user": ada()},
        {"permission": "collaborator", "user": ada()},
        {"permission": "guest", "user": ada()},
    ]});
    let (sent, listing) = exchange(json(answer), async |client| {
        client.workspace_permissions(&acme(), 10).await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET /2.0/workspaces/acme/permissions?pagelen=100&{}",
            crate::sent::page(MEMBER)
        ))]
    );
    let told: Vec<_> = listing
        .values
        .into_iter()
        .map(|member| member.permission.unwrap())
        .collect();
    assert_eq!(
        told,
        [
            WorkspacePermission::Owner,
            WorkspacePermission::Collaborator,
            WorkspacePermission::Other("guest".to_owned())
        ]
    );
}

#[tokio::test]
async fn the_permissions_in_repositories_are_listed() {
    let page = json!({"values": [access("write"), access("read")]});
    let (sent, all) = exchange(json(page.clone()), async |client| {
        client.repository_permissions(&acme(), 10).await
    })
    .await;
    let line = format!(
        "GET /2.0/workspaces/acme/permissions/repositories?pagelen=100&{}",
        crate::sent::page(ACCESS)
    );
    assert_eq!(sent, [Sent::bare(line)]);
    assert_eq!(all.values[1].permission, RepositoryPermission::Read);

    let (sent, one) = exchange(json(page), async |client| {
        let slug = RepoSlug::parse("rocket").unwrap();
        client.permissions_of_repository(&acme(), &slug, 1).await
    })
    .await;
    let line = format!(
        "GET /2.0/workspaces/acme/permissions/repositories/rocket?pagelen=100&{}",
        crate::sent::page(ACCESS)
    );
    assert_eq!(sent, [Sent::bare(line)]);
    assert_eq!(
        (one.values[0].permission.clone(), one.complete),
        (RepositoryPermission::Write, false)
    );
    assert_eq!(
        one.values[0]
            .account
            .as_ref()
            .unwrap()
            .account_id
            .as_deref(),
        Some("557058:1")
    );
}
