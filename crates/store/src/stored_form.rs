//! How structured values are written into a column, the same in every engine. Each form is stored: it may grow, never change.

pub(crate) mod changes;
pub(crate) mod credential;
