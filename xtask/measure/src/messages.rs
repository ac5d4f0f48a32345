//! Commit messages to read: most are prose, some close an issue, some use a closing word without one, a few are long.

use crate::dice::Dice;

const PROSE: [&str; 64] = [
    "add",
    "remove",
    "update",
    "the",
    "a",
    "of",
    "for",
    "to",
    "in",
    "when",
    "if",
    "not",
    "handler",
    "client",
    "server",
    "test",
    "build",
    "cache",
    "page",
    "token",
    "parser",
    "config",
    "default",
    "option",
    "timeout",
    "retry",
    "queue",
    "index",
    "schema",
    "module",
    "docs",
    "version",
    "dependency",
    "typo",
    "rename",
    "move",
    "split",
    "merge",
    "branch",
    "request",
    "header",
    "body",
    "error",
    "value",
    "table",
    "user",
    "repository",
    "webhook",
    "payload",
    "commit",
    "diff",
    "path",
    "re-use",
    "up-to-date",
    "non-blocking",
    "x86-64",
    "utf-8",
    "prefix",
    "suffix",
    "fixture",
    "closure",
    "resolver",
    "hotfix",
    "disclose",
];
const CLOSING: [&str; 18] = [
    "fix", "fixes", "fixed", "Fix", "Fixes", "Fixed", "close", "closes", "closed", "Close",
    "Closes", "Closed", "resolve", "resolves", "resolved", "Resolves", "Resolved", "FIXES",
];
const PROJECTS: [&str; 10] = [
    "ROCKET",
    "OPS",
    "WEB",
    "API",
    "CORE",
    "PAD",
    "SEARCH",
    "MOBILE-APP",
    "BILLING",
    "DATA_PIPE",
];

/// What stands between two messages in a file.
pub(crate) const SEPARATOR: char = '\0';

/// This many messages in one text.
pub(crate) fn text(count: usize) -> String {
    let mut dice = Dice::new(8);
    let mut text = String::with_capacity(count * 168);
    for number in 0..count {
        if number > 0 {
            text.push(SEPARATOR);
        }
        text.push_str(&message(&mut dice));
    }
    text
}

fn message(dice: &mut Dice) -> String {
    let (least, most) = (4, 9);
    let mut subject = prose(dice, least, most);
    let mut body = String::new();
    if dice.percent(65) {
        body = paragraph(dice, "", 3);
    }
    if dice.percent(1) {
        body.push_str(&paragraph(dice, "* ", 58));
    }
    match dice.below(100) {
        0..2 => body.push_str(&format!("\n\n{}.\n", closing(dice))),
        2 => subject = format!("{}. {subject}", closing(dice)),
        3..18 => {
            subject = format!("{} {}. {subject}", dice.one_of(&CLOSING), prose(dice, 2, 5));
        }
        18..28 => subject = format!("{}: {subject}", id(dice)),
        _ => {}
    }
    if dice.percent(2) {
        body.push_str("\n\nSigned-off-by: Jörg Müller <j@acme.example>");
    }
    subject + &body
}

fn prose(dice: &mut Dice, least: usize, most: usize) -> String {
    let words: Vec<&str> = (0..dice.between(least, most))
        .map(|_| dice.one_of(&PROSE))
        .collect();
    words.join(" ")
}

/// Lines of prose: at most three when they are a paragraph, exactly `lines` when they are a list.
fn paragraph(dice: &mut Dice, bullet: &str, lines: usize) -> String {
    let count = if bullet.is_empty() {
        dice.between(1, lines)
    } else {
        lines
    };
    let lines: Vec<String> = (0..count)
        .map(|_| format!("{bullet}{}.", prose(dice, 5, 12)))
        .collect();
    format!("\n\n{}", lines.join("\n"))
}

fn id(dice: &mut Dice) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let project = dice.one_of(&PROJECTS);
    if dice.percent(50) {
        return format!("{project}-{}", dice.between(1, 9999));
    }
    let length = dice.between(1, 4);
    let digits: String = (0..length)
        .filter_map(|_| {
            DIGITS
                .get(dice.below(DIGITS.len()))
                .copied()
                .map(char::from)
        })
        .collect();
    format!("{project}-{digits}")
}

fn closing(dice: &mut Dice) -> String {
    let verb = dice.one_of(&CLOSING);
    let colon = if dice.percent(25) { ":" } else { "" };
    let first = id(dice);
    match dice.below(100) {
        0..70 => format!("{verb}{colon} {first}"),
        70..85 => format!("{verb}{colon} {first}, {}", id(dice)),
        _ => format!("{verb}{colon} {first} and {}", id(dice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_every_time_and_as_long_as_people_write_them() {
        let text = text(20_000);
        assert_eq!(text, super::text(20_000));
        let messages: Vec<&str> = text.split(SEPARATOR).collect();
        assert_eq!(messages.len(), 20_000);
        let mean = text.len() / messages.len();
        assert!((120..220).contains(&mean), "{mean}");
    }
}
