//! Words that must not stand in a crate: what it must never know, as data in `xtask/forbidden-words.toml`.

use anyhow::Context as _;
use serde::Deserialize;

use super::Problem;
use super::lexer;
use super::sources::Source;
use super::workspace::Workspace;

/// Where the data lives, relative to the workspace.
const DATA: &str = "xtask/forbidden-words.toml";

/// All forbidden words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForbiddenWords {
    word: Vec<ForbiddenWord>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForbiddenWord {
    /// The folder of the crate below `crates/`.
    #[serde(rename = "crate")]
    member: String,
    words: Vec<String>,
    #[serde(rename = "in")]
    place: Place,
    /// Files or folders, relative to the crate, where the words may stand.
    #[serde(default)]
    except: Vec<String>,
    /// Why; ends the message.
    because: String,
}

/// Where words are looked for. Comments may say anything.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    /// In code, not in strings.
    Code,
    /// In code and strings.
    CodeAndStrings,
}

impl ForbiddenWords {
    /// The words of this workspace.
    pub(super) fn of_this_workspace() -> anyhow::Result<Self> {
        Self::parse(include_str!("../../forbidden-words.toml"))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        toml::from_str(text).with_context(|| format!("could not read {DATA}"))
    }

    /// Every crate that is named in the data exists, so that a rule doesn't die with a rename.
    pub(super) fn check_crates(&self, workspace: &Workspace) -> Vec<Problem> {
        let exists = |name: &str| workspace.members.iter().any(|member| member.name() == name);
        let lost = self.word.iter().filter(|word| !exists(&word.member));
        lost.map(|word| {
            Problem::new(
                DATA,
                1,
                format!("no crate is called `{}`", word.member),
                "correct the name",
            )
        })
        .collect()
    }

    /// Looks for the words of its crate in the production lines of a file.
    pub(super) fn check(&self, source: &Source) -> Vec<Problem> {
        let rules: Vec<_> = self
            .word
            .iter()
            .filter(|word| word.applies_to(source))
            .collect();
        if rules.is_empty() || source.is_test() {
            return Vec::new();
        }
        let views = lexer::views(&source.text);
        let production = source.production_lines();
        rules
            .iter()
            .flat_map(|rule| rule.check(source, &rule.place.of(&views)[..production]))
            .collect()
    }
}

impl ForbiddenWord {
    fn applies_to(&self, source: &Source) -> bool {
        let excepted = |path: &String| source.path.contains(&format!("/{}/{path}", self.member));
        source.member == self.member && !self.except.iter().any(excepted)
    }

    fn check(&self, source: &Source, lines: &[String]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            for word in self.words.iter().filter(|word| has_word(line, word)) {
                let wrong = format!("`{word}` must not stand in {}", self.member);
                problems.push(Problem::new(
                    &source.path,
                    index + 1,
                    wrong,
                    format!("move it elsewhere: {}", self.because),
                ));
            }
        }
        problems
    }
}

impl Place {
    fn of(self, views: &lexer::Views) -> &[String] {
        match self {
            Self::Code => &views.code,
            Self::CodeAndStrings => &views.text,
        }
    }
}

/// Whether the word stands in the line and no letter, digit or `_` continues it.
fn has_word(line: &str, word: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(index, _)| {
        !line[..index].ends_with(continues) && !line[index + word.len()..].starts_with(continues)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
        [[word]]
        crate = "paths"
        words = ["format!", "async"]
        in = "code"
        except = ["src/endpoint"]
        because = "paths are put together in one place"
    "#;

    fn found(path: &str, text: &str) -> Vec<String> {
        let source = Source {
            path: path.to_owned(),
            member: "paths".to_owned(),
            text: text.to_owned(),
        };
        ForbiddenWords::parse(RULE)
            .unwrap()
            .check(&source)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_word_is_found_with_its_reason() {
        assert_eq!(
            found("crates/paths/src/a.rs", "//! A.\nlet a = format!(\"b\");\n"),
            [
                "crates/paths/src/a.rs:2: `format!` must not stand in paths; move it elsewhere: paths are put together in one place"
            ]
        );
    }

    #[test]
    fn comments_strings_tests_and_excepted_files_may_have_it() {
        assert_eq!(
            found(
                "crates/paths/src/a.rs",
                "//! async\nlet a = \"async\"; // async\nlet async_ = 1;\n"
            ),
            [""; 0]
        );
        assert_eq!(
            found(
                "crates/paths/src/a.rs",
                "//! A.\n#[cfg(test)]\nmod tests {\n    format!()\n}\n"
            ),
            [""; 0]
        );
        assert_eq!(
            found("crates/paths/src/endpoint/mod.rs", "format!()"),
            [""; 0]
        );
        assert_eq!(found("crates/paths/tests/wire.rs", "format!()"), [""; 0]);
    }

    #[test]
    fn the_data_of_this_workspace_can_be_read() {
        assert!(!ForbiddenWords::of_this_workspace().unwrap().word.is_empty());
    }
}
