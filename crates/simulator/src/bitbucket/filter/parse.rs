//! Reading the query language.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{Filter, Operand, Operator};

/// A whole query; nothing if it is none.
pub(super) fn filter(text: &str) -> Option<Filter> {
    let mut reader = Reader { rest: text.trim() };
    let filter = reader.any()?;
    reader.rest.is_empty().then_some(filter)
}

/// What is left to read, never with a blank in front.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<Filter> {
        let mut parts = vec![self.all()?];
        while self.word("OR") {
            parts.push(self.all()?);
        }
        Some(Filter::Any(parts))
    }

    fn all(&mut self) -> Option<Filter> {
        let mut parts = vec![self.one()?];
        while self.word("AND") {
            parts.push(self.one()?);
        }
        Some(Filter::All(parts))
    }

    fn one(&mut self) -> Option<Filter> {
        if self.token("(") {
            let inner = self.any()?;
            return self.token(")").then_some(inner);
        }
        let field = self.while_(|one| one.is_ascii_alphanumeric() || matches!(one, '_' | '.'))?;
        let operator = self.operator()?;
        let operand = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            _ => self.operand()?,
        };
        Some(Filter::Term {
            field: field.to_owned(),
            operator,
            operand,
        })
    }

    fn operator(&mut self) -> Option<Operator> {
        let symbols = [
            ("!=", Operator::Unequal),
            ("!~", Operator::Lacks),
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            ("=", Operator::Equal),
            ("~", Operator::Contains),
            (">", Operator::Above),
            ("<", Operator::Below),
        ];
        if let Some((_, operator)) = symbols.into_iter().find(|(symbol, _)| self.token(symbol)) {
            return Some(operator);
        }
        match self.word("NOT") {
            true => self.word("IN").then_some(Operator::NotIn),
            false => self.word("IN").then_some(Operator::In),
        }
    }

    fn list(&mut self) -> Option<Operand> {
        if !self.token("(") {
            return None;
        }
        let mut list = vec![self.operand()?];
        while self.token(",") {
            list.push(self.operand()?);
        }
        self.token(")").then_some(Operand::List(list))
    }

    fn operand(&mut self) -> Option<Operand> {
        if let Some(quoted) = self.rest.strip_prefix('"') {
            let (text, after) = unquote(quoted)?;
            self.rest = after.trim_start();
            return Some(Operand::Text(text));
        }
        let bare = self.while_(|one| !one.is_whitespace() && !matches!(one, ',' | '(' | ')'))?;
        match bare {
            "null" => Some(Operand::Null),
            "true" => Some(Operand::Bool(true)),
            "false" => Some(Operand::Bool(false)),
            _ => number(bare).or_else(|| date(bare)),
        }
    }

    /// Takes a symbol, if it comes next.
    fn token(&mut self, token: &str) -> bool {
        let after = self.rest.strip_prefix(token);
        if let Some(after) = after {
            self.rest = after.trim_start();
        }
        after.is_some()
    }

    /// Takes a word, whatever its case, if it comes next and ends there.
    fn word(&mut self, word: &str) -> bool {
        let Some((head, after)) = self.rest.split_at_checked(word.len()) else {
            return false;
        };
        let ends = !after.starts_with(|next: char| next.is_ascii_alphanumeric());
        let found = head.eq_ignore_ascii_case(word) && ends;
        if found {
            self.rest = after.trim_start();
        }
        found
    }

    fn while_(&mut self, wanted: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self
            .rest
            .find(|one| !wanted(one))
            .unwrap_or(self.rest.len());
        let (taken, after) = self.rest.split_at(end);
        self.rest = after.trim_start();
        (!taken.is_empty()).then_some(taken)
    }
}

fn number(text: &str) -> Option<Operand> {
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Operand::Number(number))
}

fn date(text: &str) -> Option<Operand> {
    let instant: Option<Timestamp> = text.parse().ok();
    let instant = instant.or_else(|| {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    instant.map(Operand::Date)
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

    #[test]
    fn escapes_keep_what_follows() {
        let read = filter(r#"name ~ "a\"b\\c""#);
        let term = Filter::Term {
            field: "name".to_owned(),
            operator: Operator::Contains,
            operand: Operand::Text(r#"a"b\c"#.to_owned()),
        };
        assert_eq!(read, Some(Filter::Any(vec![Filter::All(vec![term])])));
    }

    #[test]
    fn what_is_broken_is_no_query() {
        for broken in [
            r#"name="a" or 1"#,
            r#"name="a"#,
            "name ~ rock",
            "(id = 1",
            "id IN 1",
            "id = 1 id = 2",
            "",
        ] {
            assert_eq!(filter(broken), None, "{broken}");
        }
    }
}
