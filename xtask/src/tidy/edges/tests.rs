//! What the table allows and what it does not.

use super::*;

const TABLE: &str = "\
# Map
| crate | not this table |
|---|---|
| nothing | here |

## Allowed edges
Text before it.

| crate | may use of ours | tests may also use | must never contain |
|---|---|---|---|
| `client` | `paths` | – | servers |
| `paths` | – | – | I/O |
| `service` | `client`, `simulator` (optional) | `simulator` | |
| `simulator` | – | – | |
";

fn member(name: &str, dependencies: &str) -> Member {
    Member::parse(
        &format!("crates/{name}"),
        format!("[package]\nname = \"our-{name}\"\n{dependencies}\n"),
    )
    .unwrap()
}

fn judged(changed: Member) -> Vec<String> {
    let others = ["client", "paths", "service", "simulator"].map(|name| member(name, ""));
    let mut members: Vec<_> = others
        .into_iter()
        .filter(|other| other.name() != changed.name())
        .collect();
    members.push(changed);
    compare(&rows(TABLE), &members)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn an_edge_in_the_table_is_allowed_for_code_and_tests() {
    assert_eq!(
        judged(member(
            "client",
            "[dependencies]\nour-paths.workspace = true\n[dev-dependencies]\nour-paths = { workspace = true }"
        )),
        [""; 0]
    );
}

#[test]
fn an_edge_that_is_not_in_the_table_names_file_and_fix() {
    assert_eq!(
        judged(member(
            "paths",
            "[dependencies]\nserde = \"1\"\nour-client.workspace = true"
        )),
        [
            "crates/paths/Cargo.toml:5: `paths` may not use `client`; remove the dependency, or allow it in docs/ARCHITECTURE.md:12 and say why"
        ]
    );
}

#[test]
fn a_renamed_dependency_is_seen() {
    let found = judged(member(
        "paths",
        "[dependencies]\nshort = { package = \"our-client\", path = \"../client\" }",
    ));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn tests_may_use_the_third_column_and_nothing_else() {
    assert_eq!(
        judged(member(
            "service",
            "[dev-dependencies]\nour-simulator.workspace = true"
        )),
        [""; 0]
    );
    let found = judged(member(
        "client",
        "[dev-dependencies]\nour-simulator.workspace = true",
    ));
    assert!(
        found[0].contains("the tests of `client` may not use `simulator`"),
        "{found:?}"
    );
}

#[test]
fn an_optional_edge_must_be_optional() {
    assert_eq!(
        judged(member(
            "service",
            "[dependencies]\nour-simulator = { workspace = true, optional = true }"
        )),
        [""; 0]
    );
    let found = judged(member(
        "service",
        "[dependencies]\nour-simulator.workspace = true",
    ));
    assert!(found[0].contains("only behind a feature"), "{found:?}");
}

#[test]
fn a_crate_needs_a_row_and_a_row_needs_a_crate() {
    let found = judged(member("new", ""));
    assert!(
        found[0].starts_with("crates/new/Cargo.toml:1: the crate `new` has no row"),
        "{found:?}"
    );
    let problems = compare(
        &rows(TABLE),
        &[
            member("client", ""),
            member("service", ""),
            member("simulator", ""),
        ],
    );
    assert_eq!(
        problems
            .iter()
            .map(|problem| problem.line)
            .collect::<Vec<_>>(),
        [11, 12]
    );
}

#[test]
fn a_document_without_a_table_is_said_so() {
    let problems = compare(&rows("# Map\n"), &[member("client", "")]);
    assert_eq!(
        problems[0].wrong,
        "there is no table under a heading `Allowed edges`"
    );
}
