//! Assigning issues to members. Teams are not served.

use serde_json::Value;

use super::error;
use crate::{wire::answer::Answer, world::Organization};

/// What becomes of the assignee.
#[derive(Debug, Clone, Copy)]
pub(super) enum Assignee {
    /// Nothing.
    Kept,
    /// This one, by number, or nobody.
    Set(Option<u64>),
}

/// Reads `assignedTo`: a number, `user:<number>`, or a primary e-mail address; empty or null for nobody.
pub(super) fn read(own: &Organization, change: &Value) -> Result<Assignee, Answer> {
    let Some(wanted) = change.get("assignedTo") else {
        return Ok(Assignee::Kept);
    };
    let wanted = match wanted {
        Value::Null => return Ok(Assignee::Set(None)),
        Value::String(text) if text.is_empty() => return Ok(Assignee::Set(None)),
        Value::String(text) => text,
        _ => return Err(error::field("assignedTo", "Not a valid string.")),
    };
    let number = wanted.strip_prefix("user:").unwrap_or(wanted);
    let mut members = own.members.iter();
    let found =
        members.find(|one| one.id.to_string() == number || one.email.eq_ignore_ascii_case(wanted));
    match found {
        Some(member) => Ok(Assignee::Set(Some(member.id))),
        None => Err(error::field(
            "assignedTo",
            "There is no member of the organization that this names.",
        )),
    }
}

/// Assigns the issues at these places.
pub(super) fn apply(own: &mut Organization, places: &[usize], assignee: Assignee) {
    let Assignee::Set(member) = assignee else {
        return;
    };
    for place in places {
        own.issues[*place].assigned_to = member;
    }
}
