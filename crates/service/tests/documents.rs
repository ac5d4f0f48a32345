//! Documents that say what the sources say.

#![expect(clippy::unwrap_used, reason = "what fails here fails its test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Crates whose errors people meet.
const CRATES: [&str; 6] = [
    "service",
    "integration-provider",
    "store",
    "http-client",
    "trackers",
    "jwt-auth",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The texts of lower-case letters, digits and `_` between quotes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |word: &&str| {
        word.len() > 2
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    text.split('"').skip(1).step_by(2).filter(is_word)
}

/// What every `fn code` of this source may return.
fn codes(source: &str) -> impl Iterator<Item = &str> {
    let bodies = source.split("fn code(").skip(1);
    bodies.flat_map(|body| words(body.split("\n    }\n").next().unwrap_or_default()))
}

#[test]
fn every_code_of_an_error_is_explained() {
    let page = fs::read_to_string(format!("{ROOT}/docs/ERRORS.md")).unwrap();
    let mut files = Vec::new();
    for name in CRATES {
        sources(
            &Path::new(ROOT).join("crates").join(name).join("src"),
            &mut files,
        );
    }
    let texts: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    let found: BTreeSet<&str> = texts.iter().flat_map(|text| codes(text)).collect();
    assert!(
        found.len() > 80,
        "the codes are not found any more: {found:?}"
    );
    let missing: Vec<&&str> = found
        .iter()
        .filter(|code| !page.contains(&format!("`{code}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/ERRORS.md does not explain {missing:?}"
    );
}

#[test]
fn the_unit_starts_the_program_that_there_is() {
    let unit =
        fs::read_to_string(format!("{ROOT}/docs/deploy/bitbucket-integration.service")).unwrap();
    for line in [
        "Type=notify",
        "ExecStart=/usr/local/bin/bitbucket-integration --config /etc/bitbucket-integration/bitbucket-integration.toml serve",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
    ] {
        assert!(unit.lines().any(|one| one == line), "no `{line}`");
    }
}
