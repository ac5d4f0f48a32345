//! What it costs to spell an address, to add a query, and to read an address back.
#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use bitbucket_api_paths::{
    AnnotationId, CommitSha, DiffSpec, Endpoint, FilePath, HookUuid, Method, PullRequestId, Query,
    RepoFullName, RepoRef, RepoUuid, ReportId, Revision, RevisionRange, commits, diffs, hooks,
    pull_requests, reports, repositories, sources,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const UUID: &str = "{7c1a0d2e-0000-4a5b-8c9d-0123456789ab}";

fn rocket() -> RepoRef {
    RepoFullName::parse("acme/rocket").unwrap().into()
}

fn spell(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("spell");
    let (rocket, by_uuid) = (rocket(), RepoRef::from(RepoUuid::parse(UUID).unwrap()));
    let sha = CommitSha::parse(SHA).unwrap();
    let branch = Revision::parse("feature/landing-legs").unwrap();
    let spec = DiffSpec::from(RevisionRange::new(sha.clone(), branch.clone()));
    let hook = HookUuid::parse(UUID).unwrap();
    let path = FilePath::parse("crates/api-paths/src/endpoints/pull requests.rs").unwrap();
    let (report, annotation) = (
        ReportId::parse("scan-001").unwrap(),
        AnnotationId::parse("scan-001-77").unwrap(),
    );
    let pull_request = PullRequestId::new(4711).unwrap();
    group.bench_function("repository", |b| {
        b.iter(|| repositories::repository(black_box(&rocket)));
    });
    group.bench_function("repository by uuid", |b| {
        b.iter(|| repositories::repository(black_box(&by_uuid)));
    });
    group.bench_function("commits of a branch", |b| {
        b.iter(|| commits::of_revision(black_box(&rocket), black_box(&branch)));
    });
    group.bench_function("commit", |b| {
        b.iter(|| commits::one(black_box(&rocket), black_box(&sha)));
    });
    group.bench_function("diffstat of a range", |b| {
        b.iter(|| diffs::diffstat(black_box(&rocket), black_box(&spec)));
    });
    group.bench_function("hook by uuid", |b| {
        b.iter(|| hooks::read(black_box(&by_uuid), black_box(&hook)));
    });
    group.bench_function("file", |b| {
        b.iter(|| sources::contents(black_box(&rocket), black_box(&sha), black_box(&path)));
    });
    group.bench_function("pull request", |b| {
        b.iter(|| pull_requests::read(black_box(&rocket), black_box(pull_request)));
    });
    group.bench_function("annotation", |b| {
        b.iter(|| {
            reports::annotation(
                black_box(&rocket),
                black_box(&sha),
                black_box(&report),
                black_box(&annotation),
            )
        });
    });
    group.finish();
}

/// The floor: the same text by plain copying of what is already encoded, in one allocation.
fn floor(criterion: &mut Criterion) {
    criterion.bench_function("floor/copy commits of a branch", |b| {
        b.iter(|| {
            let parts = [
                "/2.0/repositories/",
                "acme",
                "/",
                "rocket",
                "/commits/",
                "feature%2Flanding-legs",
            ]
            .map(black_box);
            let mut path = String::with_capacity(parts.iter().map(|part| part.len()).sum());
            parts.iter().for_each(|part| path.push_str(part));
            path
        });
    });
}

/// Cost must grow with the length of what is encoded, and no faster.
fn grow(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("file path of bytes");
    let (rocket, sha) = (rocket(), CommitSha::parse(SHA).unwrap());
    for bytes in [40, 400, 4000] {
        let path = FilePath::parse(&"a b/source".repeat(bytes / 10)).unwrap();
        group.bench_with_input(BenchmarkId::from_parameter(bytes), &path, |b, path| {
            b.iter(|| sources::contents(&rocket, &sha, black_box(path)));
        });
    }
    group.finish();
}

fn query(criterion: &mut Criterion) {
    let rocket = rocket();
    criterion.bench_function("query/pagelen, fields, exclude", |b| {
        b.iter(|| {
            let query = Query::new()
                .pagelen(100)
                .fields("next,values.hash")
                .repeat("exclude", black_box(SHA));
            commits::list(black_box(&rocket)).with_query(query)
        });
    });
}

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    let targets = [
        ("first resource", "/2.0/repositories/acme/rocket"),
        (
            "commits of a branch",
            "/2.0/repositories/acme/rocket/commits/feature%2Flanding-legs?pagelen=100",
        ),
        (
            "hook",
            "/2.0/repositories/%7B%7D/%7B7c1a0d2e-0000-4a5b-8c9d-0123456789ab%7D/hooks",
        ),
        ("unknown", "/2.0/repositories/acme/rocket/wiki"),
    ];
    for (name, target) in targets {
        group.bench_function(name, |b| {
            b.iter(|| Endpoint::parse(Method::Get, black_box(target)));
        });
    }
    group.bench_function("identifier/repository", |b| {
        b.iter(|| RepoFullName::parse(black_box("acme/rocket")));
    });
    group.bench_function("identifier/commit", |b| {
        b.iter(|| CommitSha::parse(black_box(SHA)));
    });
    group.finish();
}

criterion_group!(benches, spell, floor, grow, query, read);
criterion_main!(benches);
