//! The hourly limit of a credential, when the world has one.

use jiff::{SignedDuration, Timestamp};

use super::error;
use crate::{
    wire::{
        answer::Answer,
        call::{Caller, Reach},
    },
    world::Bitbucket,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Counts a request; 429 once the rolling hour's limit is used up. Refused requests do not count.
pub(super) fn count(world: &mut Bitbucket, caller: &Caller, now: Timestamp) -> Result<(), Answer> {
    let Some(limit) = world.rate_limit else {
        return Ok(());
    };
    if caller.reach == Reach::Nothing {
        return Ok(());
    }
    let used = world.requests.entry(caller.name.clone()).or_default();
    used.retain(|at| now.duration_since(*at) < HOUR);
    if used.len() >= limit {
        let refused = error::simple(429, "Rate limit for this resource has been exceeded");
        return Err(with_headers(refused, limit, used.len()));
    }
    used.push(now);
    Ok(())
}

/// Puts on an answer what the scaled limits tell: no remaining count and no reset, only whether the limit is near.
pub(super) fn announce(world: &Bitbucket, caller: &Caller, answer: Answer) -> Answer {
    match (world.rate_limit, world.requests.get(&caller.name)) {
        (Some(limit), Some(used)) if answer.status != 429 => {
            with_headers(answer, limit, used.len())
        }
        _ => answer,
    }
}

fn with_headers(answer: Answer, limit: usize, used: usize) -> Answer {
    // Near means that less than a fifth is left.
    let near = (limit - used.min(limit)) * 5 < limit;
    answer
        .with_header("x-ratelimit-limit", &limit.to_string())
        .with_header("x-ratelimit-resource", "api-repositories")
        .with_header("x-ratelimit-nearlimit", &near.to_string())
}
