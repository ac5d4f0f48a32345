//! The members of a schema, through references and compositions.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::document::Shape;

/// Deepest nesting that is followed; a schema that is made of itself ends there.
const DEEPEST: usize = 32;

/// The schemas of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schemas<'a> {
    root: &'a Value,
}

impl<'a> Schemas<'a> {
    pub(super) fn of(root: &'a Value) -> Self {
        Self { root }
    }

    /// What a value stands for, if it is a reference into the document; else itself.
    ///
    /// # Errors
    /// When it refers to what is not there, or in a circle.
    pub(super) fn resolved(self, value: &'a Value) -> anyhow::Result<&'a Value> {
        let mut value = value;
        for _ in 0..DEEPEST {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Ok(value);
            };
            let pointer = reference.strip_prefix('#');
            value = pointer
                .and_then(|pointer| self.root.pointer(pointer))
                .with_context(|| format!("`{reference}` leads nowhere"))?;
        }
        anyhow::bail!("a reference leads in a circle")
    }

    /// What a schema holds.
    ///
    /// # Errors
    /// As [`Schemas::resolved`].
    pub(super) fn shape(self, schema: &'a Value) -> anyhow::Result<Shape> {
        self.shape_within(schema, 0)
    }

    fn shape_within(self, schema: &'a Value, depth: usize) -> anyhow::Result<Shape> {
        ensure!(
            depth < DEEPEST,
            "a schema is nested more than {DEEPEST} deep"
        );
        let schema = self.resolved(schema)?;
        if let Some(items) = schema.get("items") {
            let members = self.shape_within(items, depth + 1)?;
            return Ok(Shape {
                is_list: true,
                ..members
            });
        }
        let mut shape = Shape {
            is_list: false,
            fields: names(
                schema
                    .get("properties")
                    .and_then(Value::as_object)
                    .map(|own| own.keys()),
            ),
            needed_fields: BTreeSet::new(),
        };
        let needed = schema.get("required").and_then(Value::as_array);
        let needed = needed.into_iter().flatten().filter_map(Value::as_str);
        shape.needed_fields.extend(needed.map(str::to_owned));
        for composition in ["allOf", "oneOf", "anyOf"] {
            let parts = schema.get(composition).and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                let mut part = self.shape_within(part, depth + 1)?;
                if composition != "allOf" {
                    // One of the others will do.
                    part.needed_fields.clear();
                }
                shape = shape.joined(part);
            }
        }
        Ok(shape)
    }
}

impl Shape {
    /// What either of two holds.
    pub(super) fn joined(mut self, other: Self) -> Self {
        self.is_list |= other.is_list;
        self.fields.extend(other.fields);
        self.needed_fields.extend(other.needed_fields);
        self
    }
}

fn names<'a>(keys: Option<impl Iterator<Item = &'a String>>) -> BTreeSet<String> {
    keys.into_iter().flatten().cloned().collect()
}
