//! Code Insights: reports on commits.

use serde_json::{Map, Value};

use super::{error, hook_fields, page};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Report, label},
};

const ACCESS: Access = Access::Scopes(&["repository"]);
const ALL: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{report_id}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, ACCESS, list),
    Route::new("GET", ONE, ACCESS, read),
    Route::new("PUT", ONE, ACCESS, write),
    Route::new("DELETE", ONE, ACCESS, delete),
];

/// Most members of `data`.
const MAX_FACTS: usize = 10;

/// What is Bitbucket's own to say.
const OWN: [&str; 5] = ["type", "uuid", "external_id", "created_on", "updated_on"];

fn shape(one: &Report) -> Value {
    let mut shape = Value::Object(one.fields.clone());
    shape["type"] = "report".into();
    shape["uuid"] = one.uuid.as_str().into();
    shape["external_id"] = one.id.as_str().into();
    shape["created_on"] = one.created_on.to_string().into();
    shape["updated_on"] = one.updated_on.to_string().into();
    shape
}

fn list(call: &mut Call<'_>) -> Handled {
    let (own, sha) = call.commit_here()?;
    let here = own.reports.iter().filter(|one| one.commit == sha);
    page::listed(call, page::GENERAL, here.map(shape).collect())
}

fn read(call: &mut Call<'_>) -> Handled {
    let (place, number) = call.report()?;
    let own = &call.world.bitbucket.repositories[place];
    Ok(Answer::ok(&shape(&own.reports[number])))
}

/// Makes one, or puts it in place of the one with the same id; annotations stay.
fn write(call: &mut Call<'_>) -> Handled {
    let (_, commit) = call.commit_here()?;
    let place = call.repository()?;
    let fields = fields(call)?;
    let known = call.report().ok();
    let reports = &mut call.world.bitbucket.repositories[place].reports;
    match known {
        Some((_, number)) => {
            reports[number].fields = fields;
            reports[number].updated_on = call.now;
        }
        None => {
            let made = Report {
                commit,
                id: call.params["report_id"].clone(),
                uuid: label::fresh_uuid(),
                fields,
                annotations: Vec::new(),
                created_on: call.now,
                updated_on: call.now,
            };
            reports.push(made);
        }
    }
    read(call)
}

fn fields(call: &Call<'_>) -> Result<Map<String, Value>, Answer> {
    let mut fields = hook_fields::read(call)?;
    for required in ["title", "details", "report_type"] {
        require(&fields, required)?;
    }
    one_of(
        &fields,
        "report_type",
        &["SECURITY", "COVERAGE", "TEST", "BUG"],
    )?;
    one_of(&fields, "result", &["PASSED", "FAILED", "PENDING"])?;
    let facts = fields.get("data").and_then(Value::as_array);
    if facts.is_some_and(|facts| facts.len() > MAX_FACTS) {
        return Err(error::field("data", "at most 10 elements"));
    }
    fields.retain(|name, _| !OWN.contains(&name.as_str()));
    Ok(fields)
}

pub(super) fn require(fields: &Map<String, Value>, name: &str) -> Result<(), Answer> {
    let text = fields.get(name).and_then(Value::as_str);
    match text.is_some_and(|text| !text.is_empty()) {
        true => Ok(()),
        false => Err(error::field(name, "required key not provided")),
    }
}

/// A field that may be absent, but is one of these if it is there.
pub(super) fn one_of(
    fields: &Map<String, Value>,
    name: &str,
    known: &[&str],
) -> Result<(), Answer> {
    match fields.get(name) {
        None => Ok(()),
        Some(value) if value.as_str().is_some_and(|text| known.contains(&text)) => Ok(()),
        Some(_) => Err(error::field(name, "invalid value")),
    }
}

fn delete(call: &mut Call<'_>) -> Handled {
    let (place, number) = call.report()?;
    call.world.bitbucket.repositories[place]
        .reports
        .remove(number);
    Ok(Answer::empty(204))
}

impl Call<'_> {
    /// The places of the repository and the report in the path, by its maker's id or by uuid.
    pub(super) fn report(&self) -> Result<(usize, usize), Answer> {
        let (own, sha) = self.commit_here()?;
        let wanted = self.param("report_id");
        let mut all = own.reports.iter();
        let number = all
            .position(|one| one.commit == sha && (one.id == wanted || one.uuid == wanted))
            .ok_or_else(|| error::simple(404, "Report not found"))?;
        Ok((self.repository()?, number))
    }
}
