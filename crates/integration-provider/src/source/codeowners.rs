//! CODEOWNERS: whose code it is, by the path of the file.

use serde::{Deserialize, Serialize};

/// Where a repository may have the file, the first one counts.
pub const CODEOWNERS_PLACES: [&str; 3] = [".bitbucket/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Each `**` of a pattern multiplies the ways in which it may fit.
const MOST_STAR_PAIRS: usize = 3;

/// The rules of a CODEOWNERS file, in its order. The last one that fits a path decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeOwners {
    /// The rules.
    pub rules: Vec<OwnerRule>,
    /// Lines that are neither rule nor remark.
    pub unread: Vec<UnreadLine>,
}

/// Who owns the files that fit a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRule {
    /// The line it stands in, from 1.
    pub line: usize,
    /// Which files, by the rules of `.gitignore` without `!`.
    pub pattern: String,
    /// The owners as they are written: an e-mail address, `@name`, `@workspace/group`. Empty: nobody.
    pub owners: Vec<String>,
}

/// A line that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

impl CodeOwners {
    /// Reads a file. What is no rule is left out and told.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut owners = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let mut words = words(line);
            if words.is_empty() {
                continue;
            }
            let pattern = words.remove(0);
            let reason = if pattern.starts_with('!') {
                "a pattern can't be taken back with `!`"
            } else if pattern.contains('[') {
                "a pattern can't hold `[`"
            } else if pattern.matches("**").count() > MOST_STAR_PAIRS {
                "a pattern can hold `**` 3 times at most"
            } else {
                owners.rules.push(OwnerRule {
                    line: number,
                    pattern,
                    owners: words,
                });
                continue;
            };
            owners.unread.push(UnreadLine {
                line: number,
                reason: reason.to_owned(),
            });
        }
        owners
    }

    /// The rule that decides about a file; `None` when none fits.
    #[must_use]
    pub fn rule_for(&self, path: &str) -> Option<&OwnerRule> {
        let path = path.trim_start_matches('/');
        let mut last_first = self.rules.iter().rev();
        last_first.find(|rule| fits(&rule.pattern, path))
    }
}

/// The words of a line, up to a `#` that begins a word. A `\` takes the next character as it is.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut begun = false;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '#' if !begun => break,
            '\\' => {
                word.extend(characters.next());
                begun = true;
            }
            _ if character.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            _ => {
                word.push(character);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}

/// Whether a pattern fits a file or a folder above it (gitignore(5)).
fn fits(pattern: &str, path: &str) -> bool {
    let folder_only = pattern.ends_with('/');
    let bare = pattern.trim_end_matches('/');
    // A `/` at the beginning or in the middle binds the pattern to the root.
    let bound = bare.contains('/');
    let bare = bare.trim_start_matches('/');
    let wanted: Vec<&str> = bare.split('/').collect();
    let parts: Vec<&str> = path.split('/').collect();
    let starts = if bound { 1 } else { parts.len() };
    (0..starts).any(|start| {
        let rest = parts.get(start..).unwrap_or_default();
        (1..=rest.len()).any(|length| {
            let is_file = length == rest.len();
            !(folder_only && is_file) && part_by_part(&wanted, rest.get(..length).unwrap_or_default())
                // `docs/*` is for the files in `docs`, not for those below a folder in it.
                && (is_file || wanted.last() != Some(&"*"))
        })
    })
}

fn part_by_part(wanted: &[&str], parts: &[&str]) -> bool {
    match (wanted.split_first(), parts.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            (0..=parts.len()).any(|skip| part_by_part(rest, parts.get(skip..).unwrap_or_default()))
        }
        (Some((one, rest)), Some((part, behind))) => {
            one_part(one.as_bytes(), part.as_bytes()) && part_by_part(rest, behind)
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// `*` stands for anything and `?` for one character within a part. Takes time in proportion to both lengths multiplied.
fn one_part(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(b'?') => (at, place) = (at + 1, place + 1),
            Some(byte) if Some(byte) == text.get(place) => (at, place) = (at + 1, place + 1),
            _ => match &mut star {
                Some((star_at, taken)) => {
                    *taken += 1;
                    (at, place) = (*star_at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern
        .get(at..)
        .unwrap_or_default()
        .iter()
        .all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_and_blank_lines_are_no_rules_and_odd_ones_are_told() {
        let owners = CodeOwners::parse(
            "# all\n\n*  @acme/core ada@acme.example # those\n/my\\ docs/ \\#team\nsecret\n!x @a\n[ab].rs @b\n",
        );
        let rules: Vec<_> = owners
            .rules
            .iter()
            .map(|rule| (rule.line, rule.pattern.as_str(), rule.owners.join(",")))
            .collect();
        assert_eq!(
            rules,
            [
                (3, "*", "@acme/core,ada@acme.example".to_owned()),
                (4, "/my docs/", "#team".to_owned()),
                (5, "secret", String::new()),
            ]
        );
        let unread: Vec<usize> = owners.unread.iter().map(|one| one.line).collect();
        assert_eq!(unread, [6, 7]);
    }

    #[test]
    fn patterns_fit_as_in_gitignore() {
        for (pattern, path, expected) in [
            ("*", "src/a.rs", true),
            ("*.rs", "src/deep/a.rs", true),
            ("*.rs", "a.rs.txt", false),
            ("/src/", "src/a.rs", true),
            ("/src/", "lib/src/a.rs", false),
            ("src/", "lib/src/a.rs", true),
            ("src/", "src", false),
            ("/src", "src/a/b.rs", true),
            ("docs/*", "docs/a.md", true),
            ("docs/*", "docs/a/b.md", false),
            ("docs/*", "x/docs/a.md", false),
            ("docs/**", "docs/a/b.md", true),
            ("**/logs", "a/b/logs/x", true),
            ("a/**/z.rs", "a/z.rs", true),
            ("a/**/z.rs", "a/b/c/z.rs", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_rule_that_fits_decides_also_for_nobody() {
        let owners = CodeOwners::parse("* @all\n*.rs @rust\n/gen/ \n");
        let of = |path: &str| owners.rule_for(path).map(|rule| rule.owners.join(","));
        assert_eq!(of("/README.md").as_deref(), Some("@all"));
        assert_eq!(of("src/a.rs").as_deref(), Some("@rust"));
        assert_eq!(of("gen/a.rs").as_deref(), Some(""));
        assert_eq!(CodeOwners::default().rule_for("a"), None);
    }

    #[test]
    fn a_pattern_of_many_stars_takes_no_time() {
        let pattern = "*a".repeat(2000);
        assert!(!fits(&pattern, &"a".repeat(1999)));
        let owners = CodeOwners::parse("a/**/**/**/**/z @a");
        assert_eq!((owners.rules.len(), owners.unread.len()), (0, 1));
    }
}
