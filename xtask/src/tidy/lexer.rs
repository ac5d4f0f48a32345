//! Just enough of Rust's lexical rules to tell code, string contents and comments apart.

/// The lines of a file, each in two views of the same length in lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Views {
    /// Without comments and without the contents of strings.
    pub(super) code: Vec<String>,
    /// Without comments.
    pub(super) text: Vec<String>,
}

/// Cuts a file into its views.
pub(super) fn views(source: &str) -> Views {
    let mut lexer = Lexer {
        rest: source,
        code: String::new(),
        text: String::new(),
    };
    while let Some(next) = lexer.rest.chars().next() {
        lexer.step(next);
    }
    let lines = |text: &str| text.split('\n').map(str::to_owned).collect();
    Views {
        code: lines(&lexer.code),
        text: lines(&lexer.text),
    }
}

struct Lexer<'a> {
    rest: &'a str,
    code: String,
    text: String,
}

impl Lexer<'_> {
    fn step(&mut self, next: char) {
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(block_comment(self.rest));
        } else if let Some(length) = self.raw_string() {
            self.string(length);
        } else if next == '"' {
            self.string(quoted(self.rest, '"'));
        } else if let Some(length) = character(self.rest) {
            self.string(length);
        } else {
            self.code.push(next);
            self.text.push(next);
            self.rest = &self.rest[next.len_utf8()..];
        }
    }

    /// Drops a comment; its line breaks stay.
    fn skip(&mut self, length: usize) {
        let breaks = "\n".repeat(self.rest[..length].matches('\n').count());
        self.code.push_str(&breaks);
        self.text.push_str(&breaks);
        self.rest = &self.rest[length..];
    }

    /// Keeps a literal in the text and only its line breaks in the code.
    fn string(&mut self, length: usize) {
        let literal = &self.rest[..length];
        self.code.push_str(&format!(
            "\"{}\"",
            "\n".repeat(literal.matches('\n').count())
        ));
        self.text.push_str(literal);
        self.rest = &self.rest[length..];
    }

    /// The length of a raw string that begins here, such as `r#"…"#`.
    fn raw_string(&self) -> Option<usize> {
        if self
            .code
            .ends_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            return None;
        }
        let after_prefix = ["r", "br", "cr"].iter().find_map(|prefix| {
            self.rest
                .strip_prefix(prefix)
                .filter(|rest| rest.starts_with(['#', '"']))
        })?;
        let hashes = after_prefix.len() - after_prefix.trim_start_matches('#').len();
        let content = after_prefix[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = content
            .find(&end)
            .map_or(content.len(), |index| index + end.len());
        Some(self.rest.len() - content.len() + length)
    }
}

/// The length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut index) = (0_usize, 0);
    while index < rest.len() {
        if rest[index..].starts_with("/*") {
            depth += 1;
            index += 2;
        } else if rest[index..].starts_with("*/") {
            depth -= 1;
            index += 2;
            if depth == 0 {
                return index;
            }
        } else {
            index += rest[index..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a literal with escapes, with both of its quotes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal; `None` for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.strip_prefix('\'')?.chars();
    match (chars.next()?, chars.next()?) {
        ('\\', _) => Some(quoted(rest, '\'')),
        (c, '\'') => Some(c.len_utf8() + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
