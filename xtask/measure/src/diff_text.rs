//! A diff as git writes it: edited, added, deleted, renamed and binary files, and hunks that quote diffs.

use std::fmt::Write as _;

use crate::dice::Dice;

/// A diff of at least this many bytes.
pub(crate) fn text(bytes: usize) -> String {
    let mut dice = Dice::new(50);
    let mut text = String::with_capacity(bytes + 64 * 1024);
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        file(&mut dice, number, &mut text);
    }
    text
}

fn file(dice: &mut Dice, number: usize, text: &mut String) {
    let path = format!("src/module_{}/part_{number}.rs", number % 300);
    let _ = match number % 10 {
        0 => added(dice, &path, text),
        1 => deleted(dice, &path, text),
        2 => writeln!(
            text,
            "diff --git a/old_{number}.rs b/{path}\nsimilarity index 100%\nrename from old_{number}.rs\nrename to {path}"
        ),
        _ => edited(dice, &path, text),
    };
}

fn added(dice: &mut Dice, path: &str, text: &mut String) -> std::fmt::Result {
    let lines = dice.between(10, 400);
    writeln!(
        text,
        "diff --git a/{path} b/{path}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines} @@"
    )?;
    content(dice, '+', lines, text)
}

fn deleted(dice: &mut Dice, path: &str, text: &mut String) -> std::fmt::Result {
    let lines = dice.between(10, 400);
    writeln!(
        text,
        "diff --git a/{path} b/{path}\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/{path}\n+++ /dev/null\n@@ -1,{lines} +0,0 @@"
    )?;
    content(dice, '-', lines, text)
}

fn edited(dice: &mut Dice, path: &str, text: &mut String) -> std::fmt::Result {
    writeln!(
        text,
        "diff --git a/{path} b/{path}\nindex 1111111..2222222 100644\n--- a/{path}\n+++ b/{path}"
    )?;
    for hunk in 0..dice.between(4, 40) {
        let (added, removed, at) = (dice.between(1, 12), dice.between(1, 12), 1 + hunk * 60);
        writeln!(
            text,
            "@@ -{at},{} +{at},{} @@ fn part()",
            6 + removed,
            6 + added
        )?;
        content(dice, ' ', 3, text)?;
        content(dice, '-', removed, text)?;
        content(dice, '+', added, text)?;
        content(dice, ' ', 3, text)?;
    }
    Ok(())
}

fn content(dice: &mut Dice, mark: char, lines: usize, text: &mut String) -> std::fmt::Result {
    for _ in 0..lines {
        if dice.below(200) == 0 {
            // A test's fixture, say: it looks like a header and is none.
            writeln!(text, "{mark}diff --git a/x b/x")?;
        } else {
            let (place, field) = (dice.below(5000), dice.below(97));
            writeln!(
                text,
                "{mark}    let value_{place} = compute({place}, &state.field_{field})?;"
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_every_file_once() {
        let text = text(1_000_000);
        let files = bitbucket_http_client::diff::files_of_diff(text.as_bytes());
        assert_eq!(files.len(), text.matches("\ndiff --git ").count() + 1);
    }
}
