//! From raw to durable: verify, look at the outside, store with its job.

use super::verify::Verified;
use super::{DeliveryHeaders, RawDelivery, Road};
use crate::events::{Envelope, EventKey, named_repository};
use crate::ids::DeliveryId;
use crate::integration::Integration;
use crate::ports::{Acceptance, Delivery, NewJob, OrderingKey, StoreError, Work};
use crate::work::Settlement;

/// What became of a delivery. Each answer is good news for the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is durable and will be worked on.
    Accepted(DeliveryId),
    /// It is durable and was worked on already.
    Completed {
        /// Which delivery.
        delivery: DeliveryId,
        /// How many jobs followed from it (those stored before are counted too).
        follow_ups: usize,
    },
    /// It came before and is durable since then.
    Duplicate,
    /// Nothing needs to be done for events of this kind; nothing was stored.
    Ignored,
    /// Bitbucket documents no event of this kind; nothing was stored.
    Unknown,
}

/// Why a delivery was refused. Nothing of it was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RefusedDelivery {
    /// No hook of ours has this address.
    #[error("no hook is registered at this address")]
    UnknownHook,
    /// It carries no signature or token.
    #[error("the delivery is not signed")]
    Unsigned,
    /// Its signature or token does not prove the sender. The reason is for the log, not for the sender.
    #[error("the signature of the delivery is not valid")]
    BadSignature {
        /// A stable word for metrics.
        reason: &'static str,
    },
    /// The installation was disabled.
    #[error("no hook is registered at this address")]
    Disabled,
    /// The sender is verified, but this is no delivery.
    #[error("{what}")]
    Malformed {
        /// What is wrong, and where.
        what: String,
    },
    /// It could not be stored.
    #[error("the delivery could not be stored")]
    Store(#[source] StoreError),
}

impl RefusedDelivery {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownHook | Self::Disabled => "unknown_hook",
            Self::Unsigned => "unsigned",
            Self::BadSignature { .. } => "bad_signature",
            Self::Malformed { .. } => "malformed",
            Self::Store(error) => error.code(),
        }
    }
}

impl From<StoreError> for RefusedDelivery {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Integration {
    /// Takes in one delivery. When this answers `Ok`, the delivery is durable or needs no work.
    ///
    /// # Errors
    /// [`RefusedDelivery`]; nothing was stored then.
    pub async fn receive(
        &self,
        road: Road,
        delivery: RawDelivery,
    ) -> Result<Received, RefusedDelivery> {
        let verified = match road {
            Road::Hook(repository) => self.verify_hook(repository, &delivery).await?,
            Road::Connect => self.verify_connect(&delivery).await?,
        };
        let body = delivery.body.clone();
        let envelope = Envelope::open(&body).map_err(|error| RefusedDelivery::Malformed {
            what: error.to_string(),
        })?;
        let event_key = event_key(&delivery.headers, &envelope)?;
        match EventKey::parse(&event_key) {
            None => return Ok(Received::Unknown),
            Some(key) if !key.is_handled() => return Ok(Received::Ignored),
            Some(_) => {}
        }
        let delivery = self.stored_form(verified, event_key, delivery);
        let work = Work::ProcessDelivery {
            delivery: delivery.id,
        };
        let job = NewJob {
            ordering_key: ordering_key(&delivery),
            ..self.job(delivery.installation, work)
        };
        if let Some(settled) = self.settled_on_arrival(&delivery, envelope.payload()).await
            && self.store_completed(&delivery, &job, &settled).await?
        {
            return Ok(Received::Completed {
                delivery: delivery.id,
                follow_ups: settled.follow_ups.len(),
            });
        }
        match self.ports.deliveries.accept(&delivery, &job).await? {
            Acceptance::New => Ok(Received::Accepted(delivery.id)),
            Acceptance::Duplicate => Ok(Received::Duplicate),
        }
    }

    async fn store_completed(
        &self,
        delivery: &Delivery,
        job: &NewJob,
        settled: &Settlement,
    ) -> Result<bool, StoreError> {
        let Settlement {
            learned,
            follow_ups,
        } = settled;
        let deliveries = &self.ports.deliveries;
        deliveries
            .accept_completed(delivery, job, learned, follow_ups)
            .await
    }

    fn stored_form(&self, verified: Verified, event_key: String, raw: RawDelivery) -> Delivery {
        let id = DeliveryId::fresh(self.ports.clock.as_ref(), self.ports.entropy.as_ref());
        Delivery {
            id,
            installation: verified.installation,
            repository: verified.repository,
            source: verified.source,
            event_key,
            dedupe_key: dedupe_key(&verified, &raw).unwrap_or_else(|| id.to_string()),
            attempt: raw.headers.attempt(),
            body: raw.body,
            received_at: self.ports.clock.now(),
        }
    }
}

/// The request UUID, as a word of the hook that was called: nothing promises that two hooks never get the same one. Without it nothing
/// tells a repetition; its effects are idempotent all the same.
fn dedupe_key(sender: &Verified, raw: &RawDelivery) -> Option<String> {
    let uuid = raw.headers.dedupe_key()?;
    Some(match sender.repository {
        Some(repository) => format!("{repository}/{uuid}"),
        None => uuid,
    })
}

/// Deliveries of one repository are worked on in the order in which they came. A workspace's app says only in the body which one it is.
fn ordering_key(delivery: &Delivery) -> Option<OrderingKey> {
    match delivery.repository {
        Some(repository) => Some(OrderingKey::deliveries_of(repository)),
        None => {
            let named = named_repository(&delivery.body)?;
            let key = OrderingKey::deliveries_about(delivery.installation, &named);
            Some(key)
        }
    }
}

/// The event a verified delivery is about: what the Connect wrapper says, else the header.
fn event_key(
    headers: &DeliveryHeaders,
    envelope: &Envelope<'_>,
) -> Result<String, RefusedDelivery> {
    let wrapped = envelope
        .event_key()
        .filter(|key| super::raw::is_event_key(key));
    wrapped
        .or_else(|| headers.event_key())
        .map(str::to_owned)
        .ok_or_else(|| RefusedDelivery::Malformed {
            what: "the header X-Event-Key is missing or no event key such as `repo:push`"
                .to_owned(),
        })
}
