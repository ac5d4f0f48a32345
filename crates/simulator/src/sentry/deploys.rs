//! Deploys of a release; every POST makes a new one.

use serde_json::Value;

use super::{error, page, releases, shape};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::Route,
    },
    world::Deploy,
};

const ALL: &str = "/api/0/organizations/{org}/releases/{version}/deploys/";
const MAX_NAME: usize = 64;

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, releases::READ, list),
    Route::new("POST", ALL, releases::WRITE, create),
];

fn list(call: &mut Call<'_>) -> Handled {
    let place = call.release()?;
    let own = call.organization()?;
    let shapes: Vec<Value> = own.releases[place]
        .deploys
        .iter()
        .rev()
        .map(shape::deploy)
        .collect();
    page::page(call, &shapes)
}

fn create(call: &mut Call<'_>) -> Handled {
    let place = call.release()?;
    let Some(Value::Object(body)) = call.asked.json() else {
        return Err(error::detail(400, "JSON parse error"));
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let environment = text("environment")
        .filter(|name| !name.is_empty())
        .ok_or_else(|| error::field("environment", "This field is required."))?;
    for (field, value) in [
        ("environment", Some(&environment)),
        ("name", text("name").as_ref()),
    ] {
        if value.is_some_and(|value| value.chars().count() > MAX_NAME) {
            return Err(error::field(
                field,
                "Ensure this field has no more than 64 characters.",
            ));
        }
    }
    let now = call.now.to_string();
    let own = call.organization_mut()?;
    let count: usize = own
        .releases
        .iter()
        .map(|release| release.deploys.len())
        .sum();
    let deploy = Deploy {
        id: count as u64 + 901,
        environment,
        name: text("name"),
        url: text("url"),
        started_at: text("dateStarted"),
        finished_at: text("dateFinished").unwrap_or(now),
    };
    let body = shape::deploy(&deploy);
    own.releases[place].deploys.push(deploy);
    Ok(Answer::json(201, &body))
}
