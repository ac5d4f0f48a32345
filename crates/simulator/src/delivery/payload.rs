//! The payload of `repo:push`, in the shapes that captured deliveries have.

use serde_json::{Value, json};

use super::{
    moves::{Moved, Reference, Target},
    push::Actor,
};
use crate::{
    bitbucket::shape,
    wire::text::encode,
    world::{Bitbucket, Repository, history},
};

/// Most commits in one change.
const MAX_COMMITS: usize = 5;

/// What payloads are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) base: &'a str,
    pub(crate) world: &'a Bitbucket,
    pub(crate) repository: &'a Repository,
}

impl Source<'_> {
    /// The whole payload of a push.
    pub(crate) fn push(&self, actor: Actor, moved: &[Moved]) -> Value {
        let changes: Vec<Value> = moved.iter().map(|one| self.change(one)).collect();
        let mut payload = self.event(actor);
        payload["push"] = json!({"changes": changes});
        payload
    }

    /// What every repository event holds.
    pub(crate) fn event(&self, actor: Actor) -> Value {
        let actor = match actor {
            Actor::FirstUser => self
                .world
                .users
                .first()
                .map(|user| shape::user(self.base, user)),
            Actor::App => Some(json!({
                "type": "AppUser",
                "uuid": "{ac3e0000-0000-4000-8000-0000000000a0}",
                "display_name": "Release Bot",
                "links": {},
            })),
            Actor::Nobody => None,
        };
        json!({
            "actor": actor,
            "repository": shape::repository(self.base, self.world, self.repository),
        })
    }

    fn change(&self, moved: &Moved) -> Value {
        let side = |target: &Option<Target>| {
            target.as_ref().map_or(Value::Null, |target| {
                self.reference(&moved.reference, target)
            })
        };
        let mut change = json!({
            "new": side(&moved.new),
            "old": side(&moved.old),
            "created": moved.old.is_none(),
            "closed": moved.new.is_none(),
            "forced": self.is_forced(moved),
            "truncated": false,
        });
        let Some(new) = &moved.new else {
            return change;
        };
        match &moved.reference {
            Reference::Branch(name) => self.add_commits(&mut change, name, moved.old.as_ref(), new),
            Reference::Tag(name) => {
                let href = format!("{}/commits/{}", self.root(), encode(name));
                change["links"] = json!({"commits": {"href": href}});
            }
        }
        change
    }

    fn reference(&self, reference: &Reference, target: &Target) -> Value {
        match reference {
            Reference::Branch(name) => {
                shape::branch(self.base, self.world, self.repository, name, &target.target)
            }
            Reference::Tag(name) => {
                shape::tag(self.base, self.world, self.repository, name, target)
            }
        }
    }

    fn is_forced(&self, moved: &Moved) -> bool {
        match (&moved.old, &moved.new) {
            (Some(old), Some(new)) => !history::contains(self.repository, &new.target, &old.target),
            _ => false,
        }
    }

    /// At most five commits, newest first; a new branch may repeat commits that other branches have.
    fn add_commits(&self, change: &mut Value, branch: &str, old: Option<&Target>, new: &Target) {
        let hidden: Vec<String> = old.map(|old| old.target.clone()).into_iter().collect();
        let all = history::range(self.repository, std::slice::from_ref(&new.target), &hidden);
        let shown = all.iter().take(MAX_COMMITS);
        let shapes: Vec<Value> = shown.map(|commit| self.commit(&commit.sha)).collect();
        change["truncated"] = (all.len() > MAX_COMMITS).into();
        change["commits"] = shapes.into();
        change["links"] = self.links(branch, old, new);
    }

    fn commit(&self, sha: &str) -> Value {
        let Some(commit) = self.repository.commit(sha) else {
            return Value::Null;
        };
        let mut shape = shape::commit(self.base, self.world, self.repository, commit);
        if let Some(members) = shape.as_object_mut() {
            members.remove("repository");
        }
        shape["committer"] = json!({});
        shape["properties"] = json!({});
        shape
    }

    fn links(&self, branch: &str, old: Option<&Target>, new: &Target) -> Value {
        let site = format!("https://bitbucket.org/{}", self.repository.full_name());
        let commits = format!("{}/commits?include={}", self.root(), new.target);
        let Some(old) = old else {
            return json!({
                "html": {"href": format!("{site}/branch/{branch}")},
                "commits": {"href": commits},
            });
        };
        let (new, old) = (&new.target, &old.target);
        json!({
            "html": {"href": format!("{site}/branches/compare/{new}..{old}")},
            "diff": {"href": format!("{}/diff/{new}..{old}", self.root())},
            "commits": {"href": format!("{commits}&exclude={old}")},
        })
    }

    fn root(&self) -> String {
        format!(
            "{}/2.0/repositories/{}",
            self.base,
            self.repository.full_name()
        )
    }
}
