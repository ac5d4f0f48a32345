//! `release`

use clap::Args;

use super::ServerArgs;
use crate::wire::{OpenReleaseBody, RefBody};

/// `release`
#[derive(Debug, Clone, Args)]
pub struct ReleaseArgs {
    /// The tracker's name of the release, such as rocket@1.4.0
    pub version: String,
    /// WORKSPACE/SLUG of the followed repository it was built from
    #[arg(
        long,
        value_name = "WORKSPACE/SLUG",
        required_unless_present = "refs",
        requires = "commit"
    )]
    pub repository: Option<String>,
    /// The newest commit in it: a full hash
    #[arg(long, value_name = "SHA", requires = "repository")]
    pub commit: Option<String>,
    /// One of several repositories that it was built from, with its newest commit; may be given several times
    #[arg(long = "ref", value_name = "WORKSPACE/SLUG@[SHA..]SHA", conflicts_with_all = ["repository", "commit", "previous"])]
    pub refs: Vec<ReleaseRef>,
    /// Where it is deployed to at once, such as production
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// The newest commit that is not in it [default: the commit of the previous release]
    #[arg(long, value_name = "SHA")]
    pub previous: Option<String>,
    /// A project of the tracker; may be given several times [default: those of the repository]
    #[arg(long = "project", value_name = "SLUG")]
    pub projects: Vec<String>,
    /// Return as soon as the service has taken it
    #[arg(long)]
    pub no_wait: bool,
    /// How long to wait until it is published, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
    /// Print the release as JSON
    #[arg(long)]
    pub json: bool,
    /// The service.
    #[command(flatten)]
    pub server: ServerArgs,
}

/// One of several repositories of a release: `acme/rocket@SHA`, or with where it begins, `acme/rocket@PREVIOUS..SHA`.
#[derive(Debug, Clone)]
pub struct ReleaseRef(RefBody);

impl std::str::FromStr for ReleaseRef {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "WORKSPACE/SLUG@SHA or WORKSPACE/SLUG@SHA..SHA is expected";
        let (repository, range) = text.split_once('@').ok_or(expected)?;
        let (previous, commit) = match range.split_once("..") {
            Some((previous, commit)) => (Some(previous), commit),
            None => (None, range),
        };
        let empty = |part: &str| part.is_empty();
        if empty(repository) || empty(commit) || previous.is_some_and(empty) {
            return Err(expected);
        }
        Ok(Self(RefBody {
            repository: repository.to_owned(),
            commit: commit.to_owned(),
            previous: previous.map(str::to_owned),
        }))
    }
}

impl ReleaseArgs {
    /// The request that the arguments ask for.
    pub(in crate::cli) fn body(&self) -> OpenReleaseBody {
        OpenReleaseBody {
            version: self.version.clone(),
            repository: self.repository.clone(),
            commit: self.commit.clone(),
            previous: self.previous.clone(),
            projects: self.projects.clone(),
            environment: self.environment.clone(),
            refs: self.refs.iter().map(|one| one.0.clone()).collect(),
        }
    }
}
