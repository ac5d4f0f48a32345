//! Code Insights: what a report says about single places.

use serde_json::{Map, Value};

use super::{error, page, reports};
use crate::{
    wire::{
        answer::Answer,
        call::{Call, Handled},
        route::{Access, Route},
    },
    world::{Annotation, label},
};

const ACCESS: Access = Access::Scopes(&["repository"]);
const ALL: &str =
    "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{report_id}/annotations";
const ONE: &str = "/2.0/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{report_id}/annotations/{annotation_id}";

pub(super) const ROUTES: &[Route] = &[
    Route::new("GET", ALL, ACCESS, list),
    Route::new("POST", ALL, ACCESS, write_many),
    Route::new("GET", ONE, ACCESS, read),
    Route::new("PUT", ONE, ACCESS, write),
    Route::new("DELETE", ONE, ACCESS, delete),
];

/// Most annotations of a report.
const MAX_OF_REPORT: usize = 1000;
/// Most annotations in one request.
const MAX_AT_ONCE: usize = 100;

/// What is Bitbucket's own to say.
const OWN: [&str; 5] = ["type", "uuid", "external_id", "created_on", "updated_on"];

fn shape(one: &Annotation) -> Value {
    let mut shape = Value::Object(one.fields.clone());
    shape["type"] = "report_annotation".into();
    shape["uuid"] = one.uuid.as_str().into();
    shape["external_id"] = one.id.as_str().into();
    shape["created_on"] = one.created_on.to_string().into();
    shape["updated_on"] = one.updated_on.to_string().into();
    shape
}

fn list(call: &mut Call<'_>) -> Handled {
    let shapes = call.annotations()?.iter().map(shape).collect();
    page::listed(call, page::GENERAL, shapes)
}

fn read(call: &mut Call<'_>) -> Handled {
    let place = call.annotation()?;
    Ok(Answer::ok(&shape(&call.annotations()?[place])))
}

/// All of them or none; each is put in place of the one with the same id.
fn write_many(call: &mut Call<'_>) -> Handled {
    call.report()?;
    let Some(Value::Array(sent)) = call.asked.json() else {
        return Err(error::simple(400, "Bad request: the body is no JSON array"));
    };
    if sent.is_empty() || sent.len() > MAX_AT_ONCE {
        return Err(error::simple(
            400,
            "Between 1 and 100 annotations are allowed",
        ));
    }
    let mut made = Vec::with_capacity(sent.len());
    for one in sent {
        let Value::Object(fields) = one else {
            return Err(error::simple(400, "An annotation is a JSON object"));
        };
        let id = fields.get("external_id").and_then(Value::as_str);
        let id = id.ok_or_else(|| error::field("external_id", "required key not provided"))?;
        made.push((id.to_owned(), valid(fields)?));
    }
    let shapes = put(call, made)?;
    Ok(Answer::ok(&Value::Array(shapes)))
}

fn write(call: &mut Call<'_>) -> Handled {
    call.report()?;
    let fields = valid(super::hook_fields::read(call)?)?;
    let id = call.param("annotation_id").to_owned();
    put(call, vec![(id, fields)])?;
    read(call)
}

fn valid(mut fields: Map<String, Value>) -> Result<Map<String, Value>, Answer> {
    reports::require(&fields, "annotation_type")?;
    reports::require(&fields, "summary")?;
    reports::one_of(
        &fields,
        "annotation_type",
        &["VULNERABILITY", "CODE_SMELL", "BUG"],
    )?;
    reports::one_of(&fields, "severity", &["CRITICAL", "HIGH", "MEDIUM", "LOW"])?;
    reports::one_of(
        &fields,
        "result",
        &["PASSED", "FAILED", "SKIPPED", "IGNORED"],
    )?;
    fields.retain(|name, _| !OWN.contains(&name.as_str()));
    Ok(fields)
}

fn put(call: &mut Call<'_>, made: Vec<(String, Map<String, Value>)>) -> Result<Vec<Value>, Answer> {
    let now = call.now;
    let annotations = call.annotations_mut()?;
    let fresh = made
        .iter()
        .filter(|(id, _)| annotations.iter().all(|own| own.id != *id));
    if annotations.len() + fresh.count() > MAX_OF_REPORT {
        return Err(error::simple(
            400,
            "A report cannot have more than 1000 annotations",
        ));
    }
    let mut shapes = Vec::with_capacity(made.len());
    for (id, fields) in made {
        let place = annotations.iter().position(|own| own.id == id);
        let place = place.unwrap_or_else(|| {
            annotations.push(Annotation {
                id,
                uuid: label::fresh_uuid(),
                fields: Map::new(),
                created_on: now,
                updated_on: now,
            });
            annotations.len() - 1
        });
        annotations[place].fields = fields;
        annotations[place].updated_on = now;
        shapes.push(shape(&annotations[place]));
    }
    Ok(shapes)
}

fn delete(call: &mut Call<'_>) -> Handled {
    let place = call.annotation()?;
    call.annotations_mut()?.remove(place);
    Ok(Answer::empty(204))
}

impl Call<'_> {
    fn annotations(&self) -> Result<&[Annotation], Answer> {
        let (place, number) = self.report()?;
        Ok(&self.world.bitbucket.repositories[place].reports[number].annotations)
    }

    fn annotations_mut(&mut self) -> Result<&mut Vec<Annotation>, Answer> {
        let (place, number) = self.report()?;
        Ok(&mut self.world.bitbucket.repositories[place].reports[number].annotations)
    }

    /// The place of the annotation in the path, by its maker's id or by uuid.
    fn annotation(&self) -> Result<usize, Answer> {
        let wanted = self.param("annotation_id");
        let mut all = self.annotations()?.iter();
        all.position(|one| one.id == wanted || one.uuid == wanted)
            .ok_or_else(|| error::simple(404, "Annotation not found"))
    }
}
