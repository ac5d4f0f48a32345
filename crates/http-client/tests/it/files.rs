//! Files and folders at a commit: exact request, typed answer.

use bitbucket_api_paths::{CommitSha, DiffSpec, FilePath};
use bitbucket_http_client::diff::{DiffKind, DiffReader};
use bitbucket_http_client::{
    ApiErrorCause, DiffOptions, Diffs, FileAttribute, Folder, SourceEntry, SourceKind, Sources,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::peer::{Peer, SHA_A, json, rocket};
use crate::sent::{self, SOURCE, Sent, exchange};

fn at(rest: &str) -> String {
    format!("/2.0/repositories/acme/rocket/src/{SHA_A}/{rest}")
}

fn sha() -> CommitSha {
    CommitSha::parse(SHA_A).unwrap()
}

fn path(text: &str) -> FilePath {
    FilePath::parse(text).unwrap()
}

fn file() -> Value {
    json!({
        "type": "commit_file", "path": "src/a b.rs", "size": 12, "mimetype": "text/rust",
        "attributes": ["executable", "sparkling"], "escaped_path": "src/a b.rs",
        "commit": {"type": "commit", "hash": SHA_A, "links": {}},
        "links": {"self": {"href": "x"}, "meta": {"href": "y"}, "history": {"href": "z"}},
    })
}

#[tokio::test]
async fn a_file_is_told_without_its_content() {
    let (sent, entry) = exchange(json(file()), async |client| {
        client
            .source_entry(&rocket(), &sha(), &path("src/a b.rs"))
            .await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET {}?format=meta&{}",
            at("src/a%20b.rs"),
            sent::one(SOURCE)
        ))]
    );
    assert_eq!(
        (entry.path.as_str(), &entry.kind),
        ("src/a b.rs", &SourceKind::File)
    );
    assert_eq!(
        (entry.size, entry.media_type.as_deref()),
        (Some(12), Some("text/rust"))
    );
    assert_eq!(
        entry.attributes,
        [
            FileAttribute::Executable,
            FileAttribute::Other("sparkling".to_owned())
        ]
    );
    assert_eq!(entry.commit, Some(sha()));
}

#[tokio::test]
async fn folders_are_listed_from_the_root_or_below_as_deep_as_asked() {
    let directory = json!({"type": "commit_directory", "path": "src", "size": 0, "commit": null});
    let page = json!({"values": [directory, file(), {"type": "commit_spaceship", "path": "x"}]});
    let (sent, listing) = exchange(json(page.clone()), async |client| {
        client
            .directory(&rocket(), &sha(), &Folder::default(), 10)
            .await
    })
    .await;
    assert_eq!(
        sent,
        [Sent::bare(format!(
            "GET {}?pagelen=100&{}",
            at(""),
            sent::page(SOURCE)
        ))]
    );
    let told = |entry: &SourceEntry| (entry.path.clone(), entry.kind.clone(), entry.size);
    let told: Vec<_> = listing.values.iter().map(told).collect();
    assert_eq!(
        told,
        [
            ("src".to_owned(), SourceKind::Directory, None),
            ("src/a b.rs".to_owned(), SourceKind::File, Some(12)),
            (
                "x".to_owned(),
                SourceKind::Other("commit_spaceship".to_owned()),
                None
            ),
        ]
    );

    let (sent, _) = exchange(json(page), async |client| {
        let folder = Folder {
            path: Some(path("src/deep")),
            depth: Some(3),
        };
        client.directory(&rocket(), &sha(), &folder, 10).await
    })
    .await;
    let line = format!(
        "GET {}?max_depth=3&pagelen=100&{}",
        at("src/deep"),
        sent::page(SOURCE)
    );
    assert_eq!(sent, [Sent::bare(line)]);
}

#[tokio::test]
async fn a_file_where_a_folder_was_meant_is_no_listing() {
    let peer = Peer::start().await;
    let content = ResponseTemplate::new(200).set_body_bytes(b"fn main() {}".to_vec());
    peer.on("GET", &at("main.rs"), content).await;
    let folder = Folder {
        path: Some(path("main.rs")),
        depth: None,
    };
    let error = peer
        .client()
        .directory(&rocket(), &sha(), &folder, 10)
        .await
        .unwrap_err();
    assert!(matches!(error.cause(), ApiErrorCause::Unreadable { .. }));
}

#[tokio::test]
async fn diffs_patches_and_files_arrive_as_bytes_and_their_files_are_read_on_the_way() {
    let peer = Peer::start().await;
    let repository = "/2.0/repositories/acme/rocket";
    let diff =
        b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\xff\n+\xfe\n";
    let bytes = |bytes: &[u8]| ResponseTemplate::new(200).set_body_bytes(bytes.to_vec());
    peer.on("GET", &format!("{repository}/diff/{SHA_A}"), bytes(diff))
        .await;
    peer.on(
        "GET",
        &format!("{repository}/patch/{SHA_A}"),
        bytes(b"From 1a2b\n"),
    )
    .await;
    peer.on("GET", &at("big.bin"), bytes(b"\x00\xff")).await;
    let client = peer.client();
    let spec = DiffSpec::Commit(sha());

    let mut answer = client
        .diff(&rocket(), &spec, &DiffOptions::default())
        .await
        .unwrap();
    let (mut reader, mut files, mut whole) = (DiffReader::new(), Vec::new(), Vec::new());
    while let Some(piece) = answer.piece().await.unwrap() {
        reader.push(&piece, &mut |file| files.push(file));
        whole.extend_from_slice(&piece);
    }
    reader.finish(&mut |file| files.push(file));
    assert_eq!(whole, diff);
    assert_eq!(
        (files.len(), files[0].kind, files[0].new_path.as_deref()),
        (1, DiffKind::Modified, Some(&b"x"[..]))
    );

    let patch = client.patch(&rocket(), &spec).await.unwrap();
    assert_eq!(
        patch.collect_up_to(99).await.unwrap().as_ref(),
        b"From 1a2b\n"
    );
    let file = client
        .source_stream(&rocket(), &sha(), &path("big.bin"))
        .await
        .unwrap();
    assert_eq!(file.collect_up_to(99).await.unwrap().as_ref(), b"\x00\xff");
}

#[tokio::test]
async fn a_diff_that_takes_bitbucket_too_long_says_so() {
    let peer = Peer::start().await;
    let at = format!("/2.0/repositories/acme/rocket/diff/{SHA_A}");
    peer.on("GET", &at, ResponseTemplate::new(555)).await;
    let spec = DiffSpec::Commit(sha());
    let error = peer
        .client()
        .diff(&rocket(), &spec, &DiffOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.cause(), &ApiErrorCause::TooCostly);
}
