//! Jobs with mocked neighbours.

mod change;
mod comment;
mod deploy;
mod previous;
mod publish;
mod pull_request;
mod pull_request_comment;
mod push;
mod reconcile;
mod resolve;
mod settle;
