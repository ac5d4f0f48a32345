//! Listings that were cut at a limit, or not.

use crate::error::ApiError;

/// The first values of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    /// In Bitbucket's order, at most as many as asked for.
    pub values: Vec<T>,
    /// Whether these are all of them.
    pub complete: bool,
    /// An error of cause [`UnreadableEntry`](crate::ApiErrorCause::UnreadableEntry) for each value that could not be read
    /// and is not among the others; the listing is then not complete.
    pub unreadable: Vec<ApiError>,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            complete: false,
            unreadable: Vec::new(),
        }
    }
}
