//! What a measured program printed.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

/// One measurement: values by name, and versions of what was measured.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Sample {
    pub(super) values: BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) versions: BTreeMap<String, String>,
}

/// Reads the last line of a program's output.
pub(super) fn parse(output: &str) -> anyhow::Result<Sample> {
    let line = output
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .context("the program printed nothing")?;
    serde_json::from_str(line)
        .with_context(|| format!("the program printed no measurement: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts() {
        let sample =
            parse("warming up\n{\"values\":{\"seconds\":0.5},\"versions\":{\"x\":\"1\"}}\n\n")
                .unwrap();
        assert_eq!(sample.values, BTreeMap::from([("seconds".to_owned(), 0.5)]));
        assert_eq!(
            sample.versions,
            BTreeMap::from([("x".to_owned(), "1".to_owned())])
        );
    }

    #[test]
    fn what_is_no_measurement_is_shown() {
        assert_eq!(
            parse("{\"valu\":1}").unwrap_err().to_string(),
            "the program printed no measurement: {\"valu\":1}"
        );
        assert_eq!(
            parse("\n").unwrap_err().to_string(),
            "the program printed nothing"
        );
    }
}
