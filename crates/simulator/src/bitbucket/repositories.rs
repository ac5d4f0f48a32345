//! Repositories: one, by name or by uuid, and those of a workspace.

use serde_json::Value;

use super::{error, page, shape, workspaces};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::Repository,
};

const READ: Access = Access::Scopes(&["repository"]);

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", "/2.0/repositories/{workspace}", READ, list),
    Route::new(
        "GET",
        "/2.0/repositories/{workspace}/{repo_slug}",
        READ,
        one,
    ),
];

fn one(call: &mut Call<'_>) -> Handled {
    let place = call.repository()?;
    let world = &call.world.bitbucket;
    let own = &world.repositories[place];
    Ok(Answer::ok(&shape::repository(call.base, world, own)))
}

fn list(call: &mut Call<'_>) -> Handled {
    let segment = call.param("workspace");
    let world = &call.world.bitbucket;
    let mut homes = world.workspaces.iter();
    let home = homes
        .find(|one| call.is_workspace(&one.slug, segment))
        .filter(|one| workspaces::reaches(call, &one.slug))
        .ok_or_else(|| error::no_workspace(segment))?;
    let filter = match call.asked.query_value("q") {
        Some(text) => Filter::parse(&text).ok_or_else(|| error::simple(400, "Invalid query."))?,
        None => Filter::default(),
    };
    let mut found: Vec<&Repository> = world
        .repositories
        .iter()
        .filter(|one| one.workspace == home.slug && call.may_see(one) && filter.keeps(one))
        .collect();
    sort(&mut found, call.asked.query_value("sort").as_deref());
    let shapes: Vec<Value> = found
        .into_iter()
        .map(|one| shape::repository(call.base, world, one))
        .collect();
    page::numbered(call, page::GENERAL, &shapes)
}

fn sort(found: &mut [&Repository], order: Option<&str>) {
    let descending = order.is_some_and(|order| order.starts_with('-'));
    match order.map(|order| order.trim_start_matches('-')) {
        Some("name") => found.sort_by(|left, right| left.name.cmp(&right.name)),
        Some("slug" | "full_name") => found.sort_by(|left, right| left.slug.cmp(&right.slug)),
        _ => {}
    }
    if descending {
        found.reverse();
    }
}

/// The part of the query language that is served here: comparisons of names, all joined by `AND` or all by `OR`.
#[derive(Debug, Default)]
struct Filter {
    terms: Vec<Term>,
    any: bool,
}

#[derive(Debug)]
struct Term {
    field: String,
    operator: String,
    value: String,
}

impl Filter {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        let mut filter = Self::default();
        loop {
            let (term, after) = Term::parse(rest)?;
            filter.terms.push(term);
            rest = after.trim_start();
            if rest.is_empty() {
                return Some(filter);
            }
            let (word, after) = rest.split_once(' ')?;
            match word.to_ascii_uppercase().as_str() {
                "AND" => {}
                "OR" => filter.any = true,
                _ => return None,
            }
            rest = after.trim_start();
        }
    }

    fn keeps(&self, repository: &Repository) -> bool {
        let mut terms = self.terms.iter();
        match self.any {
            true => terms.any(|term| term.keeps(repository)),
            false => terms.all(|term| term.keeps(repository)),
        }
    }
}

impl Term {
    fn parse(text: &str) -> Option<(Self, &str)> {
        let end = text.find(['=', '!', '~'])?;
        let (field, rest) = text.split_at(end);
        let operator = ["!=", "!~", "=", "~"]
            .into_iter()
            .find(|one| rest.starts_with(one))?;
        let quoted = rest[operator.len()..].trim_start().strip_prefix('"')?;
        let (value, after) = unquote(quoted)?;
        let term = Self {
            field: field.trim().to_owned(),
            operator: operator.to_owned(),
            value,
        };
        Some((term, after))
    }

    fn keeps(&self, repository: &Repository) -> bool {
        let own = match self.field.as_str() {
            "name" => repository.name.clone(),
            "slug" => repository.slug.clone(),
            "full_name" => repository.full_name(),
            "uuid" => repository.uuid.clone(),
            _ => return false,
        };
        let contains = || own.to_lowercase().contains(&self.value.to_lowercase());
        match self.operator.as_str() {
            "=" => own == self.value,
            "!=" => own != self.value,
            "~" => contains(),
            _ => !contains(),
        }
    }
}

/// Reads up to the closing quote; a backslash keeps the character after it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[place + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(query: &str, name: &str) -> Option<bool> {
        let mut repository = Repository::new("acme", "x");
        name.clone_into(&mut repository.name);
        Filter::parse(query).map(|filter| filter.keeps(&repository))
    }

    #[test]
    fn exact_contains_and_escapes_are_understood() {
        assert_eq!(keeps(r#"name="Rocket""#, "Rocket"), Some(true));
        assert_eq!(keeps(r#"name = "rock""#, "Rocket"), Some(false));
        assert_eq!(keeps(r#"name ~ "ROCK""#, "Rocket"), Some(true));
        assert_eq!(keeps(r#"name ~ "a\"b\\c""#, r#"xa"b\cx"#), Some(true));
        assert_eq!(keeps(r#"name="A" OR slug="x""#, "B"), Some(true));
        assert_eq!(keeps(r#"name="A" AND slug="x""#, "B"), Some(false));
    }

    #[test]
    fn a_broken_quote_is_no_query() {
        assert_eq!(keeps(r#"name="a" or 1"#, "a"), None);
        assert_eq!(keeps(r#"name="a"#, "a"), None);
    }
}
