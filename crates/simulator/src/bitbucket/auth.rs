//! Who asks: Bearer access tokens and OAuth tokens, Basic API tokens, Connect tokens; and what they may do.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::{addon, error, oauth};
use crate::{
    crypto::{jwt, same},
    wire::{
        answer::Answer,
        asked::Asked,
        call::{Call, Caller, Reach},
        route::{Access, Route},
    },
    world::{Bitbucket, Repository},
};

/// Finds out who asks; a credential that is wrong is an error, none at all is not.
pub(super) fn identify(asked: &Asked, world: &Bitbucket, now: Timestamp) -> Result<Caller, Answer> {
    if oauth::is_site(&asked.path) {
        return oauth::identify(asked, world, |token| connect(world, asked, token, now));
    }
    let Some(header) = asked.header("authorization") else {
        return Ok(Caller::anonymous());
    };
    let found = match header.split_once(' ') {
        Some(("Bearer", token)) => {
            access_token(world, token).or_else(|| oauth::bearer(world, token, now))
        }
        Some(("Basic", credentials)) => api_token(world, credentials),
        Some(("JWT", token)) => return connect(world, asked, token, now),
        _ => None,
    };
    found.ok_or_else(|| error::unauthorized("unknown credential"))
}

fn access_token(world: &Bitbucket, token: &str) -> Option<Caller> {
    let mut tokens = world.access_tokens.iter();
    let found = tokens.find(|own| same(own.token.as_bytes(), token.as_bytes()))?;
    let reach = match &found.repository {
        None => Reach::Workspaces(vec![found.workspace.clone()]),
        Some(full_name) => {
            let mut all = world.repositories.iter();
            let only = all.find(|repository| repository.full_name() == *full_name)?;
            Reach::Repository(only.uuid.clone())
        }
    };
    Some(Caller {
        name: found.name.clone(),
        scopes: found.scopes.clone(),
        reach,
    })
}

fn api_token(world: &Bitbucket, credentials: &str) -> Option<Caller> {
    let decoded = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (email, token) = decoded.split_once(':')?;
    let mut tokens = world.api_tokens.iter();
    let found =
        tokens.find(|own| own.email == email && same(own.token.as_bytes(), token.as_bytes()))?;
    Some(Caller {
        name: found.name.clone(),
        scopes: found.scopes.clone(),
        reach: Reach::Workspaces(found.workspaces.clone()),
    })
}

fn connect(
    world: &Bitbucket,
    asked: &Asked,
    token: &str,
    now: Timestamp,
) -> Result<Caller, Answer> {
    let claims = jwt::unverified_claims(token).ok_or_else(|| error::unauthorized("malformed"))?;
    let mut installations = world.installations.iter();
    let installation = installations
        .find(|own| claims["sub"] == own.client_key.as_str())
        .ok_or_else(|| error::unauthorized("sub is not a client key"))?;
    let expected = jwt::Expected {
        issuer: &installation.app_key,
        subject: &installation.client_key,
        method: &asked.method,
        path: &asked.path,
        query: asked.query.as_deref(),
        now: now.as_second(),
    };
    jwt::check(token, &installation.shared_secret, &expected)
        .map_err(|refusal| error::unauthorized(refusal.reason()))?;
    Ok(Caller {
        name: addon::caller_name(installation),
        scopes: installation.scopes.clone(),
        reach: Reach::Workspaces(vec![installation.workspace.clone()]),
    })
}

/// Whether the caller may call the route at all.
pub(super) fn allow(call: &Call<'_>, route: &Route) -> Result<(), Answer> {
    let needed = match route.access {
        Access::Anyone => return Ok(()),
        Access::Authenticated => &[],
        Access::Scopes(scopes) => scopes,
    };
    if call.caller.reach == Reach::Nothing {
        return Err(error::unauthorized("no credential"));
    }
    for scope in needed {
        require_scope(call, scope)?;
    }
    Ok(())
}

/// Whether the caller holds a scope, in either vocabulary.
pub(super) fn require_scope(call: &Call<'_>, scope: &str) -> Result<(), Answer> {
    let caller = &call.caller;
    if caller.reach == Reach::Nothing {
        return Err(error::unauthorized("no credential"));
    }
    let granular = caller.scopes.iter().any(|own| own.ends_with(":bitbucket"));
    let required = match granular {
        true => granular_scopes(scope, call.asked),
        false => vec![scope.to_owned()],
    };
    let granted = |wanted: &String| match granular {
        true => caller.scopes.contains(wanted),
        false => grants(&caller.scopes, wanted),
    };
    match required.iter().all(granted) {
        true => Ok(()),
        false => Err(error::missing_scope(&required, &caller.scopes)),
    }
}

/// What an API token needs where other credentials need an OAuth scope.
fn granular_scopes(scope: &str, asked: &Asked) -> Vec<String> {
    let (family, level) = scope.split_once(':').unwrap_or((scope, "read"));
    let actions: &[&str] = match (family, level, asked.method.as_str()) {
        ("webhook", _, "GET" | "HEAD") => &["read"],
        ("webhook" | "issue", _, "DELETE") if (family, level) != ("issue", "read") => &["delete"],
        ("webhook", _, _) => &["read", "write"],
        (_, "write", "DELETE") => &["write"],
        (_, "write", _) => &["read", "write"],
        (_, "admin", _) => &["admin"],
        _ => &["read"],
    };
    let family = match family {
        "account" if asked.path == "/2.0/user" => "user",
        "account" => "workspace",
        other => other,
    };
    let scopes = actions
        .iter()
        .map(|action| format!("{action}:{family}:bitbucket"));
    scopes.collect()
}

/// Whether OAuth style scopes hold a scope or one that implies it.
pub(super) fn grants(scopes: &[String], wanted: &str) -> bool {
    scopes
        .iter()
        .any(|scope| scope == wanted || implied(scope).contains(&wanted))
}

fn implied(scope: &str) -> &'static [&'static str] {
    match scope {
        "project" | "repository:write" | "pullrequest" => &["repository"],
        "pullrequest:write" => &["pullrequest", "repository:write", "repository"],
        "issue:write" => &["issue"],
        "account:write" => &["account"],
        _ => &[],
    }
}

impl Call<'_> {
    /// The place of the repository in the path, by name or by uuid; 404 if the caller may not see it.
    pub(super) fn repository(&self) -> Result<usize, Answer> {
        let (workspace, slug) = (self.param("workspace"), self.param("repo_slug"));
        let all = &self.world.bitbucket.repositories;
        let place = all.iter().position(|one| self.names(one, workspace, slug));
        place
            .filter(|place| self.may_see(&all[*place]))
            .ok_or_else(error::no_repository)
    }

    fn names(&self, repository: &Repository, workspace: &str, slug: &str) -> bool {
        let own_workspace =
            workspace == "{}" || self.is_workspace(&repository.workspace, workspace);
        match slug.starts_with('{') {
            true => own_workspace && repository.uuid == slug,
            false => workspace != "{}" && own_workspace && repository.slug == slug.to_lowercase(),
        }
    }

    /// Whether a path segment, slug or uuid, means the workspace with this slug.
    pub(super) fn is_workspace(&self, slug: &str, segment: &str) -> bool {
        let mut all = self.world.bitbucket.workspaces.iter();
        slug == segment.to_lowercase() || all.any(|one| one.slug == slug && one.uuid == segment)
    }

    /// Whether the caller reaches a repository.
    pub(super) fn may_see(&self, repository: &Repository) -> bool {
        match &self.caller.reach {
            Reach::Workspaces(slugs) => slugs.contains(&repository.workspace),
            Reach::Repository(uuid) => repository.uuid == *uuid,
            Reach::Nothing | Reach::Organization(_) => false,
        }
    }
}
