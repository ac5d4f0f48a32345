//! The diff reader against git itself: generated repositories with nasty names and contents, and what git says changed.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use bitbucket_http_client::diff::{DiffFile, DiffKind, files_of_diff};
use proptest::prelude::*;

/// The files of one state: name, content, whether executable.
type Files = BTreeMap<Vec<u8>, (Vec<u8>, bool)>;

struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "--quiet"], b"");
        repository
    }

    fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut running = Command::new("git")
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        running.stdin.take().unwrap().write_all(input).unwrap();
        let done = running.wait_with_output().unwrap();
        assert!(
            done.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        done.stdout
    }

    /// Writes a tree that holds exactly these files; gives its id.
    fn tree(&self, files: &Files) -> String {
        let mut index = Vec::new();
        for (number, (name, (content, executable))) in files.iter().enumerate() {
            let file = format!("content-{number}");
            std::fs::write(self.0.path().join(&file), content).unwrap();
            let id = self.git(&["hash-object", "-w", "--no-filters", &file], b"");
            let mode = if *executable { "100755" } else { "100644" };
            index.extend_from_slice(
                format!("{mode} {}\t", String::from_utf8_lossy(&id).trim()).as_bytes(),
            );
            index.extend_from_slice(name);
            index.push(0);
        }
        self.git(&["read-tree", "--empty"], b"");
        self.git(&["update-index", "-z", "--index-info"], &index);
        String::from_utf8(self.git(&["write-tree"], b""))
            .unwrap()
            .trim()
            .to_owned()
    }
}

/// What `git diff --name-status -z` says: `(letter, old path, new path)`.
fn name_status(output: &[u8]) -> Vec<(u8, Vec<u8>, Vec<u8>)> {
    let mut fields = output
        .split(|byte| *byte == 0)
        .filter(|field| !field.is_empty());
    let mut changes = Vec::new();
    while let Some(status) = fields.next() {
        let first = fields.next().unwrap().to_vec();
        let second = if matches!(status[0], b'R' | b'C') {
            fields.next().unwrap().to_vec()
        } else {
            first.clone()
        };
        changes.push((status[0], first, second));
    }
    changes
}

fn told(file: DiffFile) -> (u8, Vec<u8>, Vec<u8>) {
    let letter = match file.kind {
        DiffKind::Added => b'A',
        DiffKind::Modified => b'M',
        DiffKind::Removed => b'D',
        DiffKind::Renamed => b'R',
        DiffKind::Copied => b'C',
    };
    let first = file
        .old_path
        .clone()
        .or_else(|| file.new_path.clone())
        .unwrap();
    let second = file.new_path.or(file.old_path).unwrap();
    (letter, first, second)
}

/// Pieces of names that have to be quoted, or look like something else.
const NASTY: &[&[u8]] = &[
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"\"",
    b"\\",
    b"\xff",
    b"\x01",
    "é".as_bytes(),
    b" b/",
    b"a/",
    b" => ",
    b"{x}",
    b"\x7f",
    b"-",
];

/// Lines that look like something else.
const TREACHEROUS: &[&[u8]] = &[
    b"diff --git a/x b/x\n",
    b"--- a/x\n",
    b"+++ b/x\n",
    b"@@ -1 +1 @@\n",
    b"rename from x\r\n",
    b"\n",
    b"\r\n",
    b"no line end",
    b"\0\xff binary\n",
    b"\\ No newline at end of file\n",
];

fn name() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[a-c]{1,2}".prop_map(String::into_bytes),
        proptest::sample::select(NASTY).prop_map(<[u8]>::to_vec),
    ];
    // Git refuses some names, such as those with empty segments; an own first and last letter keeps away from them.
    proptest::collection::vec(piece, 1..5)
        .prop_map(|pieces| [b"n".to_vec(), pieces.concat(), b"z".to_vec()].concat())
        .prop_filter("a file cannot be a folder as well", |name| {
            !name.windows(2).any(|pair| pair == b"//")
        })
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        "[a-z ]{0,12}\n".prop_map(String::into_bytes),
        proptest::sample::select(TREACHEROUS).prop_map(<[u8]>::to_vec),
    ];
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

fn files() -> impl Strategy<Value = Files> {
    proptest::collection::btree_map(name(), (content(), any::<bool>()), 0..6).prop_map(
        |mut files| {
            let names: Vec<_> = files.keys().cloned().collect();
            // A file cannot be a folder as well.
            files.retain(|name, _| {
                !names
                    .iter()
                    .any(|other| other != name && is_below(other, name))
            });
            files
        },
    )
}

fn is_below(path: &[u8], folder: &[u8]) -> bool {
    Path::new(OsStr::from_bytes(path)).starts_with(Path::new(OsStr::from_bytes(folder)))
}

/// Two states that share some files: unchanged, changed, moved, gone.
fn states() -> impl Strategy<Value = (Files, Files)> {
    (files(), files(), any::<u8>()).prop_map(|(old, other, choice)| {
        let mut new = other;
        for (number, (name, state)) in old.iter().enumerate() {
            let moved = [name.as_slice(), b"m"].concat();
            let target = match choice.rotate_left(u32::try_from(number).unwrap()) & 3 {
                0 => continue,
                1 => name.clone(),
                _ => moved,
            };
            let fits = new
                .keys()
                .all(|there| !is_below(there, &target) && !is_below(&target, there));
            if fits {
                new.insert(target, state.clone());
            }
        }
        (old, new)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_files_are_those_that_git_names((old, new) in states()) {
        let repository = Repository::new();
        let (old, new) = (repository.tree(&old), repository.tree(&new));
        for options in [&["--find-renames"][..], &["--no-renames"], &["--find-copies-harder", "--binary"]] {
            let diff = repository.git(&[&["diff", &old, &new][..], options].concat(), b"");
            let status = repository.git(&[&["diff", "--name-status", "-z", &old, &new][..], options].concat(), b"");
            let mut read: Vec<_> = files_of_diff(&diff).into_iter().map(told).collect();
            let mut expected = name_status(&status);
            read.sort();
            expected.sort();
            prop_assert_eq!(read, expected, "{}", String::from_utf8_lossy(&diff));
        }
    }
}

#[test]
fn a_submodule_and_a_change_of_type_are_told_as_git_shows_them() {
    let repository = Repository::new();
    let blob =
        String::from_utf8(repository.git(&["hash-object", "-w", "--stdin"], b"target")).unwrap();
    let tree = |entries: &str| {
        repository.git(&["read-tree", "--empty"], b"");
        repository.git(&["update-index", "--index-info"], entries.as_bytes());
        String::from_utf8(repository.git(&["write-tree"], b""))
            .unwrap()
            .trim()
            .to_owned()
    };
    let old = tree(&format!(
        "160000 {}\tsub\n100644 {}\tlink\n",
        "1".repeat(40),
        blob.trim()
    ));
    let new = tree(&format!(
        "160000 {}\tsub\n120000 {}\tlink\n",
        "2".repeat(40),
        blob.trim()
    ));
    let files = files_of_diff(&repository.git(&["diff", &old, &new], b""));
    let shown: Vec<_> = files
        .iter()
        .map(|file| (file.kind, file.submodule))
        .collect();
    assert_eq!(
        shown,
        [
            (DiffKind::Removed, false),
            (DiffKind::Added, false),
            (DiffKind::Modified, true)
        ]
    );
}

#[test]
fn a_merge_shown_combined_names_its_files() {
    let repository = Repository::new();
    let commit = |content: &[u8], parents: &[&str]| {
        let tree = repository.tree(&Files::from([(
            b"a \"file\"".to_vec(),
            (content.to_vec(), false),
        )]));
        let identity = [
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@acme.example",
            "commit-tree",
            "-m",
            "x",
        ];
        let parents = parents.iter().flat_map(|parent| ["-p", *parent]);
        let arguments: Vec<_> = identity
            .into_iter()
            .chain(parents)
            .chain([tree.as_str()])
            .collect();
        String::from_utf8(repository.git(&arguments, b""))
            .unwrap()
            .trim()
            .to_owned()
    };
    let base = commit(b"1\n2\n3\n", &[]);
    let ours = commit(b"ours\n2\n3\n", &[&base]);
    let theirs = commit(b"theirs\n2\n3\n", &[&base]);
    let merge = commit(b"both\n2\n3\n", &[&ours, &theirs]);
    for form in ["--cc", "-c"] {
        let files = files_of_diff(&repository.git(&["diff-tree", "-p", form, &merge], b""));
        assert_eq!(files.len(), 1);
        assert_eq!(
            (files[0].kind, files[0].new_path.as_deref()),
            (DiffKind::Modified, Some(&b"a \"file\""[..]))
        );
    }
}
