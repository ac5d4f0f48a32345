//! Processes that are started for a measurement and end with it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::process::Process;

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Started(Child);

impl Started {
    /// Starts it; what it prints is dropped, unless `command` says otherwise, and its errors are shown.
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let child = command.stdin(Stdio::null()).spawn();
        child
            .map(Self)
            .with_context(|| format!("could not start {}", command.get_program().display()))
    }

    pub(crate) fn process(&self) -> Process {
        Process::new(self.0.id())
    }

    pub(crate) fn output(&mut self) -> anyhow::Result<std::process::ChildStdout> {
        self.0.stdout.take().context("its output was taken before")
    }

    /// Waits until it takes connections, asking every `pause`.
    pub(crate) fn wait_for(&mut self, address: SocketAddr, pause: Duration) -> anyhow::Result<()> {
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = self.0.try_wait()? {
                bail!("the server ended with {status} before it listened");
            }
            if start.elapsed() > PATIENCE {
                bail!("the server did not listen on {address} within {PATIENCE:?}");
            }
            std::thread::sleep(pause);
        }
        Ok(())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port of the loopback address that is free now.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
