//! Statements with their values, in the dialect of each engine.

use std::borrow::Cow;
use std::fmt::Write as _;

use bitbucket_integration_provider::ports::StoreError;
use bytes::Bytes;
use uuid::Uuid;

/// The text of a statement, with one `?` for each value, in order. Where the engines differ it has a text for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sql {
    shared: Cow<'static, str>,
    postgres: Option<Cow<'static, str>>,
}

impl Sql {
    /// A text that every engine reads alike.
    pub(crate) const fn shared(text: &'static str) -> Self {
        Self {
            shared: Cow::Borrowed(text),
            postgres: None,
        }
    }

    /// A text for each engine, with the same values. PostgreSQL's may number them: `$1`.
    pub(crate) const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Self {
            shared: Cow::Borrowed(sqlite),
            postgres: Some(Cow::Borrowed(postgres)),
        }
    }

    /// The text for SQLite.
    pub(crate) const fn sqlite(&self) -> &Cow<'static, str> {
        &self.shared
    }

    /// The text for PostgreSQL, its values numbered.
    pub(crate) fn postgres(&self) -> String {
        numbered(self.postgres.as_ref().unwrap_or(&self.shared))
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::shared(text)
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self {
            shared: Cow::Owned(text),
            postgres: None,
        }
    }
}

/// The same text with `$1`, `$2` … for the question marks. No statement of ours has one inside a literal.
fn numbered(text: &str) -> String {
    let mut parts = text.split('?');
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for (n, part) in (1..).zip(parts) {
        // Writing to a string never fails.
        let _ = write!(numbered, "${n}{part}");
    }
    numbered
}

/// A statement with its values.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sql: Sql,
    pub(crate) values: Vec<Value>,
    /// Whether the engine keeps it prepared.
    pub(crate) kept: bool,
    /// Whether it reads a few rows by an index.
    pub(crate) quick: bool,
}

/// A value of a type that the engine is told also when there is none.
#[derive(Clone)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<Cow<'static, str>>),
    Bytes(Option<Bytes>),
    Id(Option<Uuid>),
}

/// A value may be a secret or a payload.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

impl Statement {
    pub(crate) fn new(sql: impl Into<Sql>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
            kept: true,
            quick: false,
        }
    }

    /// A query that reads a few rows by an index, so that it is done before anybody could have waited for it.
    pub(crate) fn quick(sql: impl Into<Sql>) -> Self {
        Self {
            quick: true,
            ..Self::new(sql)
        }
    }

    /// A statement whose text is of use only once.
    pub(crate) fn once(sql: String) -> Self {
        Self {
            kept: false,
            ..Self::new(sql)
        }
    }

    /// Adds the next value.
    pub(crate) fn with(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }
}

/// Statements that are carried out together or not at all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Steps(pub(crate) Vec<Step>);

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) statement: Statement,
    pub(crate) unless_any: Unless,
}

/// What happens when a step changes no row.
#[derive(Debug, Clone)]
pub(crate) enum Unless {
    /// The next step follows.
    GoOn,
    /// No further step follows; what was done is kept.
    Stop,
    /// Everything is taken back.
    Fail(StoreError),
}

impl Steps {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Then this, however many rows it changes.
    pub(crate) fn then(self, statement: Statement) -> Self {
        self.step(statement, Unless::GoOn)
    }

    /// Then this; nothing more when it changes no row.
    pub(crate) fn then_or_stop(self, statement: Statement) -> Self {
        self.step(statement, Unless::Stop)
    }

    /// Then this, which must change a row.
    pub(crate) fn then_or(self, statement: Statement, error: StoreError) -> Self {
        self.step(statement, Unless::Fail(error))
    }

    /// Then all of these.
    pub(crate) fn then_all(self, statements: impl IntoIterator<Item = Statement>) -> Self {
        statements.into_iter().fold(self, Self::then)
    }

    fn step(mut self, statement: Statement, unless_any: Unless) -> Self {
        self.0.push(Step {
            statement,
            unless_any,
        });
        self
    }
}

/// Text that every engine can keep: PostgreSQL has no character of code 0, so it becomes the one for what can't be shown.
fn storable(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text
    }
}

macro_rules! value {
    ($($kind:ident: $($from:ty => $to:expr),+;)+) => {
        $($(
            impl From<$from> for Value {
                fn from(value: $from) -> Self {
                    Self::$kind(Some($to(value)))
                }
            }

            impl From<Option<$from>> for Value {
                fn from(value: Option<$from>) -> Self {
                    Self::$kind(value.map($to))
                }
            }
        )+)+
    };
}

value! {
    Integer: i64 => i64::from, u32 => i64::from;
    Text: String => |text| Cow::Owned(storable(text)), &String => |text: &String| Cow::Owned(storable(text.clone())),
        &'static str => Cow::Borrowed;
    Bytes: Bytes => Bytes::from, Vec<u8> => Bytes::from;
    Id: &Uuid => |id: &Uuid| *id;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_text_is_numbered_for_postgres() {
        let sql = Sql::shared("UPDATE jobs SET a = ?, b = ? WHERE c = ?");
        assert_eq!(sql.sqlite(), "UPDATE jobs SET a = ?, b = ? WHERE c = ?");
        assert_eq!(
            sql.postgres(),
            "UPDATE jobs SET a = $1, b = $2 WHERE c = $3"
        );
        assert_eq!(Sql::each("a ?1 ?1", "b $1 $1").postgres(), "b $1 $1");
    }

    #[test]
    fn a_text_holds_no_character_of_code_0() {
        let Value::Text(Some(text)) = Value::from("a\0b".to_owned()) else {
            panic!("another kind of value")
        };
        assert_eq!(text, "a\u{fffd}b");
    }

    #[test]
    fn debug_shows_no_value() {
        let statement = Statement::new("SELECT ?").with("secret".to_owned());
        assert!(!format!("{statement:?}").contains("secret"));
    }
}
