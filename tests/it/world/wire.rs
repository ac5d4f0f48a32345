//! Bytes on a connection, as no client would send them.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::World;

/// How long the service may take to answer or hang up.
const PATIENCE: Duration = Duration::from_secs(20);

impl World {
    /// A connection to the service.
    pub async fn connection(&self) -> TcpStream {
        let url = self.service_url("");
        let address = url.strip_prefix("http://").unwrap();
        TcpStream::connect(address).await.unwrap()
    }

    /// Sends these bytes and nothing more; gives all that comes back until the service hangs up.
    pub async fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connection().await;
        // The service may hang up while we still send.
        let _cut = stream.write_all(bytes.as_ref()).await;
        until_closed(&mut stream).await
    }
}

/// All that comes until the other side hangs up.
pub async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the service neither answers nor hangs up");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The statuses of all answers in it, in order.
pub fn statuses(answer: &str) -> Vec<u16> {
    let after = answer.split("HTTP/1.1 ").skip(1);
    after
        .filter_map(|rest| rest.get(..3)?.parse().ok())
        .collect()
}
