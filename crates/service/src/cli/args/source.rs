//! `source …`

use clap::{Args, Subcommand};

use super::ServerArgs;

/// `source …`
#[derive(Debug, Clone, Subcommand)]
pub enum SourceAction {
    /// Find the line at Bitbucket that a frame of a stack trace means
    #[command(
        after_help = "Examples:\n  bitbucket-integration source link /app/engine.rs --line 12 --project rocket --release rocket@1.4.0\n  bitbucket-integration source link src/engine.rs --repository acme/rocket --commit $(git rev-parse HEAD)"
    )]
    Link(LinkArgs),
    /// Name the recent commits that may have caused what a frame shows, the likeliest first
    #[command(
        after_help = "Examples:\n  bitbucket-integration source suspects /app/engine.rs --line 12 --project rocket --release rocket@1.4.0"
    )]
    Suspects(LinkArgs),
    /// Say what an address of Bitbucket's web site means: repository, branch, path, line
    #[command(
        after_help = "Examples:\n  bitbucket-integration source parse \"https://bitbucket.org/acme/rocket/src/feature/x/src/engine.rs#lines-12\""
    )]
    Parse(ParseArgs),
    /// Show who owns the code, by CODEOWNERS on the main branch
    #[command(
        after_help = "Examples:\n  bitbucket-integration source owners acme/rocket\n  bitbucket-integration source owners acme/rocket --path src/engine.rs"
    )]
    Owners(OwnersArgs),
    /// Make a rule: paths of stack traces that begin like this stand there in the repository
    #[command(
        after_help = "Examples:\n  bitbucket-integration source map acme/rocket --stack-root /app/ --source-root src/ --project rocket"
    )]
    Map(MapArgs),
    /// List the path rules of a repository
    Maps(MapsArgs),
    /// Remove a path rule
    Unmap {
        /// The rule's id, as `source maps` shows it
        id: String,
        /// The service.
        #[command(flatten)]
        server: ServerArgs,
    },
}

/// `source link`
#[derive(Debug, Clone, Args)]
pub struct LinkArgs {
    /// The file's path as the stack trace has it
    pub path: String,
    /// The line
    #[arg(long, value_name = "NUMBER")]
    pub line: Option<u32>,
    /// The tracker's project
    #[arg(long, value_name = "SLUG")]
    pub project: Option<String>,
    /// WORKSPACE/SLUG [default: all that are followed for the project]
    #[arg(long, value_name = "WORKSPACE/SLUG")]
    pub repository: Option<String>,
    /// The connected workspace, by slug or UUID, where projects of two have the same name
    #[arg(long, value_name = "WORKSPACE", conflicts_with = "repository")]
    pub workspace: Option<String>,
    /// The commit that failed
    #[arg(long, value_name = "SHA")]
    pub commit: Option<String>,
    /// The release that failed
    #[arg(long, value_name = "VERSION", conflicts_with = "commit")]
    pub release: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `source parse`
#[derive(Debug, Clone, Args)]
pub struct ParseArgs {
    /// The address
    pub url: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `source owners`
#[derive(Debug, Clone, Args)]
pub struct OwnersArgs {
    /// WORKSPACE/SLUG
    pub repository: String,
    /// Only the rule that decides about this file
    #[arg(long, value_name = "PATH")]
    pub path: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `source map`
#[derive(Debug, Clone, Args)]
pub struct MapArgs {
    /// WORKSPACE/SLUG
    pub repository: String,
    /// How the paths in stack traces begin
    #[arg(long, value_name = "PATH")]
    pub stack_root: String,
    /// What stands there in the repository
    #[arg(long, value_name = "PATH", default_value = "")]
    pub source_root: String,
    /// The tracker's project [default: any]
    #[arg(long, value_name = "SLUG")]
    pub project: Option<String>,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// `source maps`
#[derive(Debug, Clone, Args)]
pub struct MapsArgs {
    /// WORKSPACE/SLUG
    pub repository: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}
