//! What hyper's errors mean.

use std::error::Error;

use super::resolve::ForbiddenAddress;
use super::{ConnectFailure, TransportError};

pub(super) fn before_answer(error: &hyper::Error) -> TransportError {
    if error.is_parse() {
        TransportError::NotHttp {
            detail: innermost(error),
        }
    } else if error.is_user() {
        TransportError::Misuse {
            detail: innermost(error),
        }
    } else {
        TransportError::ClosedBeforeAnswer
    }
}

pub(super) fn inside_answer(error: &hyper::Error) -> TransportError {
    if error.is_parse() {
        TransportError::NotHttp {
            detail: innermost(error),
        }
    } else {
        TransportError::ClosedInsideAnswer
    }
}

pub(super) fn connect_failure(error: &(dyn Error + 'static)) -> ConnectFailure {
    let refused = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionRefused;
    if find::<std::io::Error>(error).is_some_and(refused) {
        ConnectFailure::Refused
    } else if find::<ForbiddenAddress>(error).is_some() {
        ConnectFailure::ForbiddenAddress
    } else if chain(error).any(is_tls_error) {
        ConnectFailure::Tls
    } else if chain(error).any(|link| link.to_string().starts_with("dns error")) {
        ConnectFailure::Resolve
    } else {
        ConnectFailure::Other
    }
}

/// The TLS layer wraps its error in I/O errors, which do not count what they hold among their sources.
fn is_tls_error(error: &(dyn Error + 'static)) -> bool {
    error.is::<rustls::Error>()
        || error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .is_some_and(|inner| is_tls_error(inner))
}

pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|link| link.downcast_ref())
}

pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let link = next?;
        next = link.source();
        Some(link)
    })
}
