//! Listings that were cut at a limit, or not.

/// The first values of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing<T> {
    /// In Bitbucket's order, at most as many as asked for.
    pub values: Vec<T>,
    /// Whether these are all of them.
    pub complete: bool,
}
