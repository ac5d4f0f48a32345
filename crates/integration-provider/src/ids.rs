//! Identifiers that this integration gives out itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use crate::ports::{Clock, Entropy};

/// A text that is not one of our identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an identifier of this service: a UUID such as 0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11 is expected"
)]
pub struct InvalidId;

/// A fresh UUID of version 7 (RFC 9562 §5.7): sorts by the clock's time, random beyond it.
fn fresh(clock: &dyn Clock, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0_u8; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier that no other call has returned.
            #[must_use]
            pub fn fresh(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
                Self(fresh(clock, entropy))
            }

            /// The identifier as a UUID, for storage.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// The identifier with this UUID, read back from storage.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    };
}

identifier! {
    /// A workspace connected with one credential.
    InstallationId
}
identifier! {
    /// A repository that is followed. It is also the unguessable part of the address that its hook calls.
    RepositoryId
}
identifier! {
    /// One webhook delivery that was verified and stored.
    DeliveryId
}
identifier! {
    /// One piece of work waiting, running, done or dead.
    JobId
}
identifier! {
    /// One release asked for by an operator or a pipeline.
    ReleaseId
}
identifier! {
    /// One rule that leads from stack traces to a repository.
    MappingId
}
identifier! {
    /// One key of the service's own API.
    ApiKeyId
}
identifier! {
    /// One link between an issue of the error tracker and one at Bitbucket.
    LinkId
}
