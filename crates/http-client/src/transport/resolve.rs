//! Looking names up, and leaving out private networks where a peer named the host.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

use crate::redirect::is_public;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The host has no address on the public internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host is within a private network")]
pub(super) struct ForbiddenAddress;

/// The system's resolver, of which perhaps only public addresses are taken.
#[derive(Debug, Clone)]
pub(super) struct Resolver {
    system: GaiResolver,
    public_only: bool,
}

impl Resolver {
    pub(super) fn new(public_only: bool) -> Self {
        Self {
            system: GaiResolver::new(),
            public_only,
        }
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.system.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let looking_up = self.system.call(name);
        let public_only = self.public_only;
        Box::pin(async move {
            let found = looking_up.await?;
            let taken: Vec<_> = found
                .filter(|address| !public_only || is_public(address.ip()))
                .collect();
            if public_only && taken.is_empty() {
                return Err(ForbiddenAddress.into());
            }
            Ok(taken.into_iter())
        })
    }
}
