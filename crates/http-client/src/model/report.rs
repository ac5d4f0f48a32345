//! Code Insights: reports on a commit.

use std::time::Duration;

use bitbucket_api_paths::ReportId;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Number, Value, json};

use super::open_enum::open_enum;
use super::{Fields, lenient};

open_enum! {
    /// What a report is about.
    ReportKind {
        /// Security.
        Security = "SECURITY",
        /// How much the tests cover.
        Coverage = "COVERAGE",
        /// Tests.
        Test = "TEST",
        /// Bugs.
        Bug = "BUG",
    }
}

open_enum! {
    /// What a report comes to.
    ReportResult {
        /// All is well.
        Passed = "PASSED",
        /// Something is wrong.
        Failed = "FAILED",
        /// Not known yet.
        Pending = "PENDING",
    }
}

/// One line of a report's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFact {
    /// What the value is of.
    pub title: String,
    /// The value.
    pub value: FactValue,
}

/// A value in a report, shown to people by its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// Yes or no.
    Boolean(bool),
    /// A moment, to the millisecond.
    Date(jiff::Timestamp),
    /// A length of time, to the millisecond.
    Duration(Duration),
    /// A link.
    Link {
        /// What is shown.
        text: String,
        /// Where it leads.
        href: String,
    },
    /// A number.
    Number(Number),
    /// A share, from 0 to 100.
    Percentage(Number),
    /// A text.
    Text(String),
    /// A value of a kind that Bitbucket added since, or of none.
    Other {
        /// The kind as sent.
        kind: Option<String>,
        /// The value as sent.
        value: Value,
    },
}

/// A report to create or replace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewReport {
    /// Its name; at most 450 characters.
    pub title: String,
    /// What it says; at most 2,000 characters.
    pub details: String,
    /// What it is about.
    #[serde(rename = "report_type")]
    pub kind: ReportKind,
    /// What it comes to; `None` where there is nothing to pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<ReportResult>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<String>,
    /// Where the whole of it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The maker's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// Its figures; at most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<ReportFact>,
}

/// A report as Bitbucket keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WireReport")]
#[non_exhaustive]
pub struct Report {
    /// The id that its maker chose, else Bitbucket's own; `None` when neither was sent.
    pub id: Option<ReportId>,
    /// Its name.
    pub title: String,
    /// What it says.
    pub details: String,
    /// What it is about.
    pub kind: Option<ReportKind>,
    /// What it comes to.
    pub result: Option<ReportResult>,
    /// Who made it.
    pub reporter: Option<String>,
    /// Where the whole of it is.
    pub link: Option<String>,
    /// Its figures.
    pub data: Vec<ReportFact>,
}

impl Fields for Report {
    const FIELDS: &'static [&'static str] = &[
        "uuid",
        "external_id",
        "title",
        "details",
        "report_type",
        "result",
        "reporter",
        "link",
        "data.title",
        "data.type",
        "data.value",
    ];
}

#[derive(Deserialize)]
struct WireReport {
    #[serde(default, deserialize_with = "lenient")]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    details: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    report_type: Option<ReportKind>,
    #[serde(default, deserialize_with = "lenient")]
    result: Option<ReportResult>,
    #[serde(default, deserialize_with = "lenient")]
    reporter: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    link: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    data: Option<Vec<WireFact>>,
}

#[derive(Deserialize)]
struct WireFact {
    #[serde(default, deserialize_with = "lenient")]
    title: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    kind: Option<String>,
    #[serde(default)]
    value: Value,
}

impl From<WireReport> for Report {
    fn from(wire: WireReport) -> Self {
        let id = wire.external_id.or(wire.uuid);
        Self {
            id: id.and_then(|id| ReportId::parse(&id).ok()),
            title: wire.title.unwrap_or_default(),
            details: wire.details.unwrap_or_default(),
            kind: wire.report_type,
            result: wire.result,
            reporter: wire.reporter,
            link: wire.link,
            data: wire
                .data
                .unwrap_or_default()
                .into_iter()
                .map(ReportFact::from)
                .collect(),
        }
    }
}

impl From<WireFact> for ReportFact {
    fn from(wire: WireFact) -> Self {
        let value = known(wire.kind.as_deref(), &wire.value).unwrap_or(FactValue::Other {
            kind: wire.kind,
            value: wire.value,
        });
        Self {
            title: wire.title.unwrap_or_default(),
            value,
        }
    }
}

/// The value, if it is of the shape that its kind promises.
fn known(kind: Option<&str>, value: &Value) -> Option<FactValue> {
    let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
    match kind? {
        "BOOLEAN" => value.as_bool().map(FactValue::Boolean),
        "DATE" => jiff::Timestamp::from_millisecond(value.as_i64()?)
            .ok()
            .map(FactValue::Date),
        "DURATION" => Some(FactValue::Duration(Duration::from_millis(value.as_u64()?))),
        "LINK" => Some(FactValue::Link {
            text: text("text")?,
            href: text("href")?,
        }),
        "NUMBER" => value.as_number().cloned().map(FactValue::Number),
        "PERCENTAGE" => value.as_number().cloned().map(FactValue::Percentage),
        "TEXT" => Some(FactValue::Text(value.as_str()?.to_owned())),
        _ => None,
    }
}

impl Serialize for ReportFact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, value) = match &self.value {
            FactValue::Boolean(value) => (Some("BOOLEAN"), json!(value)),
            FactValue::Date(moment) => (Some("DATE"), json!(moment.as_millisecond())),
            FactValue::Duration(length) => {
                let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
                (Some("DURATION"), json!(millis))
            }
            FactValue::Link { text, href } => (Some("LINK"), json!({"text": text, "href": href})),
            FactValue::Number(number) => (Some("NUMBER"), json!(number)),
            FactValue::Percentage(number) => (Some("PERCENTAGE"), json!(number)),
            FactValue::Text(text) => (Some("TEXT"), json!(text)),
            FactValue::Other { kind, value } => (kind.as_deref(), value.clone()),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("title", &self.title)?;
        if let Some(kind) = kind {
            map.serialize_entry("type", kind)?;
        }
        map.serialize_entry("value", &value)?;
        map.end()
    }
}
