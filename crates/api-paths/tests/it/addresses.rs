//! The list of all addresses, letter by letter: operation id, method, path.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use bitbucket_api_paths::{Endpoint, Operation};

use crate::world::{every_endpoint, sample};

#[test]
fn every_endpoint_is_spelled_as_listed() {
    let mut listed = String::new();
    for endpoint in every_endpoint(&sample()) {
        writeln!(listed, "{} {endpoint}", endpoint.operation_id()).unwrap();
    }
    assert_eq!(listed, include_str!("addresses.txt"));
}

#[test]
fn every_operation_has_a_constructor_and_an_id_of_its_own() {
    let spelled: Vec<_> = every_endpoint(&sample())
        .iter()
        .map(Endpoint::operation_id)
        .collect();
    let known: Vec<_> = Operation::all().map(Operation::id).collect();
    assert_eq!(spelled, known);
    assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), known.len());
}

#[test]
fn no_two_operations_share_method_and_template() {
    let pairs: BTreeSet<_> = Operation::all()
        .map(|operation| (operation.method(), operation.template()))
        .collect();
    assert_eq!(pairs.len(), Operation::all().count());
}
