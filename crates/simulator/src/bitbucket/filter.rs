//! The `q` parameter.

use super::error;
use crate::wire::{answer::Answer, call::Call};

/// What a thing tells of one of its fields, by the field's dotted name.
pub(super) type Fields<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The part of the query language that is served here: comparisons of texts, all joined by `AND` or all by `OR`.
#[derive(Debug, Default)]
pub(super) struct Filter {
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
    /// The filter of the request's `q`; everything is kept without one.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Answer> {
        match call.asked.query_value("q") {
            Some(text) => Self::parse(&text).ok_or_else(|| error::simple(400, "Invalid query.")),
            None => Ok(Self::default()),
        }
    }

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

    /// Whether what `field` tells of a thing fits; a field that it does not tell never fits.
    pub(super) fn keeps(&self, field: Fields<'_>) -> bool {
        let mut terms = self.terms.iter();
        match self.any {
            true => terms.any(|term| term.keeps(field)),
            false => terms.all(|term| term.keeps(field)),
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

    fn keeps(&self, field: Fields<'_>) -> bool {
        let Some(own) = field(&self.field) else {
            return false;
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
        let filter = Filter::parse(query)?;
        Some(filter.keeps(&|field| match field {
            "name" => Some(name.to_owned()),
            "slug" => Some("x".to_owned()),
            _ => None,
        }))
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
