//! Taking in a webhook delivery: raw, then verified, then durable. Only a verified delivery is read.

mod raw;
mod receive;
mod verify;

pub use raw::{DeliveryHeaders, RawDelivery, Road};
pub use receive::{Received, RefusedDelivery};

#[cfg(test)]
mod tests;
