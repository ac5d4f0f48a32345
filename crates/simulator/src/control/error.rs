//! Why a control call failed.

use thiserror::Error;

/// A control call that did not work.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ControlError {
    /// The control address gave no whole answer.
    #[error("the simulator cannot be reached at {address}: {reason}")]
    Unreachable {
        /// The address that was asked.
        address: String,
        /// What the connection said.
        reason: String,
    },
    /// The simulator cannot do what was asked.
    #[error("the simulator refused with {status}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What is wrong.
        message: String,
    },
    /// The answer is not what this client expects: simulator and client differ in version.
    #[error("the simulator's answer cannot be read: {reason}")]
    Unreadable {
        /// What the parser said.
        reason: String,
    },
}

impl ControlError {
    /// Stable name of the cause.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Refused { .. } => "refused",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}
