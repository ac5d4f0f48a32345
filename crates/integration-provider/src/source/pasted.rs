//! From an address that a person copied out of the browser to repository, branch, path and line.

use bitbucket_api_paths::{CommitSha, FilePath, RepoFullName, RepoRef, Revision};
use bitbucket_http_client::BitbucketApi;

use super::SourceError;
use crate::ids::RepositoryId;
use crate::integration::Integration;

/// Most parts of an address that may belong to the name of a branch.
const MOST_BRANCH_PARTS: usize = 10;

/// An address of Bitbucket's web site, taken apart as far as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastedAddress {
    /// The repository.
    pub repository: RepoFullName,
    /// What stands behind `/src/`, part by part and decoded; empty when nothing does.
    pub rest: Vec<String>,
    /// The branch that stands in `?at=`.
    pub at: Option<String>,
    /// The first and the last line of `#lines-…`.
    pub lines: Option<(u32, u32)>,
}

/// What a pasted address means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastedSource {
    /// Our identifier of the repository.
    pub repository: RepositoryId,
    /// Its name now.
    pub full_name: RepoFullName,
    /// The branch or tag, if it names one.
    pub reference: Option<String>,
    /// The commit.
    pub commit: Option<CommitSha>,
    /// The file or folder; `None` for the root.
    pub path: Option<String>,
    /// The first and the last line.
    pub lines: Option<(u32, u32)>,
}

impl PastedAddress {
    /// Takes an address apart: `https://bitbucket.org/{workspace}/{slug}/src/{revision}/{path}?at={branch}#lines-{line}`.
    ///
    /// # Errors
    /// [`SourceError::Invalid`] with what is expected.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let expected = || {
            SourceError::Invalid {
            what: "field `url`: an address such as https://bitbucket.org/acme/rocket/src/main/src/app.rs#lines-12 is expected"
                .to_owned(),
        }
        };
        let text = text.trim();
        let rest = text
            .strip_prefix("https://bitbucket.org/")
            .or_else(|| text.strip_prefix("https://www.bitbucket.org/"))
            .ok_or_else(expected)?;
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut parts = path.split('/');
        let workspace = parts.next().and_then(decode).ok_or_else(expected)?;
        let slug = parts.next().and_then(decode).ok_or_else(expected)?;
        let repository =
            RepoFullName::parse(&format!("{workspace}/{slug}")).map_err(|_| expected())?;
        let rest: Vec<&str> = match parts.next() {
            None | Some("") => Vec::new(),
            Some("src") => parts.filter(|part| !part.is_empty()).collect(),
            Some(_) => return Err(expected()),
        };
        let rest: Option<Vec<String>> = rest.into_iter().map(decode).collect();
        let at = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("at="))
            .and_then(|value| decode(&value.replace('+', " ")));
        Ok(Self {
            repository,
            rest: rest.ok_or_else(expected)?,
            at: at.filter(|branch| !branch.is_empty()),
            lines: lines(fragment),
        })
    }
}

impl Integration {
    /// What a pasted address means. The name of a branch may hold a `/`: Bitbucket is asked how far it goes.
    ///
    /// # Errors
    /// [`SourceError`].
    pub async fn pasted_source(&self, text: &str) -> Result<PastedSource, SourceError> {
        let address = PastedAddress::parse(text)?;
        let found = self.ports.repositories.by_full_name(&address.repository);
        let repository = found.await?.ok_or(SourceError::UnknownRepository)?;
        let mut source = PastedSource {
            repository: repository.id,
            full_name: repository.full_name.clone(),
            reference: address.at.clone(),
            commit: None,
            path: None,
            lines: address.lines,
        };
        let Some((first, behind)) = address.rest.split_first() else {
            return Ok(source);
        };
        let parts = if let Some(commit) = whole_commit(first) {
            source.commit = Some(commit);
            behind
        } else {
            let client = self.client_of(&repository).await?;
            let at = RepoRef::from(repository.uuid.clone());
            let (name, commit, used) = named(client.as_ref(), &at, &address.rest).await?;
            source.commit = Some(commit);
            source.reference = name.or(source.reference);
            address.rest.get(used..).unwrap_or_default()
        };
        if !parts.is_empty() {
            let path = FilePath::parse(&parts.join("/"));
            let path = path.map_err(|error| SourceError::Invalid {
                what: format!("field `url`: {error}"),
            })?;
            source.path = Some(path.to_string());
        }
        Ok(source)
    }
}

/// The branch, tag or abbreviated commit at the beginning of these parts, its commit, and how many parts it takes. No two branches of a
/// repository begin alike up to a `/`, so that the first one found is the one.
async fn named(
    client: &dyn BitbucketApi,
    at: &RepoRef,
    parts: &[String],
) -> Result<(Option<String>, CommitSha, usize), SourceError> {
    for used in 1..=parts.len().min(MOST_BRANCH_PARTS) {
        let name = parts.get(..used).unwrap_or_default().join("/");
        let Ok(revision) = Revision::parse(&name) else {
            continue;
        };
        for found in [
            client.branch(at, &revision).await,
            client.tag(at, &revision).await,
        ] {
            match found {
                Ok(found) => return Ok((Some(name), found.target, used)),
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(SourceError::Bitbucket(error)),
            }
        }
    }
    let first = parts.first().map(String::as_str).unwrap_or_default();
    if let Ok(short) = CommitSha::parse(first) {
        match client.commit(at, &short).await {
            Ok(commit) => return Ok((None, commit.sha, 1)),
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err(SourceError::Bitbucket(error)),
        }
    }
    Err(SourceError::UnknownRevision {
        what: format!(
            "branch, tag or commit at the beginning of `{}`",
            parts.join("/")
        ),
    })
}

fn whole_commit(text: &str) -> Option<CommitSha> {
    CommitSha::parse(text).ok().filter(CommitSha::is_full)
}

/// `lines-12`, `lines-12:20`, or several of them: the first.
fn lines(fragment: &str) -> Option<(u32, u32)> {
    let text = fragment.strip_prefix("lines-")?.split(',').next()?;
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    (first > 0 && last >= first).then_some((first, last))
}

/// A percent-encoded part of an address; `None` when it is no text.
fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let mut decoded = [0_u8];
            hex::decode_to_slice(digits, &mut decoded).ok()?;
            bytes.extend(decoded);
        } else {
            bytes.push(byte);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.is_empty()).then_some(text)
}
