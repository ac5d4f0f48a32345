//! Which issues a commit message names, by the plain reading of Sentry's rule: a keyword, then a run of words.

use super::short_id;

const KEYWORDS: [&str; 9] = [
    "fix", "fixes", "fixed", "close", "closes", "closed", "resolve", "resolves", "resolved",
];

/// A message with this in it keeps its commit out of releases.
pub(super) const SKIP: &str = "#skipsentry";

/// Canonical short ids after a keyword, each once, in order.
pub(super) fn named_issues(message: &str) -> Vec<String> {
    let plain = without_links(message);
    let mut named: Vec<String> = Vec::new();
    for place in keyword_ends(&plain) {
        for id in run(&plain[place..]).filter_map(short_id::canonical) {
            if !named.contains(&id) {
                named.push(id);
            }
        }
    }
    named
}

/// Markdown links reduced to their text.
fn without_links(message: &str) -> String {
    let mut plain = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(open) = rest.find('[') {
        let link = rest[open + 1..]
            .split_once("](")
            .and_then(|(label, after)| {
                let simple = !label.contains(['[', ']', '\n']);
                after
                    .split_once(')')
                    .filter(|_| simple)
                    .map(|(_, after)| (label, after))
            });
        match link {
            Some((label, after)) => {
                plain.push_str(&rest[..open]);
                plain.push_str(label);
                rest = after;
            }
            None => {
                plain.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    plain + rest
}

/// Where the run after each keyword begins: behind the optional colon and at least one blank.
fn keyword_ends(text: &str) -> Vec<usize> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut ends = Vec::new();
    let mut start = None;
    for (place, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_word(character)) {
            (None, true) => start = Some(place),
            (Some(begin), false) => {
                start = None;
                let word = text[begin..place].to_ascii_lowercase();
                let rest = text[place..].strip_prefix(':').unwrap_or(&text[place..]);
                if KEYWORDS.contains(&word.as_str()) && rest.starts_with(char::is_whitespace) {
                    ends.push(text.len() - rest.len());
                }
            }
            _ => {}
        }
    }
    ends
}

/// The words from here to the first character that ends a run.
fn run(text: &str) -> impl Iterator<Item = &str> {
    let belongs = |character: char| {
        character.is_ascii_alphanumeric()
            || character.is_whitespace()
            || matches!(character, '_' | '-' | ',')
    };
    let end = text
        .find(|character| !belongs(character))
        .unwrap_or(text.len());
    let words = text[..end].split(|character: char| character.is_whitespace() || character == ',');
    words.filter(|word| word.contains('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_examples_are_read_as_written() {
        assert_eq!(named_issues("Fixes PROJ-1A"), ["PROJ-1A"]);
        assert_eq!(
            named_issues("fixes: proj-1a, web-2B and api-3"),
            ["PROJ-1A", "WEB-2B", "API-3"]
        );
        assert_eq!(named_issues("Fixes\nPROJ-1"), ["PROJ-1"]);
        assert_eq!(
            named_issues("Fixes [PROJ-1](https://x.example/1)"),
            ["PROJ-1"]
        );
        assert_eq!(named_issues("Fixes PROJ-1; WEB-2"), ["PROJ-1"]);
    }

    #[test]
    fn what_the_reference_does_not_find_is_not_found() {
        for message in [
            "Fixes #PROJ-1",
            "Fixes (PROJ-1)",
            "Fixing PROJ-1",
            "Prefixes PROJ-1",
            "PROJ-1",
        ] {
            assert_eq!(named_issues(message), Vec::<String>::new(), "{message}");
        }
    }
}
