//! The simulator as a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use bitbucket_simulator::{Control, World};
use serde_json::Value;

/// Ends the process if the test does not.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn it_says_where_it_is_and_stops_when_told() {
    let program = env!("CARGO_BIN_EXE_bitbucket-simulator");
    let spawned = Command::new(program)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut running = Running(spawned);
    let mut line = String::new();
    let out = running.0.stdout.take().expect("its output");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let addresses: Value = serde_json::from_str(&line).expect("JSON");
    for listener in ["bitbucket", "sentry", "control"] {
        let address = addresses[listener].as_str().expect("an address");
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    }
    let control = Control::new(addresses["control"].as_str().expect("an address"));
    assert_eq!(control.world().await, Ok(World::acme()));
    let id = running.0.id().to_string();
    Command::new("kill")
        .args(["-TERM", &id])
        .status()
        .expect("a signal");
    assert_eq!(running.0.wait().expect("an end").code(), Some(0));
}
