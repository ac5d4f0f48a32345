//! Who asks: Bearer tokens; what they may do: any one of a route's scopes, in their own organization.

use super::error;
use crate::{
    crypto::same,
    wire::{
        answer::Answer,
        asked::Asked,
        call::{Call, Caller, Reach},
        route::{Access, Route},
    },
    world::{Organization, Sentry},
};

pub(super) fn identify(asked: &Asked, world: &Sentry) -> Result<Caller, Answer> {
    let Some(header) = asked.header("authorization") else {
        return Ok(Caller::anonymous());
    };
    let token = header.strip_prefix("Bearer ").unwrap_or_default();
    let mut tokens = world.tokens.iter();
    let found = tokens
        .find(|own| same(own.token.as_bytes(), token.as_bytes()))
        .ok_or_else(|| error::detail(401, "Invalid token"))?;
    Ok(Caller {
        name: found.name.clone(),
        scopes: found.scopes.clone(),
        reach: Reach::Organization(found.organization.clone()),
    })
}

pub(super) fn allow(call: &Call<'_>, route: &Route) -> Result<(), Answer> {
    let needed: &[&str] = match route.access {
        Access::Anyone => return Ok(()),
        Access::Authenticated => &[],
        Access::Scopes(scopes) => scopes,
    };
    if call.caller.reach == Reach::Nothing {
        return Err(error::detail(
            401,
            "Authentication credentials were not provided.",
        ));
    }
    let granted = call
        .caller
        .scopes
        .iter()
        .any(|scope| needed.contains(&scope.as_str()));
    match needed.is_empty() || granted {
        true => Ok(()),
        false => Err(error::detail(
            403,
            "You do not have permission to perform this action.",
        )),
    }
}

impl Call<'_> {
    /// The place of the organization in the path: 404 if unknown, 403 if it is another one than the token's.
    pub(super) fn organization_place(&self) -> Result<usize, Answer> {
        let wanted = self.param("org");
        let all = &self.world.sentry.organizations;
        let place = all
            .iter()
            .position(|one| one.slug == wanted || one.id.to_string() == wanted)
            .ok_or_else(error::missing)?;
        match &self.caller.reach {
            Reach::Organization(own) if *own == all[place].slug => Ok(place),
            _ => Err(error::detail(
                403,
                "You do not have permission to perform this action.",
            )),
        }
    }

    /// The organization in the path, for reading.
    pub(super) fn organization(&self) -> Result<&Organization, Answer> {
        let place = self.organization_place()?;
        Ok(&self.world.sentry.organizations[place])
    }

    /// The organization in the path, for changing.
    pub(super) fn organization_mut(&mut self) -> Result<&mut Organization, Answer> {
        let place = self.organization_place()?;
        Ok(&mut self.world.sentry.organizations[place])
    }
}
