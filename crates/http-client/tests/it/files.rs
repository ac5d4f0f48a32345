//! Files and folders at a commit: exact request, typed answer.

use bitbucket_api_paths::{CommitSha, FilePath};
use bitbucket_http_client::{
    ApiErrorCause, FileAttribute, Folder, SourceEntry, SourceKind, Sources,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::peer::{Peer, SHA_A, json, rocket};
use crate::sent::{Sent, exchange};

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
            "GET {}?format=meta",
            at("src/a%20b.rs")
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
    assert_eq!(sent, [Sent::bare(format!("GET {}?pagelen=100", at("")))]);
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
    let line = format!("GET {}?max_depth=3&pagelen=100", at("src/deep"));
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
