//! What spelling an address costs in memory.

use allocation_counter::measure;
use bitbucket_api_paths::{
    CommitSha, DiffSpec, FilePath, PullRequestId, Query, RepoRef, RepoUuid, Revision,
    RevisionRange, commits,
};

use crate::world::{Ids, RESOURCES, sample};

/// Names that are longer when they are encoded.
fn to_encode() -> Ids {
    let branch = |name: &str| Revision::parse(name).unwrap();
    let range = RevisionRange::new(branch("fix/éè"), branch("größe/\"x\""));
    Ids {
        repository: RepoUuid::parse("7c1a0d2e-0000-4a5b-8c9d-0123456789ab")
            .map(RepoRef::from)
            .unwrap(),
        commit: CommitSha::parse("0123456789abcdef0123456789abcdef01234567").unwrap(),
        revision: branch("feature/日本🚀"),
        spec: DiffSpec::Range(range.clone()),
        range,
        path: FilePath::parse("a b/%é/".repeat(300).trim_end_matches('/')).unwrap(),
        pull_request: PullRequestId::new(i64::MAX.unsigned_abs()).unwrap(),
        ..sample()
    }
}

#[test]
fn spelling_an_address_allocates_once_and_exactly() {
    for ids in [sample(), to_encode()] {
        for resource in RESOURCES {
            let mut spelled = Vec::new();
            let cost = measure(|| spelled = resource(&ids));
            // And once for the list of them.
            let expected = 1 + spelled.len() as u64;
            assert_eq!(cost.count_total, expected, "{spelled:?}");
            let list = spelled.capacity() * size_of_val(&spelled[0]);
            let texts = spelled.iter().map(|endpoint| endpoint.path().len());
            let bytes = (list + texts.sum::<usize>()) as u64;
            assert_eq!(cost.bytes_total, bytes, "{spelled:?}");
        }
    }
}

#[test]
fn a_usual_query_costs_one_allocation_and_adding_it_another() {
    let ids = sample();
    let cost = measure(|| {
        let query = Query::new()
            .pagelen(100)
            .fields("next,values.hash")
            .exclude(&ids.revision);
        drop(commits::list(&ids.repository).with_query(query));
    });
    assert_eq!(cost.count_total, 3);
}
