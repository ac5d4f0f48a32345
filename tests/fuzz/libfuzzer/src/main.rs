//! libFuzzer around one of the targets: the one that the environment variable `FUZZ_TARGET` names.
#![no_main]

use std::sync::OnceLock;

use fuzz_targets::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<&Target> = OnceLock::new();

fn chosen() -> &'static Target {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        panic!("FUZZ_TARGET is {name:?}, which is no target; `cargo xtask fuzz --list` shows them");
    };
    target
}

fuzz_target!(|data: &[u8]| (CHOSEN.get_or_init(chosen).check)(data));
