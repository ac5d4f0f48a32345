//! An upgrade that is interrupted, at every step: the database is as it was, data and schema, and the next start brings it up to date
//! with all that was in it.
//!
//! The steps are read from their folders, so that one that is added is covered by itself.

mod postgres;
mod sqlite;

use std::path::Path;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

/// A step as it is built into the program.
struct Step {
    version: i64,
    name: String,
    sql: String,
}

/// All steps of an engine, the first one first.
fn steps(engine: &str) -> Vec<Step> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(engine);
    let files = std::fs::read_dir(folder).unwrap();
    let mut steps: Vec<Step> = files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let (version, name) = name.split_once('_').unwrap();
            Step {
                version: version.parse().unwrap(),
                name: name.to_owned(),
                sql: std::fs::read_to_string(&path).unwrap(),
            }
        })
        .collect();
    steps.sort_by_key(|step| step.version);
    steps
}

/// Brings a database to the last of these steps, as the program of that time did.
fn migrator(steps: &[Step]) -> Migrator {
    let migration = |step: &Step| {
        let (name, sql) = (step.name.clone(), step.sql.clone());
        let sql = AssertSqlSafe(sql).into_sql_str();
        Migration::new(step.version, name.into(), MigrationType::Simple, sql, false)
    };
    let mut migrator = Migrator::with_migrations(steps.iter().map(migration).collect());
    migrator.set_locking(false);
    migrator
}

/// The words of each statement of a step, without comments.
fn statements(sql: &str) -> Vec<Vec<String>> {
    let code = |line: &str| line.split("--").next().unwrap_or_default().to_owned();
    let text: Vec<String> = sql.lines().map(code).collect();
    let text = text.join("\n").replace('(', " ( ");
    let words = |statement: &str| statement.split_whitespace().map(str::to_owned).collect();
    let statements = text.split(';').map(words);
    statements
        .filter(|words: &Vec<_>| !words.is_empty())
        .collect()
}

/// What makes a step fail at the last of its statements for which there is such a thing, and what takes that away again.
struct Obstacle {
    put: String,
    take_away: String,
}

impl Obstacle {
    fn before(step: &Step) -> Self {
        let found = statements(&step.sql).iter().rev().find_map(|words| {
            let at = |word: &str| words.iter().position(|one| one.eq_ignore_ascii_case(word));
            let (verb, behind) = (words[0].to_uppercase(), |at: usize| words.get(at + 1));
            match verb.as_str() {
                "CREATE" => at("TABLE")
                    .or_else(|| at("INDEX"))
                    .and_then(behind)
                    .map(|name| Self {
                        put: format!("CREATE TABLE {name} (obstacle INTEGER)"),
                        take_away: format!("DROP TABLE {name}"),
                    }),
                "ALTER" => Option::zip(words.get(2), at("COLUMN").and_then(behind)).map(
                    |(table, column)| Self {
                        put: format!("ALTER TABLE {table} ADD COLUMN {column} INTEGER"),
                        take_away: format!("ALTER TABLE {table} DROP COLUMN {column}"),
                    },
                ),
                _ => None,
            }
        });
        assert!(
            found.is_some(),
            "nothing stands in the way of step {}",
            step.version
        );
        found.unwrap()
    }
}

/// A table with its columns and their types, and what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    name: String,
    columns: Vec<(String, String)>,
    rows: Vec<String>,
}

impl Table {
    /// Whether the store writes it by itself when it is opened.
    fn is_its_own(&self) -> bool {
        self.name.starts_with("_sqlx") || self.name == "secret_keys"
    }

    /// An insert of a row with the same value in all columns of a type, so that rows which belong together do.
    fn row(&self, value: impl Fn(&str) -> &'static str) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<&str> = self.columns.iter().map(|(_, kind)| value(kind)).collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({})",
            self.name,
            names.join(", "),
            values.join(", ")
        )
    }
}

/// Tables in the order in which rows can be put in.
fn in_order(mut tables: Vec<Table>) -> Vec<Table> {
    const FIRST: [&str; 2] = ["installations", "repositories"];
    let place = |table: &Table| FIRST.iter().position(|name| *name == table.name);
    tables.sort_by_key(|table| place(table).unwrap_or(FIRST.len()));
    tables
}

#[test]
fn the_steps_of_both_engines_are_the_same_ones() {
    let names = |engine| -> Vec<_> {
        let steps = steps(engine).into_iter();
        steps.map(|step| (step.version, step.name)).collect()
    };
    let sqlite = names("sqlite");
    assert_eq!(names("postgres"), sqlite);
    let versions = sqlite.iter().map(|(version, _)| *version);
    assert!(versions.eq(1..=i64::try_from(sqlite.len()).unwrap()));
}
