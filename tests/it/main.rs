//! Scenarios across all layers.
