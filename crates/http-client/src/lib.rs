#![doc = include_str!("../README.md")]

mod api;
mod authorize;
mod base_url;
mod cache;
mod call;
mod changes;
mod client;
pub mod diff;
mod error;
mod model;
mod notice;
mod oauth;
pub mod policy;
mod redirect;
mod transport;

pub use crate::api::{
    Addon, BitbucketApi, CodeInsights, CommitStatuses, Commits, CurrentAccess, Diffs, History,
    HookEvents, Hooks, Issues, Permissions, PullRequestComments, PullRequests, Refs, Repositories,
    RepositoryLists, Sources, WorkspaceHooks, Workspaces,
};
#[cfg(any(test, feature = "mock"))]
pub use crate::api::{
    MockAddon, MockBitbucketApi, MockCodeInsights, MockCommitStatuses, MockCommits,
    MockCurrentAccess, MockDiffs, MockHistory, MockHookEvents, MockHooks, MockIssues,
    MockPermissions, MockPullRequestComments, MockPullRequests, MockRefs, MockRepositories,
    MockRepositoryLists, MockSources, MockWorkspaceHooks, MockWorkspaces,
};
#[cfg(any(test, feature = "mock"))]
pub use crate::authorize::MockAuthorize;
pub use crate::authorize::{
    AccessToken, ApiToken, Authorize, AuthorizeError, ConnectJwt, Credential, RequestParts,
};
pub use crate::base_url::{BaseUrl, BaseUrlError, ForeignUrl, PlainHttp};
#[cfg(any(test, feature = "mock"))]
pub use crate::cache::MockAnswerCache;
pub use crate::cache::{AnswerCache, CacheKey, KeptAnswer, MAX_KEPT_ANSWER, MemoryCache};
pub use crate::call::{Call, CallError, Called, Caller, Clock};
pub use crate::changes::{CHANGES_IN_FLIGHT, ChangedCommit, ChangedCommits, commits_with_changes};
pub use crate::client::{
    BitbucketClient, Entries, MAX_ANNOTATIONS, MAX_CHANGED_FILES, MAX_PAGES, MAX_REPORT_FACTS,
    Pages, RawAnswer, StreamedAnswer,
};
pub use crate::error::{
    ApiError, ApiErrorCause, Evidence, Misuse, PageError, PeerMessage, Removal,
};
pub use crate::model::{
    Account, Annotation, AnnotationKind, AnnotationResult, AnnotationSeverity, ChangeKind, Comment,
    Commit, CommitAuthor, CommitListing, CommitRange, CommitStatus, DiffOptions, FactValue, Fields,
    FileAttribute, FileChange, FileVersion, Folder, Hook, HookEvent, HookUpdate, InlinePlace,
    Issue, Listing, NewAnnotation, NewComment, NewCommitStatus, NewHook, NewIssue, NewReport,
    PullRequest, PullRequestEnd, PullRequestQuery, PullRequestState, PullRequestsOfCommit,
    Reference, ReferenceKind, ReferenceQuery, Report, ReportFact, ReportKind, ReportResult,
    Repository, RepositoryAccess, RepositoryPermission, RepositoryQuery, RepositoryRole,
    SourceEntry, SourceKind, StatusState, WorkspaceAccess, WorkspaceDetails, WorkspaceMember,
    WorkspacePermission,
};
#[cfg(any(test, feature = "mock"))]
pub use crate::notice::MockNoticeObserver;
pub use crate::notice::{LoggedNotices, Notice, NoticeObserver};
#[cfg(any(test, feature = "mock"))]
pub use crate::oauth::MockGrantStore;
pub use crate::oauth::{
    ClientCredentials, ConnectGrant, GrantStore, GrantStoreError, OAuthConsumer, OAuthGrant,
    RotatingGrant,
};
pub use crate::redirect::{MAX_REDIRECTS, PublicOnly, RedirectError, Redirects};
#[cfg(any(test, feature = "mock"))]
pub use crate::transport::MockTransport;
pub use crate::transport::{BodyStream, ConnectFailure, Transport, TransportError};
#[cfg(feature = "hyper")]
pub use crate::transport::{
    HyperTransport, HyperTransportBuilder, ProxySettings, TransportConfigError,
};
