//! Users.

use core::iter;

use crate::{Endpoint, Operation};

static CURRENT: Operation = Operation::get("getCurrentUser", "/2.0/user");

/// `GET /2.0/user`: whom the credential belongs to. An access token shows up as a user that bears the token's name.
#[must_use]
pub fn current() -> Endpoint {
    Endpoint::spell(&CURRENT, iter::empty())
}
