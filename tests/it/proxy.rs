//! A service whose only way out is a proxy.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::world::{commit, scenario_with};

/// Makes tunnels for those who know the password; remembers whereto, and with which credential.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heads = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, Arc::clone(&heads)));
            }
        });
        Self { port, asked, task }
    }

    /// The requests so far, each a head.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn tunnel(mut client: TcpStream, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    let target = head.split(' ').nth(1).unwrap().to_owned();
    let Ok(mut peer) = TcpStream::connect(target).await else {
        return;
    };
    let made = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    if made.await.is_ok() {
        let _ended = copy_bidirectional(&mut client, &mut peer).await;
    }
}

#[tokio::test]
async fn everything_goes_through_the_proxy_where_there_is_one() {
    let (proxy, folder) = (Proxy::start().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("proxy");
    std::fs::write(
        &file,
        format!("http://ann:s3cret-pass@127.0.0.1:{}\n", proxy.port),
    )
    .unwrap();
    let configuration = format!("[proxy]\nurl_file = {:?}\n", file.display().to_string());
    scenario_with(&configuration, async |w| {
        w.connect("acme").await;
        let rocket = w.follow("acme/rocket").await;
        rocket.push([commit("a1", "Fixes ROCKET-1A")]).await;
        w.settles().await;
    })
    .await;
    let asked = proxy.asked();
    let mut targets: Vec<&str> = asked
        .iter()
        .filter_map(|head| head.split(' ').nth(1))
        .collect();
    targets.sort_unstable();
    targets.dedup();
    assert_eq!(targets.len(), 2, "Bitbucket and the tracker: {targets:?}");
    for head in &asked {
        assert!(head.starts_with("CONNECT 127.0.0.1:"), "{head}");
        // `ann:s3cret-pass`
        assert!(
            head.contains("\r\nProxy-Authorization: Basic YW5uOnMzY3JldC1wYXNz\r\n"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn what_is_excepted_is_reached_directly() {
    let (proxy, folder) = (Proxy::start().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("proxy");
    std::fs::write(&file, format!("http://127.0.0.1:{}\n", proxy.port)).unwrap();
    let configuration = format!(
        "[proxy]\nurl_file = {:?}\nexcept = \"127.0.0.0/8\"\n",
        file.display().to_string()
    );
    scenario_with(&configuration, async |w| {
        w.connect("acme").await;
    })
    .await;
    assert_eq!(proxy.asked(), Vec::<String>::new());
}
