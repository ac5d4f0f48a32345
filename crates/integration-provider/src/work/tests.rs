//! Jobs with mocked neighbours.

mod arrival;
mod assign;
mod build_status;
mod change;
mod comment;
mod deploy;
mod linked_issue;
mod previous;
mod publish;
mod pull_request;
mod pull_request_comment;
mod push;
mod reconcile;
mod resolve;
mod settle;
mod unreadable;
