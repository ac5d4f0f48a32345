//! The wire to Bitbucket and the trackers. Hosts that the configuration does not name are reached on public addresses only.

use std::sync::Arc;
use std::time::Duration;

use bitbucket_http_client::{HyperTransport, Transport};

use super::StartError;
use crate::config::Config;
use crate::metrics::{Counted, Metrics, Peer};

/// Makes transports that share their connections and are counted together.
pub(super) struct Outgoing {
    wire: HyperTransport,
    peers: Vec<Peer>,
    metrics: Arc<Metrics>,
}

impl Outgoing {
    pub(super) fn new(config: &Config, metrics: &Arc<Metrics>) -> Result<Self, StartError> {
        let mut builder = HyperTransport::builder();
        if let Some(path) = &config.bitbucket.ca_file {
            let pem = std::fs::read(path).map_err(|source| StartError::CaFile {
                path: path.clone(),
                source,
            })?;
            builder = builder.certificate_authorities(pem);
        }
        if let Some(proxy) = config.proxy.settings()? {
            builder = builder.proxy(proxy);
        }
        let bitbucket = [&config.bitbucket.api_url, &config.bitbucket.site_url];
        let bitbucket = bitbucket.map(|url| Peer::new("bitbucket", url));
        let trackers = config.trackers.iter();
        let trackers = trackers.map(|(name, tracker)| Peer::new(name, &tracker.url));
        Ok(Self {
            wire: builder.build()?,
            peers: bitbucket.into_iter().chain(trackers).flatten().collect(),
            metrics: Arc::clone(metrics),
        })
    }

    /// For peers that have the usual time to answer.
    pub(super) fn usual(&self) -> Arc<dyn Transport> {
        self.counted(self.wire.clone())
    }

    /// For a peer that has this much time to answer.
    pub(super) fn within(&self, limit: Duration) -> Arc<dyn Transport> {
        self.counted(self.wire.with_timeout(limit))
    }

    fn counted(&self, wire: HyperTransport) -> Arc<dyn Transport> {
        let peers = self.peers.clone();
        Arc::new(Counted::new(wire, peers, Arc::clone(&self.metrics)))
    }
}
