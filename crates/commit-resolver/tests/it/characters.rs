//! What the `sentry` profile takes for white space and for words.

use bitbucket_commit_resolver::Grammar;

fn found(message: &str) -> usize {
    Grammar::sentry().references(message).len()
}

#[test]
fn white_space_of_every_kind_stands_behind_a_keyword_and_in_a_run() {
    for space in [
        "\t", "\n", "\u{b}", "\u{c}", "\r", "\u{1c}", "\u{1d}", "\u{1e}", "\u{1f}", "\u{85}",
        "\u{a0}", "\u{1680}", "\u{2003}", "\u{2028}", "\u{3000}",
    ] {
        assert_eq!(
            found(&format!("Fixes{space}A-1{space}{space}B-2")),
            2,
            "{space:?}"
        );
    }
    for no_space in [
        "\0", "\u{1}", "\u{1b}", "\u{7f}", "\u{200b}", "\u{feff}", "\u{fffd}",
    ] {
        assert_eq!(found(&format!("Fixes{no_space}A-1")), 0, "{no_space:?}");
        assert_eq!(found(&format!("Fixes A-1{no_space}B-2")), 1, "{no_space:?}");
    }
}

#[test]
fn words_of_every_script_have_boundaries() {
    for letter in ["é", "ß", "я", "日", "𝒳", "٣", "_", "7"] {
        assert_eq!(found(&format!("{letter}fix A-1")), 0, "{letter}");
        assert_eq!(
            found(&format!("fix A-1{letter}")),
            usize::from(letter == "7"),
            "{letter}"
        );
        assert_eq!(
            found(&format!("[x](y) {letter}fix A-1")),
            0,
            "{letter} beside a link"
        );
    }
    for mark in ["🙂", "—", "“", "\u{ad}", "€"] {
        assert_eq!(found(&format!("{mark}fix A-1{mark}")), 1, "{mark}");
        assert_eq!(
            found(&format!("[x](y) {mark}fix A-1{mark}")),
            1,
            "{mark} beside a link"
        );
    }
}

#[test]
fn broken_text_is_no_word_and_no_white_space() {
    let grammar = Grammar::sentry();
    for bytes in [
        &b"\xfffix A-1\xff"[..],
        b"\xc3fix A-1\xc3",
        b"\xa9fix A-1\xa9",
        b"\xf0\x9f\x99fix A-1",
        b"\xe6\x97fix A-1\xe6\x97",
    ] {
        assert_eq!(grammar.references_in_bytes(bytes).len(), 1, "{bytes:?}");
    }
    assert_eq!(grammar.references_in_bytes(b"fix\xc2A-1").len(), 0);
}

#[test]
fn only_whole_links_are_reduced() {
    for whole in [
        "Fix[es](x) A-1",
        "[Fixes](x y\n) A-1",
        "[Fixes A-1](x)",
        "[a ](x)[Fix](y)[es](z) A-1",
    ] {
        assert_eq!(found(whole), 1, "{whole:?}");
    }
    for none in [
        "Fix[](x)es A-1",
        "Fix[es]() A-1",
        "Fix[es] (x) A-1",
        "Fix[es](x A-1",
        "Fixes[ A-1](x",
        "Fix]es(x) A-1",
        "Fixes [[A]-1](x)",
        "[Fixes [A-1](x)",
    ] {
        assert_eq!(found(none), 0, "{none:?}");
    }
}
