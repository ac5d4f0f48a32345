//! What can be asked of the program.

mod issue;
mod jobs;
mod keys;
mod release;
mod source;
mod storage;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(super) use release::ReleaseArgs;
pub(super) use source::{LinkArgs, MapArgs, MapsArgs, OwnersArgs, ParseArgs, SourceAction};

use crate::config::CommitProfile;

pub(super) use issue::{
    CreateIssueArgs, IssueAction, LinkIssueArgs, ListIssuesArgs, SearchIssuesArgs,
};
pub(super) use jobs::{JobsAction, JobsArgs};
pub(super) use keys::{CreateKeyArgs, KeysAction};
pub(super) use storage::{ImportArgs, RestoreArgs};

const ABOUT_ENVIRONMENT: &str = "Exit codes: 0 done, 1 failed, 2 wrong arguments or configuration, 3 the service can't be reached.\n\
    Configuration: docs/CONFIGURATION.md. NO_COLOR turns colour off.";

/// Connects Bitbucket Cloud to an error tracker.
#[derive(Debug, Parser)]
#[command(name = "bitbucket-integration", version, about, after_help = ABOUT_ENVIRONMENT)]
pub struct Cli {
    /// The configuration file [default: ./bitbucket-integration.toml, when it is there]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "BITBUCKET_INTEGRATION_CONFIG"
    )]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the service
    #[command(
        after_help = "Examples:\n  bitbucket-integration serve\n  bitbucket-integration --config /etc/bitbucket-integration.toml serve\n\nStops on SIGTERM or ctrl-c when open work is done; a second signal stops at once."
    )]
    Serve,
    /// Show the whole road on this machine: a simulated Bitbucket and Sentry, the service, a push, a release
    #[cfg(feature = "demo")]
    #[command(
        after_help = "Examples:\n  bitbucket-integration demo\n  bitbucket-integration demo --keep"
    )]
    Demo(DemoArgs),
    /// Connect a Bitbucket workspace, or give a connected one a new credential
    #[command(
        after_help = "Examples:\n  bitbucket-integration connect acme --access-token-file token.txt\n  bitbucket-integration connect acme --api-token-file token.txt --email ann@example.com\n  pass show bitbucket | bitbucket-integration connect acme --access-token-file -\n  bitbucket-integration connect acme --consent\n\nA token can also come from BITBUCKET_INTEGRATION_ACCESS_TOKEN, or BITBUCKET_INTEGRATION_API_TOKEN with\nBITBUCKET_INTEGRATION_EMAIL. It needs the scopes: repository, pullrequest, webhook, account."
    )]
    Connect(ConnectArgs),
    /// Disconnect a workspace: deletes its hooks and forgets its credential; history stays
    #[command(
        after_help = "Examples:\n  bitbucket-integration disconnect acme\n  bitbucket-integration disconnect acme --json\n\nRevoke the token at Bitbucket as well. Connecting again brings the repositories back."
    )]
    Disconnect(DisconnectArgs),
    /// Follow repositories
    Repository {
        /// What to do with repositories.
        #[command(subcommand)]
        action: RepositoryAction,
    },
    /// From stack traces to the source and back, and who owns the code
    Source {
        /// What to find out.
        #[command(subcommand)]
        action: SourceAction,
    },
    /// Issues of Bitbucket's own tracker that belong to issues of the error tracker
    Issue {
        /// What to do with issues.
        #[command(subcommand)]
        action: IssueAction,
    },
    /// Give a release with its commits to the tracker; what a pipeline calls
    #[command(
        after_help = "Examples:\n  bitbucket-integration release rocket@1.4.0 --repository acme/rocket --commit $BITBUCKET_COMMIT\n  bitbucket-integration release rocket@1.4.0 --repository acme/rocket --commit $(git rev-parse HEAD) \\\n      --previous $(git rev-parse v1.3.0) --project rocket --json\n  bitbucket-integration release suite@7 --ref acme/rocket@$ROCKET --ref acme/launchpad@$PAD --environment production\n\nAgain with another --environment, the same release is deployed there as well.\nExit codes: 0 published (or accepted, with --no-wait), 1 failed, 2 wrong arguments, 3 the service can't be reached."
    )]
    Release(ReleaseArgs),
    /// Look at the queue, and replay what was given up
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  bitbucket-integration jobs --state dead\n  bitbucket-integration jobs replay 0190a5c2-7e1d-7cc0-9c7a-2f0d5b6a1e11"
    )]
    Jobs(JobsArgs),
    /// Copy the SQLite database into a file while the service runs
    Backup {
        /// The new file
        #[arg(value_name = "FILE")]
        copy: PathBuf,
    },
    /// Put a copy in the place of the SQLite database; the service must be stopped
    Restore(RestoreArgs),
    /// Copy everything from a SQLite file into the configured, empty PostgreSQL database
    #[command(
        after_help = "Example:\n  DATABASE_URL=postgres://… bitbucket-integration import data/bitbucket-integration.sqlite\n\nStop the service first; it goes on with the database where it was. Both take the same storage key."
    )]
    Import(ImportArgs),
    /// Bring the database's schema up to date, as a start does
    Migrate,
    /// Make, list and revoke keys of the API; replace the storage key
    Keys {
        /// What to do with keys.
        #[command(subcommand)]
        action: KeysAction,
    },
    /// Show how the service is doing
    #[command(
        after_help = "Examples:\n  bitbucket-integration status\n  bitbucket-integration status --json --server https://bitbucket-integration.example.com"
    )]
    Status(StatusArgs),
    /// Look at the configuration
    Config {
        /// What to do with the configuration.
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Print the OpenAPI 3.1 document of the service's API, as it is served at /api/v1/openapi.json
    #[command(
        after_help = "Examples:\n  bitbucket-integration openapi > openapi.json\n  bitbucket-integration openapi | jq -r '.paths | keys[]'"
    )]
    Openapi,
    /// Say what a commit message does to which issues
    #[command(
        after_help = "Examples:\n  bitbucket-integration explain \"Fixes ROCKET-1A\"\n  git log -1 --format=%B | bitbucket-integration explain -"
    )]
    Explain(ExplainArgs),
}

/// Which service to talk to.
#[derive(Debug, Clone, Default, Args)]
pub struct ServerArgs {
    /// Address of the running service [default: the configured listening address, http://127.0.0.1:8080]
    #[arg(long, value_name = "URL", env = "BITBUCKET_INTEGRATION_SERVER")]
    pub server: Option<String>,
    /// File with its API key [default: BITBUCKET_INTEGRATION_API_KEY, else the generated key of the storage folder]
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,
}

/// `demo`
#[cfg(feature = "demo")]
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Leave everything running afterwards, and print the addresses
    #[arg(long)]
    pub keep: bool,
}

/// `connect`
#[derive(Debug, Clone, Args)]
pub struct ConnectArgs {
    /// The workspace's slug or UUID
    pub workspace: String,
    /// The configured tracker it reports to [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub tracker: Option<String>,
    /// File with a repository, project or workspace access token; - is the standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["api_token_file", "email"])]
    pub access_token_file: Option<PathBuf>,
    /// File with an API token; - is the standard input
    #[arg(long, value_name = "FILE", requires = "email")]
    pub api_token_file: Option<PathBuf>,
    /// E-mail address of the API token's account
    #[arg(long, value_name = "ADDRESS", env = "BITBUCKET_INTEGRATION_EMAIL")]
    pub email: Option<String>,
    /// Use the Connect app, which the workspace has installed
    #[arg(long, conflicts_with_all = ["access_token_file", "api_token_file", "consumer_key"])]
    pub installed_app: bool,
    /// Print the address at which a person agrees to the configured OAuth consumer; agreeing there connects the workspace
    #[arg(long, conflicts_with_all = ["access_token_file", "api_token_file", "consumer_key", "installed_app"])]
    pub consent: bool,
    /// Key of an OAuth 2.0 consumer that acts as its owner; its secret is read from --consumer-secret-file
    #[arg(long, value_name = "KEY", requires = "consumer_secret_file", conflicts_with_all = ["access_token_file", "api_token_file"])]
    pub consumer_key: Option<String>,
    /// File with the consumer's secret; - is the standard input
    #[arg(long, value_name = "FILE", requires = "consumer_key")]
    pub consumer_secret_file: Option<PathBuf>,
    /// Print the installation as JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `disconnect`
#[derive(Debug, Clone, Args)]
pub struct DisconnectArgs {
    /// The workspace's slug or UUID
    pub workspace: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `repository …`
#[derive(Debug, Clone, Subcommand)]
pub enum RepositoryAction {
    /// Follow a repository: creates its hook at Bitbucket
    #[command(
        after_help = "Examples:\n  bitbucket-integration repository add acme/rocket --project rocket\n  bitbucket-integration repository add acme/rocket --project rocket --project rocket-web --on-push record"
    )]
    Add(AddArgs),
    /// List the followed repositories
    List(ListArgs),
    /// List what a connected workspace has at Bitbucket, or search it by name
    #[command(
        after_help = "Examples:\n  bitbucket-integration repository search acme\n  bitbucket-integration repository search acme rocket --json"
    )]
    Search(SearchArgs),
    /// No longer follow a repository: deletes its hook; commits and releases stay
    #[command(
        after_help = "Examples:\n  bitbucket-integration repository remove acme/rocket\n  bitbucket-integration repository remove acme/rocket --force"
    )]
    Remove(RemoveArgs),
    /// Give the hook of a repository a new secret; no delivery is lost
    Rotate(OneArgs),
    /// Compare a workspace's repositories and hooks with Bitbucket now
    Sync(SyncArgs),
}

/// `repository add`
#[derive(Debug, Clone, Args)]
pub struct AddArgs {
    /// WORKSPACE/SLUG
    pub repository: String,
    /// A project of the tracker whose issues its commits may name; may be given several times [default: any]
    #[arg(long = "project", value_name = "SLUG")]
    pub projects: Vec<String>,
    /// What a push does to the issues that its commits name
    #[arg(long, value_name = "WHAT", value_parser = ["comment", "record"], default_value = "comment")]
    pub on_push: String,
    /// Print the repository as JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `repository search`
#[derive(Debug, Clone, Args)]
pub struct SearchArgs {
    /// The connected workspace's slug or UUID
    pub workspace: String,
    /// What the name is or contains [default: all]
    pub text: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `repository remove`
#[derive(Debug, Clone, Args)]
pub struct RemoveArgs {
    /// WORKSPACE/SLUG
    pub repository: String,
    /// Also when Bitbucket does not delete the hook
    #[arg(long)]
    pub force: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `repository rotate`
#[derive(Debug, Clone, Args)]
pub struct OneArgs {
    /// WORKSPACE/SLUG
    pub repository: String,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `repository sync`
#[derive(Debug, Clone, Args)]
pub struct SyncArgs {
    /// The connected workspace's slug or UUID
    pub workspace: String,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `repository list`
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `status`
#[derive(Debug, Clone, Args)]
pub struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `config …`
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigAction {
    /// Read the configuration as `serve` would, and say what is wrong with it
    #[command(
        after_help = "Examples:\n  bitbucket-integration config check\n  bitbucket-integration --config new.toml config check --online"
    )]
    Check {
        /// Also ask every tracker whether it is there and takes its token
        #[arg(long)]
        online: bool,
    },
    /// Show every value in effect and where it comes from; secrets are masked
    Show {
        /// Leave out what is as by default
        #[arg(long)]
        changed: bool,
    },
    /// Print a configuration file to begin with: every key with its default and its meaning
    #[command(
        after_help = "Example:\n  bitbucket-integration config template > bitbucket-integration.toml"
    )]
    Template,
    /// Print the page of the documentation about the configuration, in Markdown
    Reference,
}

/// `explain`
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// The commit message; - reads it from the standard input
    pub message: String,
    /// Reads it by this profile [default: the configured one]
    #[arg(long, value_enum)]
    pub profile: Option<CommitProfile>,
    /// The branch that it is pushed to
    #[arg(long, default_value = "main")]
    pub branch: String,
}
