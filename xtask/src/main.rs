//! Every chore of the workspace as one command.
fn main() {}
