//! Changed files as compact JSON: `[["a","new.rs"],["m","old.rs"],["d","gone.rs"],["r","to.rs","from.rs"]]`.

use bitbucket_http_client::{ChangeKind, FileChange};

/// The changed files as they are stored.
pub(crate) fn encode(changes: &[FileChange]) -> Result<String, serde_json::Error> {
    let rows: Vec<_> = changes.iter().map(row).collect();
    serde_json::to_string(&rows)
}

/// The changed files that were stored; `None` when the text holds anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<FileChange>> {
    let rows: Vec<Vec<String>> = serde_json::from_str(text).ok()?;
    rows.into_iter().map(change).collect()
}

fn row(change: &FileChange) -> Vec<&str> {
    let path = change.path.as_str();
    match &change.kind {
        ChangeKind::Added => vec!["a", path],
        ChangeKind::Modified => vec!["m", path],
        ChangeKind::Removed => vec!["d", path],
        ChangeKind::Renamed { from } => vec!["r", path, from],
    }
}

fn change(row: Vec<String>) -> Option<FileChange> {
    let mut fields = row.into_iter();
    let (word, path) = (fields.next()?, fields.next()?);
    let kind = match (word.as_str(), fields.next()) {
        ("a", None) => ChangeKind::Added,
        ("m", None) => ChangeKind::Modified,
        ("d", None) => ChangeKind::Removed,
        ("r", Some(from)) => ChangeKind::Renamed { from },
        _ => return None,
    };
    Some(FileChange { path, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stays_as_it_is() {
        let changes = [
            FileChange {
                path: "new.rs".into(),
                kind: ChangeKind::Added,
            },
            FileChange {
                path: "a \"b\".rs".into(),
                kind: ChangeKind::Modified,
            },
            FileChange {
                path: "gone.rs".into(),
                kind: ChangeKind::Removed,
            },
            FileChange {
                path: "to.rs".into(),
                kind: ChangeKind::Renamed {
                    from: "from.rs".into(),
                },
            },
        ];
        let text = encode(&changes).unwrap();
        assert_eq!(
            text,
            r#"[["a","new.rs"],["m","a \"b\".rs"],["d","gone.rs"],["r","to.rs","from.rs"]]"#
        );
        assert_eq!(decode(&text), Some(changes.to_vec()));
    }

    #[test]
    fn other_texts_are_no_changes() {
        for text in [
            "",
            "{}",
            r#"[["x","a"]]"#,
            r#"[["r","a"]]"#,
            r#"[["a"]]"#,
            r#"[["a","b","c"]]"#,
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
