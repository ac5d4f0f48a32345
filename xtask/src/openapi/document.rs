//! Reading the published document, Swagger 2.0 or OpenAPI 3, down to what is compared.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail, ensure};
use serde_json::{Map, Value};

use super::schema::Schemas;

/// The methods that an entry below `paths` may have; everything else there is no operation.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "head", "patch", "options"];

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    /// `Swagger 2.0` or `OpenAPI 3.0.0`.
    pub(super) format: String,
    /// Its operations.
    pub(super) operations: Vec<Published>,
}

/// An operation as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Published {
    /// In capitals.
    pub(super) method: String,
    /// The template below the API's origin: `/2.0/user`.
    pub(super) path: String,
    pub(super) deprecated: bool,
    pub(super) queries: BTreeSet<String>,
    pub(super) needed_queries: BTreeSet<String>,
    pub(super) body: Option<PublishedBody>,
}

/// A body as it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublishedBody {
    pub(super) needed: bool,
    /// Media types.
    pub(super) media: BTreeSet<String>,
    pub(super) shape: Shape,
}

/// What a body holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Whether it is a list, of which the rest is about the members.
    pub(super) is_list: bool,
    /// Its members; none if the document does not say.
    pub(super) fields: BTreeSet<String>,
    pub(super) needed_fields: BTreeSet<String>,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// Says where and why it is none.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let root: Value = serde_json::from_str(text).context("it is no JSON")?;
        let (format, base) = kind(&root)?;
        let paths = root.get("paths").and_then(Value::as_object);
        let paths = paths.context("it has no object `paths`")?;
        let reader = Reader {
            schemas: Schemas::of(&root),
            root: &root,
        };
        let mut operations = Vec::new();
        for (path, item) in paths {
            let item = item
                .as_object()
                .with_context(|| format!("`paths` → `{path}` is no object"))?;
            for (method, operation) in item
                .iter()
                .filter(|(name, _)| METHODS.contains(&name.as_str()))
            {
                let read = reader.operation(item, operation);
                let read = read.with_context(|| format!("`paths` → `{path}` → `{method}`"))?;
                operations.push(Published {
                    method: method.to_uppercase(),
                    path: format!("{base}{path}"),
                    ..read
                });
            }
        }
        ensure!(!operations.is_empty(), "its `paths` hold no operation");
        Ok(Self { format, operations })
    }
}

/// Which of the two formats it is, and the path in front of all paths.
fn kind(root: &Value) -> anyhow::Result<(String, String)> {
    let text = |name: &str| root.get(name).and_then(Value::as_str);
    if let Some(version) = text("swagger") {
        ensure!(
            version == "2.0",
            "its Swagger version is {version}; 2.0 is understood"
        );
        let base = text("basePath").unwrap_or_default();
        return Ok((
            format!("Swagger {version}"),
            base.trim_end_matches('/').to_owned(),
        ));
    }
    let Some(version) = text("openapi") else {
        bail!("it has neither `swagger` nor `openapi` at its top");
    };
    ensure!(
        version.starts_with("3."),
        "its OpenAPI version is {version}; 3 is understood"
    );
    let server = root.pointer("/servers/0/url").and_then(Value::as_str);
    let server = server.unwrap_or_default();
    let path = match server.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
        None => server,
    };
    Ok((
        format!("OpenAPI {version}"),
        path.trim_end_matches('/').to_owned(),
    ))
}

struct Reader<'a> {
    root: &'a Value,
    schemas: Schemas<'a>,
}

impl Reader<'_> {
    fn operation(&self, item: &Map<String, Value>, operation: &Value) -> anyhow::Result<Published> {
        let mut read = Published {
            method: String::new(),
            path: String::new(),
            deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
            queries: BTreeSet::new(),
            needed_queries: BTreeSet::new(),
            body: None,
        };
        let shared = item.get("parameters");
        let own = operation.get("parameters");
        let lists = [shared, own]
            .into_iter()
            .flatten()
            .filter_map(Value::as_array);
        for parameter in lists.flatten() {
            self.parameter(&mut read, operation, self.schemas.resolved(parameter)?)?;
        }
        if let Some(body) = operation.get("requestBody") {
            read.body = Some(self.body(self.schemas.resolved(body)?)?);
        }
        Ok(read)
    }

    fn parameter(
        &self,
        read: &mut Published,
        operation: &Value,
        parameter: &Value,
    ) -> anyhow::Result<()> {
        let text = |name: &str| parameter.get(name).and_then(Value::as_str);
        let name = text("name").context("a parameter has no name")?.to_owned();
        let needed = parameter.get("required") == Some(&Value::Bool(true));
        match text("in").context("a parameter has no place")? {
            "query" => {
                if needed {
                    read.needed_queries.insert(name.clone());
                }
                read.queries.insert(name);
            }
            "body" => {
                read.body = Some(PublishedBody {
                    needed,
                    media: self.consumed(operation, "application/json"),
                    shape: match parameter.get("schema") {
                        Some(schema) => self.schemas.shape(schema)?,
                        None => Shape::default(),
                    },
                });
            }
            "formData" => {
                let form = "application/x-www-form-urlencoded";
                let body = read.body.get_or_insert_with(|| PublishedBody {
                    needed: false,
                    media: self.consumed(operation, form),
                    shape: Shape::default(),
                });
                if needed {
                    body.needed = true;
                    body.shape.needed_fields.insert(name.clone());
                }
                body.shape.fields.insert(name);
            }
            _ => {}
        }
        Ok(())
    }

    /// The media types that an operation of Swagger 2.0 takes.
    fn consumed(&self, operation: &Value, otherwise: &str) -> BTreeSet<String> {
        let listed = operation
            .get("consumes")
            .or_else(|| self.root.get("consumes"))
            .and_then(Value::as_array);
        let listed = listed.into_iter().flatten().filter_map(Value::as_str);
        let mut media: BTreeSet<String> = listed.map(str::to_owned).collect();
        if media.is_empty() {
            media.insert(otherwise.to_owned());
        }
        media
    }

    fn body(&self, body: &Value) -> anyhow::Result<PublishedBody> {
        let content = body.get("content").and_then(Value::as_object);
        let content = content.context("the body has no `content`")?;
        let mut shape = Shape::default();
        for schema in content.values().filter_map(|media| media.get("schema")) {
            shape = shape.joined(self.schemas.shape(schema)?);
        }
        Ok(PublishedBody {
            needed: body.get("required") == Some(&Value::Bool(true)),
            media: content.keys().cloned().collect(),
            shape,
        })
    }
}
