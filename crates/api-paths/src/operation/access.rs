//! Which permissions an operation asks of a credential.

use core::fmt;

/// Defines an enum of names with `as_str` and `Display`.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// As Bitbucket writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

names! {
    /// A scope of OAuth consumers, access tokens and Connect apps (REST introduction, "Scopes"), as far as operations here need it.
    Scope {
        /// Read the account and its workspaces.
        Account = "account",
        /// Read issues. Without use since the tracker was removed.
        Issue = "issue",
        /// Write issues. Without use since the tracker was removed.
        IssueWrite = "issue:write",
        /// Read projects; implies `repository`.
        Project = "project",
        /// Read pull requests and comment on them; implies `repository`.
        PullRequest = "pullrequest",
        /// Write pull requests; implies `pullrequest` and `repository:write`.
        PullRequestWrite = "pullrequest:write",
        /// Read repositories; does not give their pull requests.
        Repository = "repository",
        /// Write repositories; implies `repository`.
        RepositoryWrite = "repository:write",
        /// Administer repositories; implies nothing.
        RepositoryAdmin = "repository:admin",
        /// Read and write webhooks. To write one, the read scope of each of its events is needed too.
        Webhook = "webhook",
    }
}

names! {
    /// A granular scope of API tokens and Forge apps, as far as operations here need it. None implies another.
    GranularScope {
        /// Administer repositories.
        AdminRepository = "admin:repository:bitbucket",
        /// Delete webhooks.
        DeleteWebhook = "delete:webhook:bitbucket",
        /// Delete issues. Without use since the tracker was removed.
        DeleteIssue = "delete:issue:bitbucket",
        /// Read issues. Without use since the tracker was removed.
        ReadIssue = "read:issue:bitbucket",
        /// Read projects.
        ReadProject = "read:project:bitbucket",
        /// Read pull requests.
        ReadPullRequest = "read:pullrequest:bitbucket",
        /// Read repositories.
        ReadRepository = "read:repository:bitbucket",
        /// Read users.
        ReadUser = "read:user:bitbucket",
        /// Read webhooks.
        ReadWebhook = "read:webhook:bitbucket",
        /// Read workspaces.
        ReadWorkspace = "read:workspace:bitbucket",
        /// Write issues. Without use since the tracker was removed.
        WriteIssue = "write:issue:bitbucket",
        /// Write pull requests.
        WritePullRequest = "write:pullrequest:bitbucket",
        /// Write repositories.
        WriteRepository = "write:repository:bitbucket",
        /// Write webhooks.
        WriteWebhook = "write:webhook:bitbucket",
    }
}

/// The scopes that a credential must hold, in both vocabularies: all of the one list or all of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    /// For OAuth consumers, access tokens and Connect apps. Empty: any credential will do.
    pub scopes: &'static [Scope],
    /// For API tokens and Forge apps. Empty: any credential will do.
    pub granular: &'static [GranularScope],
    /// How this is known.
    pub certainty: super::Certainty,
}

impl Access {
    const fn stated(scopes: &'static [Scope], granular: &'static [GranularScope]) -> Self {
        Self {
            scopes,
            granular,
            certainty: super::Certainty::Stated,
        }
    }

    const fn recalled(scopes: &'static [Scope], granular: &'static [GranularScope]) -> Self {
        Self {
            scopes,
            granular,
            certainty: super::Certainty::Recalled,
        }
    }

    pub(crate) const NONE: Self = Self::stated(&[], &[]);
    pub(crate) const USER: Self = Self::stated(&[Scope::Account], &[GranularScope::ReadUser]);
    pub(crate) const PROFILE: Self = Self::recalled(&[], &[GranularScope::ReadUser]);
    pub(crate) const ACCOUNT: Self =
        Self::stated(&[Scope::Account], &[GranularScope::ReadWorkspace]);
    pub(crate) const MEMBERSHIPS: Self = Self::stated(
        &[Scope::Account],
        &[GranularScope::ReadWorkspace, GranularScope::ReadUser],
    );
    pub(crate) const WORKSPACE: Self = Self::stated(&[], &[GranularScope::ReadWorkspace]);
    pub(crate) const OWN_REPOSITORIES: Self = Self::recalled(
        &[Scope::Account, Scope::Repository],
        &[GranularScope::ReadRepository],
    );
    pub(crate) const WORKSPACE_REPOSITORIES: Self =
        Self::stated(&[Scope::Account], &[GranularScope::ReadRepository]);
    pub(crate) const PROJECT: Self = Self::stated(&[Scope::Project], &[GranularScope::ReadProject]);
    pub(crate) const REPOSITORY: Self =
        Self::stated(&[Scope::Repository], &[GranularScope::ReadRepository]);
    pub(crate) const CREATE_REFERENCE: Self = Self::stated(
        &[Scope::RepositoryWrite],
        &[
            GranularScope::WriteRepository,
            GranularScope::ReadRepository,
        ],
    );
    pub(crate) const DELETE_REFERENCE: Self =
        Self::stated(&[Scope::RepositoryWrite], &[GranularScope::WriteRepository]);
    pub(crate) const ADMIN_REPOSITORY: Self =
        Self::stated(&[Scope::RepositoryAdmin], &[GranularScope::AdminRepository]);
    pub(crate) const PULL_REQUEST: Self =
        Self::stated(&[Scope::PullRequest], &[GranularScope::ReadPullRequest]);
    pub(crate) const WRITE_PULL_REQUEST: Self = Self::stated(
        &[Scope::PullRequestWrite],
        &[
            GranularScope::ReadPullRequest,
            GranularScope::WritePullRequest,
        ],
    );
    pub(crate) const WITHDRAW_FROM_PULL_REQUEST: Self = Self::stated(
        &[Scope::PullRequestWrite],
        &[GranularScope::WritePullRequest],
    );
    pub(crate) const READ_HOOK: Self =
        Self::stated(&[Scope::Webhook], &[GranularScope::ReadWebhook]);
    pub(crate) const WRITE_HOOK: Self = Self::stated(
        &[Scope::Webhook],
        &[GranularScope::ReadWebhook, GranularScope::WriteWebhook],
    );
    pub(crate) const DELETE_HOOK: Self =
        Self::stated(&[Scope::Webhook], &[GranularScope::DeleteWebhook]);
    pub(crate) const READ_ISSUE: Self = Self::stated(&[Scope::Issue], &[GranularScope::ReadIssue]);
    pub(crate) const CREATE_ISSUE: Self = Self::stated(
        &[Scope::IssueWrite],
        &[GranularScope::ReadIssue, GranularScope::WriteIssue],
    );
    pub(crate) const WRITE_ISSUE: Self = Self::recalled(
        &[Scope::IssueWrite],
        &[GranularScope::ReadIssue, GranularScope::WriteIssue],
    );
    pub(crate) const DELETE_ISSUE: Self =
        Self::recalled(&[Scope::IssueWrite], &[GranularScope::DeleteIssue]);
}
