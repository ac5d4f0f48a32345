//! Renaming and transferring repositories: the uuid stays, every address changes, hooks are told.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::operation::{self, prepare, repository, source};
use crate::{bitbucket::shape, delivery::Delivery, state::Shared};

/// A repository's new name or home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Relocation {
    Rename {
        repository: String,
        slug: String,
    },
    Transfer {
        repository: String,
        workspace: String,
    },
}

/// Carries it out and tells the repository's hooks; returns when all attempts are over.
pub(super) async fn relocate(
    shared: &Shared,
    relocation: &Relocation,
) -> Result<Vec<Delivery>, String> {
    let made = match relocation {
        Relocation::Rename { repository, slug } => rename(shared, repository, slug),
        Relocation::Transfer {
            repository,
            workspace,
        } => transfer(shared, repository, workspace),
    };
    Ok(operation::send(shared, made?).await)
}

fn rename(shared: &Shared, full_name: &str, slug: &str) -> Result<Vec<Delivery>, String> {
    let base = shared.addresses.bitbucket.as_str();
    shared.change(|state| {
        let place = repository(state, full_name)?;
        let own = &mut state.world.bitbucket.repositories[place];
        let (old_name, old_full_name) = (own.name.clone(), own.full_name());
        slug.clone_into(&mut own.slug);
        slug.clone_into(&mut own.name);
        let changes = json!({
            "name": {"old": old_name, "new": own.name},
            "full_name": {"old": old_full_name, "new": own.full_name()},
        });
        let mut payload = source(base, state, place).event(Default::default());
        payload["changes"] = changes;
        Ok(prepare(state, place, "repo:updated", &payload))
    })
}

/// Access tokens of the repository die with the move.
fn transfer(shared: &Shared, full_name: &str, workspace: &str) -> Result<Vec<Delivery>, String> {
    let base = shared.addresses.bitbucket.as_str();
    shared.change(|state| {
        let place = repository(state, full_name)?;
        let world = &mut state.world.bitbucket;
        if !world.workspaces.iter().any(|one| one.slug == workspace) {
            return Err(format!("no workspace {workspace}"));
        }
        world
            .access_tokens
            .retain(|token| token.repository.as_deref() != Some(full_name));
        let own = &mut world.repositories[place];
        let left = std::mem::replace(&mut own.workspace, workspace.to_owned());
        let mut all = world.workspaces.iter();
        let previous = all.find(|one| one.slug == left);
        let previous = previous.map_or(Value::Null, |one| shape::workspace(base, one));
        let mut payload = source(base, state, place).event(Default::default());
        payload["previous_workspace"] = previous;
        Ok(prepare(state, place, "repo:transfer", &payload))
    })
}
