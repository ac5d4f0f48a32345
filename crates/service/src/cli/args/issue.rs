//! `issue …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ServerArgs;

/// `issue …`
#[derive(Debug, Clone, Subcommand)]
pub enum IssueAction {
    /// Create an issue at Bitbucket for one of the tracker, and link the two
    #[command(
        after_help = "Examples:\n  bitbucket-integration issue create ROCKET-1A --repository acme/rocket\n  bitbucket-integration issue create ROCKET-1A --repository acme/rocket --title \"Thrust is nothing\" --priority blocker\n\nWhoever asks for the very same again gets the issue that was created before. Bitbucket answers 410 for a\nrepository whose issue tracker is gone."
    )]
    Create(CreateIssueArgs),
    /// Link an issue that Bitbucket has with one of the tracker
    #[command(
        after_help = "Example:\n  bitbucket-integration issue link ROCKET-1A --repository acme/rocket --number 12 --comment \"Seen again\""
    )]
    Link(LinkIssueArgs),
    /// Search the issues of a repository at Bitbucket, by title or by number
    #[command(
        after_help = "Example:\n  bitbucket-integration issue search thrust --repository acme/rocket"
    )]
    Search(SearchIssuesArgs),
    /// List which issues are linked, the newest first
    #[command(
        after_help = "Examples:\n  bitbucket-integration issue list\n  bitbucket-integration issue list --issue ROCKET-1A --json"
    )]
    List(ListIssuesArgs),
    /// Forget a link; nothing happens to the two issues
    Unlink {
        /// The link's id, as `issue list` shows it
        id: String,
        /// The service.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// `issue create`
#[derive(Debug, Clone, Args)]
pub struct CreateIssueArgs {
    /// The short id of the tracker's issue
    pub issue: String,
    /// The repository whose tracker gets the issue
    #[arg(long, value_name = "WORKSPACE/SLUG")]
    pub repository: String,
    /// Its title [default: that of the tracker's issue]
    #[arg(long)]
    pub title: Option<String>,
    /// File with its text; - is the standard input [default: a text that leads to the tracker's issue]
    #[arg(long, value_name = "FILE")]
    pub description_file: Option<PathBuf>,
    /// What it is
    #[arg(long, value_parser = ["bug", "enhancement", "proposal", "task"], default_value = "bug")]
    pub kind: String,
    /// How much it matters
    #[arg(long, value_parser = ["trivial", "minor", "major", "critical", "blocker"], default_value = "major")]
    pub priority: String,
    /// Makes a second request the same one, whatever else it says: 1 to 128 visible ASCII characters
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// Print the link as JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `issue link`
#[derive(Debug, Clone, Args)]
pub struct LinkIssueArgs {
    /// The short id of the tracker's issue
    pub issue: String,
    /// The repository whose tracker has the issue
    #[arg(long, value_name = "WORKSPACE/SLUG")]
    pub repository: String,
    /// The issue's number there
    #[arg(long)]
    pub number: u64,
    /// What is said on it [default: nothing]
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Print the link as JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `issue search`
#[derive(Debug, Clone, Args)]
pub struct SearchIssuesArgs {
    /// What the title contains, or the number
    pub text: String,
    /// The followed repository whose issues are searched
    #[arg(long, value_name = "WORKSPACE/SLUG")]
    pub repository: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `issue list`
#[derive(Debug, Clone, Args)]
pub struct ListIssuesArgs {
    /// Only those of the tracker's issue with this short id
    #[arg(long, value_name = "SHORT-ID", conflicts_with = "repository")]
    pub issue: Option<String>,
    /// Only those of this followed repository
    #[arg(long, value_name = "WORKSPACE/SLUG")]
    pub repository: Option<String>,
    /// Only the one with this number
    #[arg(long, requires = "repository")]
    pub number: Option<u64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}
