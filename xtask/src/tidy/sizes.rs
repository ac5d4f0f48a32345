//! Files and functions short enough to be seen whole.

use super::Problem;
use super::sources::Source;

/// The longest production file, in lines before an inline test module.
const LONGEST_FILE: usize = 400;
/// The longest function, from `fn` to its closing brace, in lines.
const LONGEST_FUNCTION: usize = 60;
/// The longest test module inside a production file, in lines. More than a screen belongs into a file of its own.
const LONGEST_INLINE_TESTS: usize = 80;

/// Measures a file. Files of tests may be as long as they need.
pub(super) fn check(source: &Source) -> Vec<Problem> {
    if source.is_test() {
        return Vec::new();
    }
    let lines: Vec<_> = source.text.lines().collect();
    let production = source.production_lines();
    let mut problems = long_functions(&source.path, &lines[..production]);
    if production > LONGEST_FILE {
        let wrong = format!("{production} lines of production code, {LONGEST_FILE} at most");
        problems.push(Problem::new(
            &source.path,
            LONGEST_FILE + 1,
            wrong,
            "cut the file by operation",
        ));
    }
    if lines.len() - production > LONGEST_INLINE_TESTS {
        let wrong = format!(
            "{} lines of tests in a production file, {LONGEST_INLINE_TESTS} at most",
            lines.len() - production
        );
        problems.push(Problem::new(
            &source.path,
            production + 1,
            wrong,
            "move them to a file `tests.rs` in a folder named like this file",
        ));
    }
    problems
}

fn long_functions(path: &str, lines: &[&str]) -> Vec<Problem> {
    let starts = (0..lines.len()).filter(|&start| is_function(lines[start]));
    let long = starts
        .map(|start| (start, length(&lines[start..])))
        .filter(|&(_, length)| length > LONGEST_FUNCTION);
    long.map(|(start, length)| {
        let wrong = format!("a function of {length} lines, {LONGEST_FUNCTION} at most");
        Problem::new(path, start + 1, wrong, "give its steps names of their own")
    })
    .collect()
}

/// Whether the line opens a function: nothing but qualifiers stands before `fn`.
fn is_function(line: &str) -> bool {
    let qualifier = |word: &str| {
        ["const", "async", "unsafe", "extern"].contains(&word)
            || word.starts_with("pub")
            || word.starts_with("in")
            || word.ends_with(')')
            || word.starts_with('"')
    };
    let mut words = line.split_whitespace().skip_while(|word| qualifier(word));
    words.next() == Some("fn")
}

/// The lines from the first to the closing brace at the same indentation; 0 for a function without a body. Relies on rustfmt's layout.
fn length(lines: &[&str]) -> usize {
    let indentation = lines[0].len() - lines[0].trim_start().len();
    let at_same_level = |line: &str| line.len() - line.trim_start().len() == indentation;
    if lines[0].ends_with('}') || lines[0].ends_with(';') {
        return usize::from(lines[0].ends_with('}'));
    }
    for (index, line) in lines
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| at_same_level(line))
    {
        match line.trim() {
            "}" => return index + 1,
            text if text.starts_with(')') && text.ends_with(';') => return 0,
            _ => {}
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: String) -> Source {
        Source {
            path: path.to_owned(),
            member: "a".to_owned(),
            text,
        }
    }

    fn function(lines: usize) -> String {
        format!(
            "    pub(crate) async fn long(\n        a: u8,\n    ) -> u8 {{\n{}    }}\n",
            "        a();\n".repeat(lines - 4)
        )
    }

    fn found(path: &str, text: String) -> Vec<(usize, String)> {
        check(&source(path, text))
            .into_iter()
            .map(|problem| (problem.line, problem.wrong))
            .collect()
    }

    #[test]
    fn a_function_may_have_sixty_lines() {
        assert_eq!(
            found("a.rs", format!("impl A {{\n{}}}\n", function(60))),
            []
        );
        assert_eq!(
            found("a.rs", format!("impl A {{\n{}}}\n", function(61))),
            [(2, "a function of 61 lines, 60 at most".to_owned())]
        );
    }

    #[test]
    fn declarations_and_one_liners_have_no_length() {
        let text = format!(
            "trait A {{\n    fn a(&self);\n    fn b(\n        &self,\n    ) -> u8;\n{}}}\nfn c() {{}}\n",
            "    // gap\n".repeat(70)
        );
        assert_eq!(found("a.rs", text), []);
    }

    #[test]
    fn a_production_file_has_four_hundred_lines_at_most() {
        assert_eq!(found("a.rs", "// x\n".repeat(400)), []);
        assert_eq!(
            found("a.rs", "// x\n".repeat(401)),
            [(401, "401 lines of production code, 400 at most".to_owned())]
        );
        assert_eq!(found("src/a/tests.rs", "// x\n".repeat(900)), []);
    }

    #[test]
    fn long_tests_belong_into_their_own_file() {
        let text = |lines: usize| {
            format!(
                "//! A.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
                "    // x\n".repeat(lines - 3)
            )
        };
        assert_eq!(found("a.rs", text(80)), []);
        assert_eq!(
            found("a.rs", text(81)),
            [(
                2,
                "81 lines of tests in a production file, 80 at most".to_owned()
            )]
        );
    }
}
