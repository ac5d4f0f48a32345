//! Files and folders at a commit.

use bitbucket_api_paths::FilePath;
use bitbucket_http_client::{ApiErrorCause, FileAttribute, Folder, SourceKind, Sources as _};
use bitbucket_simulator::{
    acme,
    control::{NewCommit, Push},
    world::FileChange,
};

use super::peer::{Peer, in_pages_of_every_length, rocket, sha};

const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";

async fn with_files() -> Peer {
    let peer = Peer::start().await;
    let files = [
        FileChange::written("src/a #?%.rs", "fn main() {}\n"),
        FileChange::written("big.bin", POINTER),
        FileChange::added("src/deep/x.rs"),
    ];
    let commit = NewCommit::new("f1", "x").files(files);
    peer.push(Push::to(acme::REPOSITORY).commits("main", [commit]))
        .await;
    peer
}

fn path(text: &str) -> FilePath {
    FilePath::parse(text).unwrap()
}

#[tokio::test]
async fn a_file_is_read_whole_and_as_a_stream_whatever_its_name() {
    let peer = with_files().await;
    let client = peer.client();
    let odd = path("src/a #?%.rs");
    let whole = client
        .source_file(&rocket(), &sha("f1"), &odd)
        .await
        .unwrap();
    assert_eq!(whole, "fn main() {}\n");
    let stream = client
        .source_stream(&rocket(), &sha("f1"), &odd)
        .await
        .unwrap();
    assert_eq!(stream.headers["content-type"], "text/plain");
    assert_eq!(stream.collect_up_to(100).await.unwrap(), whole);
    let entry = client
        .source_entry(&rocket(), &sha("f1"), &odd)
        .await
        .unwrap();
    assert_eq!(
        (entry.kind, entry.size, entry.commit),
        (SourceKind::File, Some(13), Some(sha("f1")))
    );
}

#[tokio::test]
async fn whether_a_file_is_there_is_asked_without_its_content() {
    let peer = with_files().await;
    let client = peer.client();
    let exists = async |name: &str| {
        client
            .source_exists(&rocket(), &sha("f1"), &path(name))
            .await
    };
    assert_eq!(exists("README.md").await, Ok(true));
    assert_eq!(exists("src/deep").await, Ok(true));
    assert_eq!(exists("README").await, Ok(false));
    assert_eq!(exists("big.bin").await, Ok(true));
    assert!(peer.asked().iter().all(|one| one.method == "HEAD"));
}

#[tokio::test]
async fn a_file_in_lfs_is_told_apart() {
    let peer = with_files().await;
    let client = peer.client();
    let entry = client
        .source_entry(&rocket(), &sha("f1"), &path("big.bin"))
        .await
        .unwrap();
    assert_eq!(entry.attributes, [FileAttribute::Lfs]);
}

#[tokio::test]
async fn folders_are_listed_and_end_where_they_end() {
    let peer = with_files().await;
    let client = peer.client();
    let listed = async |folder: Option<&str>, depth: Option<u32>| {
        let folder = Folder {
            path: folder.map(path),
            depth,
        };
        let listed = client
            .directory(&rocket(), &sha("f1"), &folder, 100)
            .await
            .unwrap();
        let names = listed
            .values
            .into_iter()
            .map(|entry| (entry.kind, entry.path));
        names.collect::<Vec<_>>()
    };
    let file = |name: &str| (SourceKind::File, name.to_owned());
    let folder = |name: &str| (SourceKind::Directory, name.to_owned());
    let requests = in_pages_of_every_length(&peer, async || {
        assert_eq!(
            listed(None, None).await,
            [file("README.md"), file("big.bin"), folder("src")]
        );
    })
    .await;
    assert_eq!(requests, [3, 2, 1]);
    assert_eq!(
        listed(Some("src/deep"), None).await,
        [file("src/deep/x.rs")]
    );
    let both = listed(Some("src"), Some(2)).await;
    assert_eq!(both.last(), Some(&file("src/deep/x.rs")));
    let nothing = Folder {
        path: Some(path("none")),
        depth: None,
    };
    let error = client
        .directory(&rocket(), &sha("f1"), &nothing, 1)
        .await
        .unwrap_err();
    assert_eq!(*error.cause(), ApiErrorCause::NotFound);
    assert_eq!(
        error.peer_message(),
        Some("No such file or directory: none")
    );
}
