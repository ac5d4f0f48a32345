//! The way back: from a method and a path to the endpoint they are.

mod values;

use alloc::string::String;
use alloc::vec::Vec;

use thiserror::Error;

use crate::encoding::{Escape, decoded};
use crate::{Endpoint, Method, Operation, ParseError, Query};
use values::{Fault, Value};

/// A method and a path are no endpoint that this crate knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum AddressError {
    /// It does not begin with `/`, or carries a fragment: a whole URL, or no address at all.
    #[error("not a path with an optional query")]
    NotAPath,
    /// A `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
    #[error("percent-encoding broken at byte {position}")]
    Escape {
        /// Byte offset into the text offered.
        position: usize,
    },
    /// No operation has such a path.
    #[error("no operation has this path")]
    UnknownPath,
    /// Operations have this path, but none with this method.
    #[error("no operation with method {method} has this path")]
    UnknownMethod {
        /// The method offered.
        method: Method,
    },
    /// The path is that of an operation, but one of its parameters is not what it should be.
    #[error("parameter {parameter} of {operation} is refused")]
    Parameter {
        /// Id of the operation.
        operation: &'static str,
        /// Name of the parameter in the operation's template.
        parameter: &'static str,
        /// What is wrong with it; the position counts in the decoded parameter.
        source: ParseError,
    },
}

impl AddressError {
    /// Stable name in snake case, fit for a metric label.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPath => "not_a_path",
            Self::Escape { .. } => "escape",
            Self::UnknownPath => "unknown_path",
            Self::UnknownMethod { .. } => "unknown_method",
            Self::Parameter { .. } => "parameter",
        }
    }
}

impl Endpoint {
    /// Recognises a path with an optional query, as it stands in a request line.
    ///
    /// The endpoint is spelled anew: its path and query have this crate's encoding, whatever the encoding of `target`. Where
    /// Bitbucket's own links leave the `/` of a branch bare (`…/refs/branches/feature/x`), it is taken for part of the name.
    ///
    /// # Errors
    /// [`AddressError`] by cause.
    pub fn parse(method: Method, target: &str) -> Result<Self, AddressError> {
        let (path, query) = target
            .split_once('?')
            .map_or((target, None), |(path, query)| (path, Some(query)));
        if !path.starts_with('/') || target.contains('#') {
            return Err(AddressError::NotAPath);
        }
        let endpoint = recognise(method, path)?;
        match query {
            Some(query) => Ok(endpoint.with_query(read_query(query, path.len() + 1)?)),
            None => Ok(endpoint),
        }
    }

    /// The parameters of the path by their names in the template, decoded: `("repo_slug", "rocket")`.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let captures = self.operation().parts().captures(self.path());
        self.operation()
            .parameters()
            .enumerate()
            .filter_map(move |(index, name)| {
                let text = captures?.texts().get(index).copied()?;
                Some((name, decoded(text).ok()?.into_owned()))
            })
    }
}

fn recognise(method: Method, path: &str) -> Result<Endpoint, AddressError> {
    let mut finding = AddressError::UnknownPath;
    for operation in Operation::all() {
        let Some(captures) = operation.parts().captures(path) else {
            continue;
        };
        if operation.method() != method {
            if finding == AddressError::UnknownPath {
                finding = AddressError::UnknownMethod { method };
            }
            continue;
        }
        match fill(operation, captures.texts()) {
            Ok(endpoint) => return Ok(endpoint),
            Err((parameter, Fault::Refused(source))) => {
                finding = AddressError::Parameter {
                    operation: operation.id(),
                    parameter,
                    source,
                };
            }
            Err((_, Fault::Escape(text, Escape { position }))) => {
                finding = AddressError::Escape {
                    position: offset(path, text) + position,
                };
            }
        }
    }
    Err(finding)
}

/// Where `part`, a slice of `whole`, begins in it.
fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr())
}

fn fill<'p>(
    operation: &'static Operation,
    texts: &[&'p str],
) -> Result<Endpoint, (&'static str, Fault<'p>)> {
    let mut values = Vec::with_capacity(texts.len());
    for (name, text) in operation.parameters().zip(texts) {
        values.push(Value::read(operation.template(), name, text).map_err(|fault| (name, fault))?);
    }
    values::settle(&mut values).map_err(|source| ("repo_slug", Fault::Refused(source)))?;
    let parts: Vec<_> = values.iter().map(Value::part).collect();
    Ok(Endpoint::spell(operation, &parts))
}

fn read_query(text: &str, offset: usize) -> Result<Query, AddressError> {
    Query::parse(text).map_err(|Escape { position }| AddressError::Escape {
        position: offset + position,
    })
}
