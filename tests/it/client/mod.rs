//! The client of Bitbucket against the stand-in, over HTTP, capability by capability: what is asked means the same on both sides,
//! which were written apart from each other.

mod access;
mod changes;
mod faults;
mod hooks;
mod insights;
mod issues;
mod limits;
mod oauth;
mod offered;
mod peer;
mod pull_requests;
mod repositories;
mod sources;
