//! Each input kept in `corpus/` is tried on its target: seeds, and whatever once failed.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fuzz_targets::TARGETS;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names in a folder, without what follows the dot.
fn names(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    entries
        .map(|entry| name(entry.unwrap()))
        .map(|name| name.split('.').next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_input_that_is_kept_holds() {
    for target in TARGETS {
        let inputs = folder("corpus").join(target.name);
        let mut tried = 0;
        for input in fs::read_dir(inputs).unwrap() {
            let path = input.unwrap().path();
            // Shown only when the next line panics.
            eprintln!("{}", path.display());
            (target.check)(&fs::read(path).unwrap());
            tried += 1;
        }
        assert!(tried >= 3, "{} has too few seeds", target.name);
    }
}

/// Whatever the seeds are, their prefixes and neighbours are inputs that nobody wrote.
#[test]
fn what_is_near_a_seed_holds_too() {
    for target in TARGETS {
        for input in fs::read_dir(folder("corpus").join(target.name)).unwrap() {
            let seed = fs::read(input.unwrap().path()).unwrap();
            for cut in (0..seed.len()).step_by(7) {
                (target.check)(&seed[..cut]);
                let mut other = seed.clone();
                other[cut] ^= 1;
                (target.check)(&other);
            }
        }
    }
}

#[test]
fn list_sources_and_seeds_name_the_same_targets() {
    let listed: BTreeSet<_> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    assert_eq!(listed.len(), TARGETS.len());
    assert_eq!(names(&folder("src/targets")), listed);
    assert_eq!(names(&folder("corpus")), listed);
}
