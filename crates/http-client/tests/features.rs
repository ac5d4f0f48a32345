//! What the crate draws in without its default features: no wire, no TLS, no runtime.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::process::Command;

/// The names of the crates that this one is built with.
fn built_with(features: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--package", env!("CARGO_PKG_NAME")])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    lines.lines().map(name).collect()
}

const WIRE: [&str; 9] = [
    "hyper",
    "hyper-util",
    "hyper-rustls",
    "rustls",
    "webpki-roots",
    "tokio",
    "h2",
    "async-compression",
    "tower",
];

#[test]
fn without_default_features_there_is_no_wire() {
    let names = built_with(&["--no-default-features"]);
    assert!(names.iter().any(|name| name == "serde_json"), "{names:?}");
    for name in WIRE {
        assert!(!names.contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn each_part_of_the_wire_comes_with_its_feature() {
    let default = built_with(&[]);
    for name in WIRE {
        assert!(default.contains(&name.to_owned()), "{name}");
    }
    let first = built_with(&["--no-default-features", "--features", "hyper"]);
    assert!(first.contains(&"hyper".to_owned()));
    assert!(!first.contains(&"h2".to_owned()));
}
