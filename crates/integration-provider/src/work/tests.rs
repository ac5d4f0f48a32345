//! Jobs with mocked neighbours.

mod change;
mod comment;
mod publish;
mod push;
mod resolve;
mod settle;
