//! Traces on their way to a collector.

#![cfg(all(feature = "otel", unix))]
#![expect(clippy::unwrap_used, reason = "what fails here fails its test")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

const KEY: &str = "0123456789abcdef-the-operator";

/// A collector that takes everything: its address, and what it was sent as request line and body.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, received) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let sender = sender.clone();
            thread::spawn(move || {
                let mut stream = BufReader::new(stream);
                while let Some(request) = next(&mut stream) {
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n";
                    stream.get_mut().write_all(answer).unwrap();
                    sender.send(request).unwrap();
                }
            });
        }
    });
    (url, received)
}

fn next(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head.into_iter().next()?, body))
}

fn holds(body: &[u8], text: &str) -> bool {
    body.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_collector_gets_a_trace_of_each_request_and_no_secret() {
    let (collector, received) = collector();
    let folder = TempDir::new().unwrap();
    let mut serving = Command::new(env!("CARGO_BIN_EXE_bitbucket-integration"))
        .arg("serve")
        .current_dir(folder.path())
        .env_clear()
        .env("BITBUCKET_INTEGRATION_SERVER_LISTEN", "127.0.0.1:0")
        .env("BITBUCKET_INTEGRATION_API_KEY", KEY)
        .env("BITBUCKET_INTEGRATION_TELEMETRY_OTLP_URL", &collector)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| {
        let line = line.unwrap();
        let url = line.trim().strip_prefix("listens on")?.trim();
        Some(url.strip_prefix("http://")?.to_owned())
    });
    let mut client = TcpStream::connect(address.unwrap()).unwrap();
    let request = format!(
        "GET /api/v1/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n"
    );
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    // What was not sent yet is sent before the end.
    let stopped = Command::new("kill").arg(serving.id().to_string()).status();
    assert!(stopped.unwrap().success());
    assert!(serving.wait().unwrap().success());
    let mut found = false;
    while let Ok((line, body)) = received.recv_timeout(Duration::from_secs(1)) {
        assert_eq!(line, "POST /v1/traces HTTP/1.1");
        assert!(holds(&body, "service.name") && holds(&body, "bitbucket-integration"));
        assert!(!holds(&body, KEY), "the key is in a trace");
        found |= holds(&body, "request.id") && holds(&body, "api.key") && holds(&body, "operator");
    }
    assert!(found, "no trace of the request");
}
