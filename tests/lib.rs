//! Scenarios across all layers live in `it/`; this library is empty.
