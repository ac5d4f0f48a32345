//! Work over sockets: releases, pushes taken in, starting.

use super::super::target::{Better, Target};
use super::{Contender, Experiment, Figure, OURS, Place, Scale, figure, peer, shown};

pub(super) fn experiments(place: &Place) -> Vec<Experiment> {
    let own = [release(place), listing(place), intake(place)];
    let later = [open_loop(place), start(place), claims(place)];
    let mut all: Vec<Experiment> = own.into_iter().chain(later).collect();
    // Starting a database server for each run takes its time.
    if !place.quick {
        all.extend([
            replicas(place),
            claims_of(
                place,
                "claims-postgres",
                "--private-postgres",
                "the same on PostgreSQL, µs",
            ),
            claims_of(
                place,
                "claims-ordered",
                "--private-postgres --orders 1",
                "the same, all of one repository, µs",
            ),
        ]);
    }
    all
}

fn claims(place: &Place) -> Experiment {
    claims_of(place, "claims", "", "claiming 4 of 1,000,000 jobs, µs")
}

/// What a claim costs must not depend on how many jobs wait.
fn claims_of(place: &Place, name: &'static str, how: &str, told: &str) -> Experiment {
    let most = if place.quick { 10_000 } else { 1_000_000 };
    let of = |title, jobs: u32| place.measure(title, &format!("claims --jobs {jobs} {how}"), &[]);
    Experiment {
        name,
        contenders: vec![
            of(OURS, most),
            of("a tenth of it", most / 10),
            of("a hundredth of it", most / 100),
        ],
        figures: vec![figure(told, "claim_us", Better::Less, &[])],
        agree: None,
    }
}

fn release(place: &Place) -> Experiment {
    let python = place.python("release.py");
    let theirs = python.map(|python| {
        let rest = [vec!["--".to_owned()], python].concat();
        place.measure("requests, one after the other", "release", &rest)
    });
    Experiment {
        name: "release",
        contenders: [Some(place.measure(OURS, "release", &[])), theirs]
            .into_iter()
            .flatten()
            .collect(),
        figures: vec![
            figure(
                "100 commits and their files at 50 ms an answer, s",
                "seconds",
                Better::Less,
                &[Target::Figure(0.42)],
            ),
            figure(
                "requests for it",
                "requests",
                Better::Less,
                &[Target::Figure(102.0)],
            ),
            figure(
                "requests when it is asked for again",
                "again_requests",
                Better::Less,
                &[Target::Figure(2.0)],
            ),
        ],
        agree: None,
    }
}

fn listing(place: &Place) -> Experiment {
    let of = |title, arguments: &str| place.measure(title, &format!("listing {arguments}"), &[]);
    Experiment {
        name: "listing",
        contenders: vec![
            of(OURS, "--ahead"),
            of("without asking ahead", ""),
            of("a tenth of it", "--ahead --repositories 1000"),
        ],
        figures: vec![
            figure(
                "memory for a listing of 10,000 repositories, peer included, MB",
                "grown_mb",
                Better::Less,
                &[Target::Figure(2.0)],
            ),
            figure(
                "processor time for it, peer included, s",
                "cpu_seconds",
                Better::Less,
                &[],
            ),
        ],
        agree: None,
    }
}

fn service(place: &Place) -> [String; 2] {
    ["--service".to_owned(), shown(&place.service)]
}

/// Another server under the same load.
fn other(
    place: &Place,
    name: &'static str,
    load: &str,
    command: Option<Vec<String>>,
) -> Option<Contender> {
    let rest = [vec!["--".to_owned()], command?].concat();
    Some(place.measure(name, load, &rest))
}

fn intake(place: &Place) -> Experiment {
    let load = if place.quick {
        "intake --pushed-to 32 --seconds 2 --warm-up 0.5"
    } else {
        "intake --pushed-to 32 --seconds 4 --warm-up 1"
    };
    let modules = place.modules();
    let node = |program: &str| {
        peer("", place.node(program), std::slice::from_ref(&modules)).map(|peer| peer.command)
    };
    let bare = vec![shown(&place.measure), "bare".to_owned()];
    let contenders = [
        Some(place.measure(OURS, load, &service(place))),
        Some(place.measure(
            "ours, all of one repository",
            &load.replace("--pushed-to 32 ", ""),
            &service(place),
        )),
        Some(place.measure("floor: rows in SQLite, no HTTP", "durable --by rows", &[])),
        Some(place.measure("floor: a synced file, no HTTP", "durable --by file", &[])),
        other(
            place,
            "floor: HTTP and signature, nothing kept",
            load,
            Some(bare),
        ),
        other(place, "FastAPI", load, place.python("intake_fastapi.py")),
        other(place, "Express", load, node("intake_express.cjs")),
        other(
            place,
            "atlassian-connect-express",
            &format!("{load} --token"),
            node("intake_connect.cjs"),
        ),
        other(place, "Django", load, place.python("intake_django.py")),
    ];
    Experiment {
        name: "intake",
        contenders: contenders.into_iter().flatten().collect(),
        figures: intake_figures(),
        agree: None,
    }
}

fn intake_figures() -> Vec<Figure> {
    let times = [
        Target::Times(4.0, "FastAPI"),
        Target::Times(13.0, "atlassian-connect-express"),
    ];
    vec![
        figure(
            "6 KB pushes durable and worked on, per server CPU second",
            "per_cpu_second",
            Better::More,
            &times,
        ),
        figure(
            "pushes answered, per second, 32 connections",
            "per_second",
            Better::More,
            &[],
        ),
        figure(
            "99 % answered within, ms",
            "p99_ms",
            Better::Less,
            &[Target::Figure(30.0)],
        ),
        figure(
            "the same corrected for coordinated omission, ms",
            "p99_corrected_ms",
            Better::Less,
            &[],
        ),
        figure(
            "most resident memory under load, MB",
            "resident_mb",
            Better::Less,
            &[Target::Figure(30.0)],
        ),
    ]
}

/// One, two and three processes on one PostgreSQL database.
fn replicas(place: &Place) -> Experiment {
    let of = |title, count: u32| {
        let seconds = if place.quick { 2 } else { 4 };
        let load =
            format!("replicas --replicas {count} --pushed-to 32 --seconds {seconds} --warm-up 1");
        place.measure(title, &load, &service(place))
    };
    Experiment {
        name: "replicas",
        contenders: vec![of(OURS, 1), of("two replicas", 2), of("three replicas", 3)],
        figures: vec![
            figure(
                "signed 6 KB pushes a second at 32 connections, on one PostgreSQL",
                "per_second",
                Better::More,
                &[],
            ),
            figure(
                "the same, until all are worked on",
                "settled_per_second",
                Better::More,
                &[],
            ),
            figure(
                "processor time of each replica, s",
                "cpu_seconds_each",
                Better::Less,
                &[],
            ),
        ],
        agree: None,
    }
}

fn open_loop(place: &Place) -> Experiment {
    let seconds = if place.quick { 1 } else { 5 };
    let load = format!("intake --pushed-to 32 --rate 500 --seconds {seconds}");
    Experiment {
        name: "open-loop",
        contenders: vec![place.measure(OURS, &load, &service(place))],
        figures: vec![
            figure(
                "500 pushes a second, each at its time: half within, ms",
                "p50_ms",
                Better::Less,
                &[],
            ),
            figure(
                "the same: 99 % within, ms",
                "p99_ms",
                Better::Less,
                &[Target::Figure(30.0)],
            ),
            figure("the same: 99.9 % within, ms", "p999_ms", Better::Less, &[]),
        ],
        agree: None,
    }
}

fn start(place: &Place) -> Experiment {
    Experiment {
        name: "start",
        contenders: vec![
            place.measure(OURS, "start", &service(place)),
            place.measure(
                "floor: the program says its version",
                "start --floor",
                &service(place),
            ),
        ],
        figures: vec![
            figure(
                "start to ready with 10,000 repositories, ms",
                "ready_ms",
                Better::Less,
                &[Target::Figure(100.0)],
            ),
            figure(
                "resident when idle, MB",
                "resident_mb",
                Better::Less,
                &[Target::Figure(25.0)],
            ),
        ],
        agree: None,
    }
}

pub(super) fn scales(place: &Place) -> Vec<Scale> {
    let scale = |name, sizes: [u32; 3], command: &dyn Fn(u32) -> Contender| Scale {
        name,
        sizes: sizes.map(|size| (f64::from(size), command(size))).into(),
    };
    let most = if place.quick { 5_000 } else { 20_000 };
    vec![
        scale("deliveries", [most / 100, most / 10, most], &|count| {
            place.measure(
                OURS,
                &format!("intake --pushed-to 32 --pushes {count}"),
                &service(place),
            )
        }),
        scale(
            "deliveries among repositories",
            [100, 1_000, 10_000],
            &|count| {
                place.measure(
                    OURS,
                    &format!("intake --pushed-to 32 --pushes 2000 --repositories {count}"),
                    &service(place),
                )
            },
        ),
        scale("repositories at start", [100, 1_000, 10_000], &|count| {
            place.measure(
                OURS,
                &format!("start --repositories {count}"),
                &service(place),
            )
        }),
        scale("commits of a release", [10, 100, 1_000], &|count| {
            place.measure(
                OURS,
                &format!("release --delay-ms 0 --commits {count}"),
                &[],
            )
        }),
    ]
}
