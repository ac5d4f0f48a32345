//! Starting and stopping the three listeners.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use thiserror::Error;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    control::{Control, serve},
    delivery::client::Sender,
    state::{Addresses, Shared},
    wire::{Half, exchange, fault::Fault, listen, record::Record},
    world::World,
};

/// How a simulator starts.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatorConfig {
    /// What exists in the beginning.
    pub world: World,
    /// Loopback port of the Bitbucket half; 0 takes a free one.
    pub bitbucket_port: u16,
    /// Loopback port of the Sentry half; 0 takes a free one.
    pub sentry_port: u16,
    /// Loopback port of the control address; 0 takes a free one.
    pub control_port: u16,
    /// Pause between attempts of a delivery.
    pub retry_delay: Duration,
}

impl SimulatorConfig {
    /// The default world ([`World::acme`]) on free ports.
    pub fn acme() -> Self {
        Self::with_world(World::acme())
    }

    /// This world on free ports.
    pub fn with_world(world: World) -> Self {
        Self {
            world,
            bitbucket_port: 0,
            sentry_port: 0,
            control_port: 0,
            retry_delay: Duration::from_millis(20),
        }
    }
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self::acme()
    }
}

/// A listener could not be opened.
#[derive(Debug, Error)]
#[error("cannot listen on 127.0.0.1:{port} for {listener}")]
pub struct StartError {
    /// Which of the three.
    pub listener: &'static str,
    /// The port that was asked for.
    pub port: u16,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// A running simulator; dropping it stops it.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Simulator {
    /// Opens the three listeners on loopback.
    ///
    /// # Errors
    /// If a port cannot be had.
    pub async fn start(config: SimulatorConfig) -> Result<Self, StartError> {
        let (bitbucket, bitbucket_url) = bind("bitbucket", config.bitbucket_port).await?;
        let (sentry, sentry_url) = bind("sentry", config.sentry_port).await?;
        let (control, control_url) = bind("control", config.control_port).await?;
        let addresses = Addresses {
            bitbucket: bitbucket_url,
            sentry: sentry_url,
            control: control_url,
        };
        let sender = Sender::new(config.retry_delay);
        let shared = Arc::new(Shared::new(config.world, addresses, sender));
        let stop = watch::Sender::new(false);
        let mut tasks = JoinSet::new();
        for (half, listener) in [(Half::Bitbucket, bitbucket), (Half::Sentry, sentry)] {
            let shared = Arc::clone(&shared);
            tasks.spawn(listen::serve(
                listener,
                stop.subscribe(),
                move |line, request| exchange::exchange(Arc::clone(&shared), half, line, request),
            ));
        }
        let own = Arc::clone(&shared);
        tasks.spawn(listen::serve(
            control,
            stop.subscribe(),
            move |_, request| serve::control(Arc::clone(&own), request),
        ));
        Ok(Self {
            shared,
            stop,
            tasks,
        })
    }

    /// Address of the Bitbucket half, `http://127.0.0.1:<port>`; the API's paths begin with `/2.0/`.
    pub fn bitbucket_url(&self) -> &str {
        &self.shared.addresses.bitbucket
    }

    /// Address of the Sentry half, `http://127.0.0.1:<port>`; the API's paths begin with `/api/0/`.
    pub fn sentry_url(&self) -> &str {
        &self.shared.addresses.sentry
    }

    /// Address to drive the simulator with.
    pub fn control_url(&self) -> &str {
        &self.shared.addresses.control
    }

    /// A client of the control address.
    pub fn control(&self) -> Control {
        Control::new(self.control_url())
    }

    /// Everything asked of both halves since the last clearing, in order.
    pub fn records(&self) -> Vec<Record> {
        self.shared.state().records.clone()
    }

    /// A copy of everything that exists.
    pub fn world(&self) -> World {
        self.shared.state().world.clone()
    }

    /// Changes the world at once, between two requests.
    pub fn change_world(&self, change: impl FnOnce(&mut World)) {
        self.shared.change(|state| change(&mut state.world));
    }

    /// Switches a fault on.
    pub fn fail(&self, fault: Fault) {
        self.shared.change(|state| state.faults.push(fault));
    }

    /// Forgets all records.
    pub fn clear_records(&self) {
        self.shared.change(|state| state.records.clear());
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.shared.change(|state| state.faults.clear());
    }

    /// Stops listening and drops every connection, answered or not.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn bind(listener: &'static str, port: u16) -> Result<(TcpListener, String), StartError> {
    let failed = |source| StartError {
        listener,
        port,
        source,
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let bound = TcpListener::bind(address).await.map_err(failed)?;
    let url = format!("http://{}", bound.local_addr().map_err(failed)?);
    Ok((bound, url))
}
