//! Jobs with mocked neighbours.

mod comment;
mod publish;
mod push;
mod resolve;
mod settle;
