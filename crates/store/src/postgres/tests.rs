//! What can only be shown from inside: query plans.

mod plans;
