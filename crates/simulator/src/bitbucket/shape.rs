//! Bitbucket's JSON objects, made from the world.

use serde_json::{Value, json};

use crate::world::{Bitbucket, Commit, Hook, Repository, Tag, User, Workspace};

/// Key of the one project that every workspace has.
pub(crate) const PROJECT: &str = "ACME";

/// Where people's pages would be.
pub(crate) const SITE: &str = "https://bitbucket.org";

/// `account`.
pub(crate) fn user(base: &str, user: &User) -> Value {
    json!({
        "type": "user",
        "uuid": user.uuid,
        "account_id": user.account_id,
        "display_name": user.display_name,
        "nickname": user.nickname,
        "links": {
            "self": {"href": format!("{base}/2.0/users/{}", encoded(&user.uuid))},
            "html": {"href": format!("{SITE}/{}/", encoded(&user.uuid))},
            "avatar": {"href": format!("{SITE}/account/{}/avatar/", user.nickname)},
        },
    })
}

/// `account` of somebody who acted: a person by uuid, else a bot that bears the credential's name.
pub(crate) fn account(base: &str, world: &Bitbucket, actor: &str) -> Value {
    let mut users = world.users.iter();
    if let Some(found) = users.find(|one| one.uuid == actor) {
        return user(base, found);
    }
    json!({
        "type": "app_user",
        "uuid": "{ac3e0000-0000-4000-8000-0000000000b0}",
        "account_id": "712020:bot",
        "display_name": actor,
        "links": {},
    })
}

/// `workspace`.
pub(crate) fn workspace(base: &str, workspace: &Workspace) -> Value {
    json!({
        "type": "workspace",
        "uuid": workspace.uuid,
        "slug": workspace.slug,
        "name": workspace.name,
        "is_private": true,
        "links": {
            "self": {"href": format!("{base}/2.0/workspaces/{}", workspace.slug)},
            "html": {"href": format!("{SITE}/{}/", workspace.slug)},
        },
    })
}

/// `repository`, whole.
pub(crate) fn repository(base: &str, world: &Bitbucket, own: &Repository) -> Value {
    let main = own.main_branch.as_ref();
    let mut shape = repository_brief(base, own);
    shape["slug"] = own.slug.as_str().into();
    shape["scm"] = "git".into();
    shape["is_private"] = true.into();
    shape["description"] = "".into();
    shape["language"] = "rust".into();
    shape["size"] = 4096.into();
    shape["parent"] = Value::Null;
    shape["has_issues"] = world.issue_tracker.into();
    shape["has_wiki"] = false.into();
    shape["fork_policy"] = "no_public_forks".into();
    shape["created_on"] = "2024-03-01T08:00:00.000000+00:00".into();
    shape["updated_on"] = "2026-11-18T13:15:30.123456+00:00".into();
    shape["mainbranch"] = main.map_or(Value::Null, |name| json!({"type": "branch", "name": name}));
    shape["project"] = json!({"type": "project", "key": PROJECT, "name": "Acme"});
    let home = world
        .workspaces
        .iter()
        .find(|one| one.slug == own.workspace);
    shape["workspace"] = home.map_or(Value::Null, |one| workspace(base, one));
    shape
}

/// `repository` as it stands inside other objects.
pub(crate) fn repository_brief(base: &str, own: &Repository) -> Value {
    let full_name = own.full_name();
    json!({
        "type": "repository",
        "uuid": own.uuid,
        "full_name": full_name,
        "name": own.name,
        "links": {
            "self": {"href": format!("{base}/2.0/repositories/{full_name}")},
            "html": {"href": format!("{SITE}/{full_name}")},
            "hooks": {"href": format!("{base}/2.0/repositories/{full_name}/hooks")},
            "commits": {"href": format!("{base}/2.0/repositories/{full_name}/commits")},
            "clone": [
                {"name": "https", "href": format!("{SITE}/{full_name}.git")},
                {"name": "ssh", "href": format!("git@bitbucket.org:{full_name}.git")},
            ],
        },
    })
}

/// `commit`; `author.user` is missing when no account has the author's mail.
pub(crate) fn commit(base: &str, world: &Bitbucket, own: &Repository, commit: &Commit) -> Value {
    let root = format!("{base}/2.0/repositories/{}", own.full_name());
    let text = json!({"type": "rendered", "raw": commit.message, "markup": "markdown", "html": ""});
    json!({
        "type": "commit",
        "hash": commit.sha,
        "date": commit.date,
        "message": commit.message,
        "author": author(base, world, &commit.author),
        "parents": commit.parents.iter().map(|sha| json!({"type": "commit", "hash": sha})).collect::<Vec<_>>(),
        "summary": text,
        "rendered": {"message": text},
        "repository": repository_brief(base, own),
        "links": {
            "self": {"href": format!("{root}/commit/{}", commit.sha)},
            "html": {"href": format!("{SITE}/{}/commits/{}", own.full_name(), commit.sha)},
            "diff": {"href": format!("{root}/diff/{}", commit.sha)},
            "patch": {"href": format!("{root}/patch/{}", commit.sha)},
        },
    })
}

fn author(base: &str, world: &Bitbucket, raw: &str) -> Value {
    let mut shape = json!({"type": "author", "raw": raw});
    let mail = raw
        .rsplit_once('<')
        .map(|(_, rest)| rest.trim_end_matches('>'));
    let account = world
        .users
        .iter()
        .find(|user| user.emails.iter().any(|own| Some(own.as_str()) == mail));
    if let Some(account) = account {
        shape["user"] = user(base, account);
    }
    shape
}

/// `branch` with its target.
pub(crate) fn branch(
    base: &str,
    world: &Bitbucket,
    own: &Repository,
    name: &str,
    sha: &str,
) -> Value {
    let root = format!("{base}/2.0/repositories/{}", own.full_name());
    json!({
        "type": "branch",
        "name": name,
        "target": own.commit(sha).map_or(Value::Null, |target| commit(base, world, own, target)),
        "merge_strategies": ["merge_commit", "squash", "fast_forward"],
        "default_merge_strategy": "merge_commit",
        "sync_strategies": ["merge_commit", "rebase"],
        "links": {
            "self": {"href": format!("{root}/refs/branches/{}", encoded(name))},
            "commits": {"href": format!("{root}/commits/{}", encoded(name))},
            "html": {"href": format!("{SITE}/{}/branch/{name}", own.full_name())},
        },
    })
}

/// `tag` with its target; a lightweight tag has neither message nor date nor tagger.
pub(crate) fn tag(base: &str, world: &Bitbucket, own: &Repository, name: &str, tag: &Tag) -> Value {
    let root = format!("{base}/2.0/repositories/{}", own.full_name());
    let target = own.commit(&tag.target);
    let annotated = target.filter(|_| tag.message.is_some());
    json!({
        "type": "tag",
        "name": name,
        "message": tag.message,
        "date": annotated.map(|target| &target.date),
        "tagger": annotated.map(|target| author(base, world, &target.author)),
        "target": target.map_or(Value::Null, |target| commit(base, world, own, target)),
        "links": {
            "self": {"href": format!("{root}/refs/tags/{}", encoded(name))},
            "commits": {"href": format!("{root}/commits/{}", encoded(name))},
            "html": {"href": format!("{SITE}/{}/commits/tag/{name}", own.full_name())},
        },
    })
}

/// `webhook_subscription` of a repository.
pub(crate) fn repository_hook(base: &str, own: &Repository, one: &Hook) -> Value {
    let root = format!("{base}/2.0/repositories/{}", own.full_name());
    let mut shape = hook(&root, one);
    shape["subject_type"] = "repository".into();
    shape["subject"] = repository_brief(base, own);
    shape
}

/// `webhook_subscription` of a workspace.
pub(crate) fn workspace_hook(base: &str, own: &Workspace, one: &Hook) -> Value {
    let root = format!("{base}/2.0/workspaces/{}", own.slug);
    let mut shape = hook(&root, one);
    shape["subject_type"] = "workspace".into();
    shape["subject"] = workspace(base, own);
    shape
}

/// What all hooks have; the secret never comes back.
fn hook(root: &str, hook: &Hook) -> Value {
    json!({
        "type": "webhook_subscription",
        "uuid": hook.uuid,
        "url": hook.url,
        "description": hook.description,
        "active": hook.active,
        "events": hook.events,
        "secret_set": hook.secret.is_some(),
        "skip_cert_verification": false,
        "history_enabled": false,
        "read_only": Value::Null,
        "source": Value::Null,
        "created_at": hook.created_at,
        "links": {"self": {"href": format!("{root}/hooks/{}", encoded(&hook.uuid))}},
    })
}

fn encoded(text: &str) -> String {
    crate::wire::text::encode(text)
}
