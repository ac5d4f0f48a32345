//! The rows of an experiment, and how they read.

use std::collections::BTreeMap;

use super::super::sample::Sample;
use super::super::target::{Better, Target};
use super::*;

fn runs(name: &'static str, values: &[f64], versions: &[(&str, &str)]) -> Runs {
    let sample = |value: &f64| Sample {
        values: BTreeMap::from([("rate".to_owned(), *value)]),
        versions: versions
            .iter()
            .map(|(name, version)| ((*name).to_owned(), (*version).to_owned()))
            .collect(),
    };
    Runs {
        name,
        samples: values.iter().map(sample).collect(),
    }
}

fn experiment() -> Experiment {
    Experiment {
        name: "sign",
        contenders: Vec::new(),
        figures: vec![Figure {
            told: "sign, /CPU s".to_owned(),
            value: "rate",
            better: Better::More,
            targets: vec![Target::Times(11.0, "atlassian-jwt")],
        }],
        agree: Some("rate"),
    }
}

#[test]
fn a_figure_stands_above_what_it_is_compared_with() {
    let runs = [
        runs("ours", &[1200.0, 1000.0], &[]),
        runs("floor", &[2400.0, 2000.0], &[]),
        runs("atlassian-jwt", &[100.0, 100.0], &[("Node", "20.1")]),
    ];
    let expected = "\
| figure                      | measured | ours is | target               | met |
|-----------------------------|----------|---------|----------------------|-----|
| **sign, /CPU s**            | 1,100    |         | ≥ 11 × atlassian-jwt | yes |
| · floor                     | 2,200    | 0.500 × |                      |     |
| · atlassian-jwt (Node 20.1) | 100      | 11.0 ×  |                      |     |
";
    assert_eq!(figures(&rows(&experiment(), &runs)), expected);
}

#[test]
fn who_answers_differently_is_named_unless_it_is_a_floor() {
    let runs = [
        runs("ours", &[5.0, 5.0], &[]),
        runs("floor: less work", &[9.0, 9.0], &[]),
        runs("crate regex", &[5.0, 5.0], &[]),
        runs("Python re", &[5.0, 6.0], &[]),
    ];
    let dissenting = experiment().dissenting(&runs);
    let names: Vec<_> = dissenting.iter().map(|runs| runs.name).collect();
    assert_eq!(names, ["Python re"]);
}

#[test]
fn without_our_own_runs_there_is_no_row() {
    assert!(rows(&experiment(), &[runs("floor", &[1.0], &[])]).is_empty());
}

#[test]
fn growth_above_linear_is_a_finding() {
    let growth = |costs: [f64; 3]| Growth {
        name: "messages",
        points: [1.0, 10.0, 100.0].into_iter().zip(costs).collect(),
    };
    let text = growths(&[growth([0.1, 1.0, 10.0]), growth([0.1, 10.0, 1000.0])]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[2].contains("1.00") && lines[2].contains("linear"),
        "{text}"
    );
    assert!(
        lines[3].contains("2.00") && lines[3].contains("ABOVE LINEAR"),
        "{text}"
    );
}
