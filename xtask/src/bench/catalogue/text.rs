//! Work on texts, within one process: tokens, addresses, messages, diffs. Rates are per second of processor time.

use super::super::target::{Better, Target};
use super::{Contender, DIFFS, Experiment, OURS, Place, Scale, figure, peer};

pub(super) fn experiments(place: &Place) -> Vec<Experiment> {
    vec![
        tokens(place, "sign", "sign a request", 11.0),
        tokens(place, "verify", "verify a request", 8.0),
        path(place),
        path_query(place),
        scan(place),
        diff(place),
        diff_memory(place),
    ]
}

fn tokens(place: &Place, name: &'static str, told: &str, times: f64) -> Experiment {
    let ours =
        |by: &'static str, title| place.measure(title, &format!("tokens {name} --by {by}"), &[]);
    let (request, work) = (place.file("request.json"), name.to_owned());
    let node = [work.clone(), request.clone(), place.modules()];
    let contenders = [
        Some(ours("ours", OURS)),
        Some(ours("floor", "floor: SHA-256 and HMAC alone")),
        Some(ours("jsonwebtoken", "crate jsonwebtoken, ready hash")),
        peer("atlassian-jwt", place.node("tokens.cjs"), &node),
        peer("PyJWT", place.python("tokens.py"), &[work, request]),
    ];
    Experiment {
        name,
        contenders: contenders.into_iter().flatten().collect(),
        figures: vec![figure(
            &format!("{told}, per CPU second"),
            "per_cpu_second",
            Better::More,
            &[Target::Times(times, "atlassian-jwt")],
        )],
        agree: None,
    }
}

/// The most an address may cost: 150 ns.
const ADDRESSES_PER_SECOND: f64 = 1e9 / 150.0;

fn path(place: &Place) -> Experiment {
    let told = "spell an address, per CPU second";
    let targets = [Target::Figure(ADDRESSES_PER_SECOND)];
    addresses(place, "path", "path", told, &targets)
}

fn path_query(place: &Place) -> Experiment {
    let told = "the same with a choice of fields, per CPU second";
    addresses(place, "path-query", "path --query", told, &[])
}

fn addresses(
    place: &Place,
    name: &'static str,
    work: &str,
    told: &str,
    targets: &[Target],
) -> Experiment {
    let by = |by: &str, title| place.measure(title, &format!("{work} --by {by}"), &[]);
    Experiment {
        name,
        contenders: vec![
            by("ours", OURS),
            by("floor", "floor: copying the ready text"),
            by("format", "format!, checking nothing"),
        ],
        figures: vec![figure(told, "per_cpu_second", Better::More, targets)],
        agree: None,
    }
}

fn messages(place: &Place, title: &'static str, by: &str) -> Contender {
    let times = if place.quick { 3 } else { 1 };
    let arguments = format!("scan --by {by} --times {times} --file");
    place.measure(title, &arguments, &[place.file("messages.bin")])
}

fn scan(place: &Place) -> Experiment {
    let file = [place.file("messages.bin")];
    let contenders = [
        Some(messages(place, OURS, "ours")),
        Some(messages(place, "floor: search for keywords alone", "floor")),
        Some(messages(place, "crate regex", "regex")),
        peer("Python re", place.python("scan.py"), &file),
    ];
    let targets = [
        Target::Figure(500.0),
        Target::Times(20.0, "Python re"),
        Target::Times(2.5, "crate regex"),
    ];
    let told = format!(
        "find references in {} messages, MB per CPU second",
        place.messages()
    );
    Experiment {
        name: "scan",
        contenders: contenders.into_iter().flatten().collect(),
        figures: vec![figure(&told, "mb_per_cpu_second", Better::More, &targets)],
        agree: Some("found"),
    }
}

fn diff_file(place: &Place, bytes: u32) -> String {
    place.file(&format!("diff-{bytes}.txt"))
}

fn diff(place: &Place) -> Experiment {
    let file = [diff_file(
        place,
        if place.quick { DIFFS[1] } else { DIFFS[2] },
    )];
    let contenders = [
        Some(place.measure(OURS, "diff --times 5 --file", &file)),
        Some(place.measure(
            "floor: search for file headers",
            "diff --by floor --times 5 --file",
            &file,
        )),
        peer("unidiff", place.python("diff.py"), &file),
    ];
    Experiment {
        name: "diff",
        contenders: contenders.into_iter().flatten().collect(),
        figures: vec![figure(
            "changed files of a diff, MB per CPU second",
            "mb_per_cpu_second",
            Better::More,
            &[Target::Figure(1500.0)],
        )],
        agree: None,
    }
}

fn diff_memory(place: &Place) -> Experiment {
    let [small, .., large] = DIFFS.map(|bytes| [diff_file(place, bytes)]);
    let contenders = [
        Some(place.measure(OURS, "diff --from-disk --file", &large)),
        Some(place.measure("a hundredth of it", "diff --from-disk --file", &small)),
        peer(
            "unidiff",
            place.python("diff.py").filter(|_| !place.quick),
            &large,
        ),
    ];
    Experiment {
        name: "diff-memory",
        contenders: contenders.into_iter().flatten().collect(),
        figures: vec![figure(
            "memory for a streamed 50 MB diff, MB",
            "grown_mb",
            Better::Less,
            &[Target::Figure(2.0)],
        )],
        agree: None,
    }
}

pub(super) fn scales(place: &Place) -> Vec<Scale> {
    let most = place.messages();
    let messages = |count: u32| {
        let arguments = format!("scan --times 3 --messages {count} --file");
        (
            f64::from(count),
            place.measure(OURS, &arguments, &[place.file("messages.bin")]),
        )
    };
    let diff = |bytes: u32| {
        let file = [diff_file(place, bytes)];
        (
            f64::from(bytes),
            place.measure(OURS, "diff --times 3 --file", &file),
        )
    };
    vec![
        Scale {
            name: "messages",
            sizes: [most / 100, most / 10, most].map(messages).into(),
        },
        Scale {
            name: "bytes of a diff",
            sizes: DIFFS.map(diff).into(),
        },
    ]
}
