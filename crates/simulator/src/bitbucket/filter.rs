//! The `q` parameter: which things of a list are kept.

mod parse;

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::error;
use crate::wire::{answer::Answer, call::Call};

/// What a thing tells of one of its fields, by the field's dotted name.
pub(super) type Fields<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// A condition on the fields of a thing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    /// All of them; without any, everything is kept.
    All(Vec<Self>),
    /// Any of them.
    Any(Vec<Self>),
    /// One comparison.
    Term {
        field: String,
        operator: Operator,
        operand: Operand,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Contains,
    Lacks,
    Above,
    AtLeast,
    Below,
    AtMost,
    In,
    NotIn,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Date(Timestamp),
    List(Vec<Self>),
}

impl Filter {
    /// The filter of the request's `q`; everything is kept without one.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Answer> {
        match call.asked.query_value("q") {
            Some(text) => parse::filter(&text).ok_or_else(|| error::simple(400, "Invalid query.")),
            None => Ok(Self::All(Vec::new())),
        }
    }

    /// Whether what `field` tells of a thing fits; a field that it does not tell is not set.
    pub(super) fn keeps(&self, field: Fields<'_>) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.keeps(field)),
            Self::Any(filters) => filters.iter().any(|filter| filter.keeps(field)),
            Self::Term {
                field: name,
                operator,
                operand,
            } => operator.holds(&field(name).unwrap_or_default(), operand),
        }
    }

    /// Whether an object fits, its fields named by their path in it.
    pub(super) fn keeps_object(&self, object: &Value) -> bool {
        self.keeps(&|path| at(object, path).cloned())
    }
}

/// What stands at a dotted path.
pub(super) fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(object, |value, name| value.get(name))
}

impl Operator {
    fn holds(self, own: &Value, operand: &Operand) -> bool {
        let ordering = || compare(own, operand);
        match self {
            Self::Equal => ordering() == Some(Ordering::Equal),
            Self::Unequal => ordering() != Some(Ordering::Equal),
            Self::Contains => contains(own, operand),
            Self::Lacks => !contains(own, operand),
            Self::Above => ordering() == Some(Ordering::Greater),
            Self::AtLeast => ordering().is_some_and(Ordering::is_ge),
            Self::Below => ordering() == Some(Ordering::Less),
            Self::AtMost => ordering().is_some_and(Ordering::is_le),
            Self::In => among(own, operand),
            Self::NotIn => !among(own, operand),
        }
    }
}

fn contains(own: &Value, operand: &Operand) -> bool {
    let Operand::Text(part) = operand else {
        return false;
    };
    own.as_str()
        .is_some_and(|own| own.to_lowercase().contains(&part.to_lowercase()))
}

fn among(own: &Value, operand: &Operand) -> bool {
    let Operand::List(list) = operand else {
        return false;
    };
    list.iter()
        .any(|one| compare(own, one) == Some(Ordering::Equal))
}

/// How a value stands to an operand; nothing if they are of different kinds.
fn compare(own: &Value, operand: &Operand) -> Option<Ordering> {
    match (own, operand) {
        (Value::String(own), Operand::Text(text)) => Some(own.as_str().cmp(text)),
        (Value::String(own), Operand::Date(date)) => Some(own.parse::<Timestamp>().ok()?.cmp(date)),
        (Value::Number(own), Operand::Number(number)) => own.as_f64()?.partial_cmp(number),
        (Value::Bool(own), Operand::Bool(wanted)) => Some(own.cmp(wanted)),
        (Value::Null, Operand::Null) => Some(Ordering::Equal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keeps(query: &str) -> Option<bool> {
        let object = json!({
            "name": "Rocket", "slug": "x", "id": 7, "draft": false, "parent": null,
            "user": {"email": "ada@acme.example"}, "updated_on": "2026-11-18T13:15:30.123456+00:00",
        });
        Some(parse::filter(query)?.keeps_object(&object))
    }

    #[test]
    fn texts_are_compared_whole_or_in_part() {
        assert_eq!(keeps(r#"name="Rocket""#), Some(true));
        assert_eq!(keeps(r#"name = "rock""#), Some(false));
        assert_eq!(keeps(r#"name ~ "ROCK""#), Some(true));
        assert_eq!(keeps(r#"name !~ "rock""#), Some(false));
        assert_eq!(keeps(r#"unknown = "Rocket""#), Some(false));
    }

    #[test]
    fn and_binds_closer_than_or_and_parentheses_closer_than_both() {
        assert_eq!(keeps(r#"name="A" OR slug="x""#), Some(true));
        assert_eq!(keeps(r#"name="A" AND slug="x""#), Some(false));
        assert_eq!(keeps(r#"slug="x" OR name="A" AND name="B""#), Some(true));
        assert_eq!(keeps(r#"(slug="x" OR name="A") AND name="B""#), Some(false));
    }

    #[test]
    fn numbers_dates_and_what_is_not_set_are_no_texts() {
        assert_eq!(keeps("id = 7"), Some(true));
        assert_eq!(keeps("id > 7"), Some(false));
        assert_eq!(keeps(r#"id = "7""#), Some(false));
        assert_eq!(keeps("draft = false AND parent = null"), Some(true));
        assert_eq!(keeps("updated_on >= 2026-11-18"), Some(true));
        assert_eq!(keeps("updated_on < 2026-11-18T13:15:30+00:00"), Some(false));
    }

    #[test]
    fn lists_take_any_of_their_members() {
        assert_eq!(
            keeps(r#"user.email IN ("a@b.example", "ada@acme.example")"#),
            Some(true)
        );
        assert_eq!(keeps(r#"id NOT IN (7, 8)"#), Some(false));
    }
}
