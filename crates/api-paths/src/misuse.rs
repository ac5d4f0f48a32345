//! What must not compile. Each group is the same program without and with the mistake, so that the second can fail for no other reason.
//!
//! A text is no identifier until it was parsed:
//!
//! ```
//! use bitbucket_api_paths::{RepoRef, Revision, commits};
//! fn address(repository: &RepoRef, revision: &Revision) -> String {
//!     commits::of_revision(repository, revision).to_string()
//! }
//! ```
//! ```compile_fail,E0308
//! use bitbucket_api_paths::{RepoRef, Revision, commits};
//! fn address(repository: &RepoRef, _revision: &Revision) -> String {
//!     commits::of_revision(repository, "../../user").to_string()
//! }
//! ```
//! ```compile_fail,E0308
//! use bitbucket_api_paths::{RepoRef, Revision, commits};
//! fn address(_repository: &RepoRef, revision: &Revision) -> String {
//!     commits::of_revision("acme/rocket", revision).to_string()
//! }
//! ```
//! ```compile_fail,E0423
//! let _ = bitbucket_api_paths::Workspace("acme/../other".to_owned());
//! ```
//!
//! An address of the web site is none of the API:
//!
//! ```
//! use bitbucket_api_paths::{Endpoint, SiteEndpoint};
//! fn send(_endpoint: &Endpoint) {}
//! fn call(endpoint: &Endpoint, _site: &SiteEndpoint) { send(endpoint) }
//! ```
//! ```compile_fail,E0308
//! use bitbucket_api_paths::{Endpoint, SiteEndpoint};
//! fn send(_endpoint: &Endpoint) {}
//! fn call(_endpoint: &Endpoint, site: &SiteEndpoint) { send(site) }
//! ```
