//! Which fields of an answer a model reads, so that no others are asked for.

/// The fields that a type reads, so that Bitbucket sends no others (`fields`): often a tenth of the whole.
///
/// Each model says what it reads. To read less of an endpoint, read it as a type of your own:
///
/// ```
/// # use bitbucket_http_client::{ApiError, BitbucketClient, Fields};
/// # use bitbucket_api_paths::{RepoRef, commits};
/// #[derive(serde::Deserialize)]
/// struct Hash {
///     hash: String,
/// }
///
/// impl Fields for Hash {
///     const FIELDS: &'static [&'static str] = &["hash"];
/// }
///
/// # async fn example(bitbucket: &BitbucketClient, rocket: &RepoRef) -> Result<(), ApiError> {
/// // Asks for `fields=next,values.hash`.
/// let mut pages = bitbucket.trimmed_pages::<Hash>(&commits::list(rocket));
/// while let Some(page) = pages.next_page().await? {
///     for entry in page {
///         assert_eq!(entry?.hash.len(), 40);
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub trait Fields {
    /// The fields, each with its dotted path from the entry's root.
    const FIELDS: &'static [&'static str];
}

/// What `fields` is for an answer that is one entry.
pub(crate) fn of_one<T: Fields>() -> String {
    T::FIELDS.join(",")
}

/// What `fields` is for a page of entries. It has to name `next`, or the listing ends at its first page.
pub(crate) fn of_page<T: Fields>() -> String {
    T::FIELDS.iter().fold("next".to_owned(), |fields, field| {
        format!("{fields},values.{field}")
    })
}

#[cfg(test)]
mod tests;
