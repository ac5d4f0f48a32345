//! Which networks may deliver. Off unless a file is configured: the signature is what proves a sender, this only spares work.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use ipnet::IpNet;
use tokio::time::Instant;

use crate::config::network;

/// How long a file is good before it is looked at again.
const FRESH: Duration = Duration::from_secs(60);

/// The header to which each proxy adds the address it was called from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that a connection comes from, left on each of its requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Remote(pub(crate) SocketAddr);

/// Why a file of networks can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SendersError {
    /// It can't be read.
    #[error("can't read the networks of senders in {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// It holds something else than networks.
    #[error("{}:{line}: `{text}` is not a network such as `104.192.136.0/21`", path.display())]
    NoNetwork {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// It holds no network at all, so that nobody could deliver.
    #[error("{} names no network, so nobody could deliver", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// The networks of a file, read again when it changes.
#[derive(Debug)]
pub(crate) struct Senders {
    file: PathBuf,
    proxies: Vec<IpNet>,
    read: Mutex<Read>,
}

#[derive(Debug)]
struct Read {
    networks: Vec<IpNet>,
    changed: Option<SystemTime>,
    looked: Instant,
}

impl Senders {
    /// Reads the file. `proxies` are believed when they say for whom they ask.
    pub(crate) fn open(file: &Path, proxies: Vec<IpNet>) -> Result<Self, SendersError> {
        let changed = changed(file);
        let networks = load(file)?;
        Ok(Self {
            file: file.to_owned(),
            proxies,
            read: Mutex::new(Read {
                networks,
                changed,
                looked: Instant::now(),
            }),
        })
    }

    /// Whether who sent this may deliver.
    pub(crate) fn allow(&self, remote: IpAddr, headers: &HeaderMap) -> bool {
        let Some(sender) = sender(remote, headers, &self.proxies) else {
            return false;
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut read);
        read.networks
            .iter()
            .any(|network| network.contains(&sender))
    }

    /// A file that can't be used any more leaves the networks as they were.
    fn refresh(&self, read: &mut Read) {
        if read.looked.elapsed() < FRESH {
            return;
        }
        read.looked = Instant::now();
        let changed = changed(&self.file);
        if changed == read.changed {
            return;
        }
        match load(&self.file) {
            Ok(networks) => {
                tracing::info!(
                    senders.networks = networks.len(),
                    "the networks of senders were read again"
                );
                read.networks = networks;
                read.changed = changed;
            }
            Err(error) => {
                tracing::error!(%error, "the networks of senders stay as they were");
            }
        }
    }
}

/// Who asks: the address nearest to us that is not a proxy of ours. What stands before it in the header may be anybody's invention.
fn sender(remote: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    let remote = remote.to_canonical();
    if !trusted(&remote) {
        return Some(remote);
    }
    let all = headers.get_all(FORWARDED_FOR);
    let texts: Option<Vec<&str>> = all.iter().map(|value| value.to_str().ok()).collect();
    let texts = texts?.join(",");
    for text in texts.rsplit(',') {
        let address: IpAddr = text.trim().parse().ok()?;
        let address = address.to_canonical();
        if !trusted(&address) {
            return Some(address);
        }
    }
    None
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|about| about.modified()).ok()
}

/// One network or address a line; `#` begins a comment.
fn load(file: &Path) -> Result<Vec<IpNet>, SendersError> {
    let text = fs::read_to_string(file).map_err(|error| SendersError::Unreadable {
        path: file.to_owned(),
        reason: error.to_string(),
    })?;
    let mut networks = Vec::new();
    for (n, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let network = network(line).ok_or_else(|| SendersError::NoNetwork {
            path: file.to_owned(),
            line: n,
            text: line.to_owned(),
        })?;
        networks.push(network);
    }
    if networks.is_empty() {
        return Err(SendersError::Empty {
            path: file.to_owned(),
        });
    }
    Ok(networks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies() -> Vec<IpNet> {
        vec![network("10.0.0.0/8").unwrap(), network("::1").unwrap()]
    }

    fn headers(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (FORWARDED_FOR.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_header_is_believed_only_from_a_proxy_and_only_up_to_it() {
        let cases: [(&str, &[&str], Option<&str>); 9] = [
            ("203.0.113.9", &["104.192.136.1"], Some("203.0.113.9")),
            ("10.0.0.1", &["104.192.136.1"], Some("104.192.136.1")),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.9"], Some("203.0.113.9")),
            ("10.0.0.1", &["203.0.113.9, 10.0.0.2"], Some("203.0.113.9")),
            ("10.0.0.1", &["1.1.1.1", "203.0.113.9"], Some("203.0.113.9")),
            ("10.0.0.1", &[], None),
            ("10.0.0.1", &["rubbish"], None),
            ("10.0.0.1", &["10.0.0.3"], None),
            (
                "::ffff:10.0.0.1",
                &["::ffff:104.192.136.1"],
                Some("104.192.136.1"),
            ),
        ];
        for (remote, forwarded, expected) in cases {
            let found = sender(remote.parse().unwrap(), &headers(forwarded), &proxies());
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(found, expected, "{remote} {forwarded:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_file_is_read_again_when_it_changes_and_kept_when_it_breaks() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("networks");
        let write = |text: &str, second: u64| {
            fs::write(&file, text).unwrap();
            let when = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            let opened = fs::File::options().write(true).open(&file).unwrap();
            opened.set_modified(when).unwrap();
        };
        write("# Atlassian\n104.192.136.0/21\n2401:1d80::/32 # v6\n", 1);
        let senders = Senders::open(&file, Vec::new()).unwrap();
        let allow = |text: &str| senders.allow(text.parse().unwrap(), &HeaderMap::new());
        assert!(allow("104.192.143.255") && allow("2401:1d80::1"));
        assert!(!allow("104.192.144.0"));
        write("203.0.113.7\n", 2);
        assert!(!allow("203.0.113.7"), "before its time");
        tokio::time::advance(FRESH).await;
        assert!(allow("203.0.113.7") && !allow("104.192.136.1"));
        write("nonsense\n", 3);
        tokio::time::advance(FRESH).await;
        assert!(allow("203.0.113.7"), "a broken file changes nothing");
    }

    #[test]
    fn a_file_that_lets_nobody_in_or_holds_no_network_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("networks");
        let refused = |text: &str| {
            fs::write(&file, text).unwrap();
            Senders::open(&file, Vec::new()).unwrap_err()
        };
        assert!(matches!(refused("# none\n\n"), SendersError::Empty { .. }));
        let error = refused("104.192.136.0/21\n104.192.136.0/99\n");
        assert!(
            matches!(&error, SendersError::NoNetwork { line: 2, text, .. } if text == "104.192.136.0/99"),
            "{error}"
        );
    }
}
