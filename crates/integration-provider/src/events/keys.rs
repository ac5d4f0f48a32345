//! The keys of the events that Bitbucket documents (support.atlassian.com, "Event payloads").

macro_rules! event_keys {
    ($($(#[$about:meta])* $name:ident = $key:literal),+ $(,)?) => {
        /// What happened, by Bitbucket's key of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventKey {
            $($(#[$about])* $name),+
        }

        impl EventKey {
            /// Every key that is known.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The event with this key; `None` for one that Bitbucket added since.
            #[must_use]
            pub fn parse(key: &str) -> Option<Self> {
                match key {
                    $($key => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// As Bitbucket writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $key),+
                }
            }
        }
    };
}

event_keys! {
    /// Refs were created, moved or deleted.
    RepoPush = "repo:push",
    /// A fork was made.
    RepoFork = "repo:fork",
    /// The repository's name, description or other properties changed.
    RepoUpdated = "repo:updated",
    /// The repository moved to another workspace.
    RepoTransfer = "repo:transfer",
    /// A repository was made.
    RepoCreated = "repo:created",
    /// A repository was deleted.
    RepoDeleted = "repo:deleted",
    /// A repository was imported.
    RepoImported = "repo:imported",
    /// Somebody commented on a commit.
    RepoCommitCommentCreated = "repo:commit_comment_created",
    /// A build status was reported.
    RepoCommitStatusCreated = "repo:commit_status_created",
    /// A build status was replaced.
    RepoCommitStatusUpdated = "repo:commit_status_updated",
    /// A pull request was opened.
    PullRequestCreated = "pullrequest:created",
    /// A pull request's title, description, branches, commits or reviewers changed.
    PullRequestUpdated = "pullrequest:updated",
    /// A pull request got other commits.
    PullRequestPush = "pullrequest:push",
    /// A reviewer approved.
    PullRequestApproved = "pullrequest:approved",
    /// A reviewer took an approval back.
    PullRequestUnapproved = "pullrequest:unapproved",
    /// A reviewer asked for changes.
    PullRequestChangesRequested = "pullrequest:changes_request_created",
    /// A reviewer took that back.
    PullRequestChangesRequestRemoved = "pullrequest:changes_request_removed",
    /// A pull request was merged.
    PullRequestFulfilled = "pullrequest:fulfilled",
    /// A pull request was declined.
    PullRequestRejected = "pullrequest:rejected",
    /// Somebody commented on a pull request.
    PullRequestCommentCreated = "pullrequest:comment_created",
    /// A comment got another text.
    PullRequestCommentUpdated = "pullrequest:comment_updated",
    /// A comment was deleted.
    PullRequestCommentDeleted = "pullrequest:comment_deleted",
    /// A comment's thread was resolved.
    PullRequestCommentResolved = "pullrequest:comment_resolved",
    /// A comment's thread was opened again.
    PullRequestCommentReopened = "pullrequest:comment_reopened",
    /// A project's properties changed.
    ProjectUpdated = "project:updated",
    /// A pipeline began or ended a part of its work.
    PipelineSpanCreated = "pipeline:span_created",
    /// An issue was opened; the tracker is gone since August 2026.
    IssueCreated = "issue:created",
    /// An issue changed.
    IssueUpdated = "issue:updated",
    /// Somebody commented on an issue.
    IssueCommentCreated = "issue:comment_created",
}

impl EventKey {
    /// The events that our hooks ask for: those that a hook of a repository tells and that lead to work.
    pub const SUBSCRIBED: &'static [Self] = &[
        Self::RepoPush,
        Self::RepoUpdated,
        Self::RepoTransfer,
        Self::PullRequestCreated,
        Self::PullRequestUpdated,
        Self::PullRequestFulfilled,
        Self::PullRequestRejected,
    ];

    /// Whether events of this kind lead to work.
    #[must_use]
    pub fn is_handled(self) -> bool {
        Self::SUBSCRIBED.contains(&self)
            || matches!(self, Self::RepoDeleted | Self::PullRequestPush)
    }

    /// Whether the event is about a pull request: a hook may subscribe to it only with the scope `pullrequest`.
    #[must_use]
    pub fn is_about_pull_requests(self) -> bool {
        self.as_str().starts_with("pullrequest:")
    }
}
