//! A Connect app's own installation, by the app's own token.

use serde_json::{Value, json};

use super::error;
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::Installation,
};

pub(super) const ROUTES: &[Route] = &[
    Route::new("PUT", "/2.0/addon", Access::Authenticated, update),
    Route::new("DELETE", "/2.0/addon", Access::Authenticated, delete),
    Route::new(
        "GET",
        "/2.0/addon/{addon_key}/client-key",
        Access::Authenticated,
        client_key,
    ),
];

/// Reads the descriptor again, or takes the one that is sent; scopes may become fewer, but not none and not more.
fn update(call: &mut Call<'_>) -> Handled {
    let place = call.installation()?;
    let Some(Value::Object(body)) = call.asked.json() else {
        return Err(error::simple(
            400,
            "Bad request: the body is no JSON object",
        ));
    };
    let scopes = body
        .get("descriptor")
        .and_then(|descriptor| descriptor.get("scopes")?.as_array());
    if let Some(scopes) = scopes {
        let named: Vec<String> = scopes
            .iter()
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect();
        let own = &mut call.world.bitbucket.installations[place];
        if named.is_empty() || named.iter().any(|scope| !own.scopes.contains(scope)) {
            return Err(error::field("scopes", "cannot be extended or emptied"));
        }
        own.scopes = named;
    }
    Ok(Answer::empty(204))
}

fn delete(call: &mut Call<'_>) -> Handled {
    let place = call.installation()?;
    call.world.bitbucket.installations.remove(place);
    Ok(Answer::empty(204))
}

/// Only a Forge app may ask, and there is none here.
fn client_key(_: &mut Call<'_>) -> Handled {
    Err(error::missing_scope(
        &["admin:workspace:bitbucket".to_owned()],
        &[],
    ))
}

/// How a Connect installation is named as a caller.
pub(super) fn caller_name(installation: &Installation) -> String {
    format!("app {} in {}", installation.app_key, installation.workspace)
}

impl Call<'_> {
    /// The place of the installation that calls.
    fn installation(&self) -> Result<usize, Answer> {
        let mut all = self.world.bitbucket.installations.iter();
        all.position(|one| caller_name(one) == self.caller.name)
            .ok_or_else(|| {
                let body = json!({
                    "type": "error",
                    "error": {"message": "This endpoint is for Connect apps only."},
                });
                Answer::json(403, &body)
            })
    }
}
