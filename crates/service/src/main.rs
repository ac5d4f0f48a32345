//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    bitbucket_integration::cli::run()
}
