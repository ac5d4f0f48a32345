//! Faults as values: `status(503).html()`.

use bitbucket_simulator::{Fault, Half};

/// A failure without a place.
#[derive(Debug, Clone)]
pub struct Failing {
    status: u16,
    html: bool,
    at: String,
}

/// Every request is answered with this status.
pub fn status(status: u16) -> Failing {
    Failing {
        status,
        html: false,
        at: String::new(),
    }
}

impl Failing {
    /// … and a page for people instead of JSON.
    pub fn html(self) -> Self {
        Self { html: true, ..self }
    }

    /// … if its encoded path begins like this.
    pub fn at(self, path_prefix: impl Into<String>) -> Self {
        Self {
            at: path_prefix.into(),
            ..self
        }
    }

    pub(super) fn on(self, half: Half) -> Fault {
        let fault = Fault::status(half, self.status).at(self.at);
        if self.html { fault.html() } else { fault }
    }
}
