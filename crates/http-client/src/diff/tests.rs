//! Diffs as git writes them, cut anywhere, and anything else.

use proptest::prelude::*;

use super::*;
use crate::model::{ChangeKind, FileChange};

fn told(diff: &[u8]) -> Vec<String> {
    files_of_diff(diff).iter().map(tell).collect()
}

fn tell(file: &DiffFile) -> String {
    let path = |path: &Option<Vec<u8>>| {
        path.as_ref().map_or_else(
            || "-".to_owned(),
            |path| String::from_utf8_lossy(path).escape_debug().to_string(),
        )
    };
    let flags = [
        (file.binary, " binary"),
        (file.mode_changed, " mode"),
        (file.submodule, " submodule"),
    ];
    let flags: String = flags
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, name)| *name)
        .collect();
    format!(
        "{:?} {} {}{flags}",
        file.kind,
        path(&file.old_path),
        path(&file.new_path)
    )
}

const SAMPLE: &str = "diff --git a/added b/added\nnew file mode 100644\nindex 0000000..257cc56\n--- /dev/null\n+++ b/added\n\
@@ -0,0 +1 @@\n+foo\n\
diff --git a/gone b/gone\ndeleted file mode 100644\nindex 257cc56..0000000\n--- a/gone\n+++ /dev/null\n\
@@ -1 +0,0 @@\n-foo\n\\ No newline at end of file\n\
diff --git a/with space b/with space\nindex 1..2 100644\n--- a/with space\t\n+++ b/with space\t\n\
@@ -1,2 +1,2 @@ fn x\n-diff --git a/fake b/fake\n+--- a/fake\n diff --git a/fake b/fake\n\
diff --git a/old name b/new\nsimilarity index 90%\nrename from old name\nrename to new\nindex 1..2 100644\n\
--- a/old name\t\n+++ b/new\n@@ -1 +1 @@\n-a\n+b\n\
diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n\
diff --git a/script b/script\nold mode 100644\nnew mode 100755\n\
diff --git \"a/tab\\there\\303\\251\\\"\" \"b/tab\\there\\303\\251\\\"\"\nindex 1..2 100644\n\
--- \"a/tab\\there\\303\\251\\\"\"\n+++ \"b/tab\\there\\303\\251\\\"\"\n@@ -1 +1 @@\n-a\n+b\n\
diff --git a/logo.png b/logo.png\nindex 1..2 100644\nBinary files a/logo.png and b/logo.png differ\n\
diff --git a/blob b/blob\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\nliteral 3\nKcmZQzWMT#Y01f~L\n\n\
diff --git a/empty b/empty\nnew file mode 100644\nindex 0000000..e69de29\n\
diff --git a/sub b/sub\nindex 1..2 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n";

const TOLD: [&str; 11] = [
    "Added - added",
    "Removed gone -",
    "Modified with space with space",
    "Renamed old name new",
    "Copied x y",
    "Modified script script mode",
    "Modified tab\\thereé\\\" tab\\thereé\\\"",
    "Modified logo.png logo.png binary",
    "Modified blob blob binary",
    "Added - empty",
    "Modified sub sub submodule",
];

#[test]
fn every_kind_of_file_is_told() {
    assert_eq!(told(SAMPLE.as_bytes()), TOLD);
}

#[test]
fn a_diff_is_read_whatever_its_line_ends() {
    assert_eq!(told(SAMPLE.replace('\n', "\r\n").as_bytes()), TOLD);
}

#[test]
fn a_combined_diff_names_its_files() {
    let diff = "diff --cc a file\nindex 1,2..3\n--- a/a file\t\n+++ b/a file\t\n@@@ -1,1 -1,1 +1,2 @@@\n- a\n -b\n++c\n\
                diff --combined new\nindex 1,2..3\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@@ -0,0 -0,0 +1,1 @@@\n++c\n\
                diff --cc gone\nindex 1,2..0\ndeleted file mode 100644,100644\n--- a/gone\n+++ /dev/null\n\
                diff --cc script\nindex 1,2..3\nmode 100644,100644..100755\n";
    assert_eq!(
        told(diff.as_bytes()),
        [
            "Modified a file a file",
            "Added - new",
            "Removed gone -",
            "Modified script script mode"
        ]
    );
}

#[test]
fn a_path_that_is_no_text_is_kept_as_it_is() {
    let files = files_of_diff(
        b"diff --git \"a/\\377\\001\" \"b/\\377\\001\"\nold mode 100644\nnew mode 100755\n",
    );
    assert_eq!(files[0].new_path.as_deref(), Some(&b"\xff\x01"[..]));
    let raw = files_of_diff(b"diff --git a/\xe9 b/\xe9\nold mode 100644\nnew mode 100755\n");
    assert_eq!(raw[0].new_path.as_deref(), Some(&b"\xe9"[..]));
    assert_eq!(
        raw[0].changes(Renames::Kept),
        [FileChange::new("\u{fffd}", ChangeKind::Modified)]
    );
}

#[test]
fn a_rename_is_one_change_or_two() {
    let files =
        files_of_diff(b"diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n");
    let renamed = FileChange::new(
        "y",
        ChangeKind::Renamed {
            from: "x".to_owned(),
        },
    );
    assert_eq!(files[0].changes(Renames::Kept), [renamed]);
    let split = [
        FileChange::new("x", ChangeKind::Removed),
        FileChange::new("y", ChangeKind::Added),
    ];
    assert_eq!(files[0].changes(Renames::Split), split);
}

#[test]
fn what_is_no_diff_names_no_file() {
    for text in [
        "",
        "\n",
        "<html>",
        "diff --",
        "diff --unknown x\n--- a/x\n+++ b/x\n",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
    ] {
        assert_eq!(told(text.as_bytes()), [""; 0], "{text}");
    }
}

#[test]
fn a_header_line_without_end_is_not_kept_in_full() {
    let mut reader = DiffReader::new();
    reader.push(b"diff --git a/x b/x\nrename from ", &mut |_| {});
    for _ in 0..1_000 {
        reader.push(&[b'x'; 1_000], &mut |_| {});
    }
    assert_eq!(reader.line.len(), MAX_LINE);
}

proptest! {
    #[test]
    fn the_files_do_not_depend_on_where_the_pieces_end(cuts in proptest::collection::vec(0..SAMPLE.len(), 0..40)) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        let mut files = Vec::new();
        let mut reader = DiffReader::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([SAMPLE.len()]) {
            reader.push(&SAMPLE.as_bytes()[from..cut], &mut |file| files.push(tell(&file)));
            from = cut;
        }
        reader.finish(&mut |file| files.push(tell(&file)));
        prop_assert_eq!(files, TOLD);
    }

    #[test]
    fn a_diff_cut_short_names_the_files_before_the_cut(cut in 0..SAMPLE.len()) {
        let files = told(&SAMPLE.as_bytes()[..cut]);
        let whole = files.len().saturating_sub(1);
        prop_assert_eq!(&files[..whole], &TOLD[..whole]);
    }

    #[test]
    fn anything_is_read_without_panic(text in "(diff --git |--- |\\+\\+\\+ |rename from |@@|\"|\\\\[0-9a-z]|a/|b/|[ \t\r\n]|\\PC){0,60}") {
        let _ = files_of_diff(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = files_of_diff(&bytes);
    }
}
