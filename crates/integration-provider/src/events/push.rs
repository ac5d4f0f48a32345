//! `repo:push`: which refs moved, and the newest commits of each.

use std::borrow::Cow;

use bitbucket_api_paths::{CommitSha, RepoFullName, RepoUuid};
use bitbucket_http_client::{Commit, CommitAuthor};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A push to one repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Where it went, as named at that time.
    pub repository: EventRepository,
    /// One for each ref; may be empty.
    pub changes: Vec<PushChange>,
}

/// The repository that an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRepository {
    /// Its identity.
    pub uuid: RepoUuid,
    /// Its name now; `None` when it is none that can be addressed.
    pub full_name: Option<RepoFullName>,
    /// Where a person sees it.
    pub web_url: Option<String>,
}

/// What happened to one ref.
#[derive(Debug, Clone, PartialEq)]
pub struct PushChange {
    /// What kind of ref it is.
    pub kind: RefKind,
    /// The ref's name, such as `main` or `feature/x`.
    pub name: String,
    /// Where it pointed before; `None` when it was created.
    pub old: Option<CommitSha>,
    /// Where it points now; `None` when it was deleted.
    pub new: Option<CommitSha>,
    /// Whether history was rewritten: `old` may be out of reach.
    pub forced: bool,
    /// Whether there are more commits than `commits` holds (Bitbucket sends at most 5, and one may be of an unknown form).
    pub truncated: bool,
    /// The newest commits, newest first.
    pub commits: Vec<Commit>,
}

/// What kind of ref was pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefKind {
    /// A branch.
    Branch,
    /// A tag, light or annotated.
    Tag,
    /// Anything else, such as a bookmark of old times.
    Other,
}

#[derive(Deserialize)]
struct WirePush<'a> {
    repository: WireRepository,
    #[serde(borrow)]
    push: WireChanges<'a>,
}

#[derive(Deserialize)]
pub(super) struct WireRepository {
    uuid: RepoUuid,
    #[serde(default)]
    full_name: Option<String>,
    #[serde(default)]
    links: Option<WireLinks>,
}

#[derive(Deserialize)]
struct WireLinks {
    #[serde(default)]
    html: Option<WireLink>,
}

#[derive(Deserialize)]
struct WireLink {
    #[serde(default)]
    href: Option<String>,
}

#[derive(Deserialize)]
struct WireChanges<'a> {
    #[serde(borrow, default)]
    changes: Option<Vec<WireChange<'a>>>,
}

#[derive(Deserialize)]
struct WireChange<'a> {
    #[serde(default)]
    old: Option<WireRef>,
    #[serde(default)]
    new: Option<WireRef>,
    #[serde(default)]
    forced: Option<bool>,
    #[serde(default)]
    truncated: Option<bool>,
    /// Read one by one, so that one of an unknown form does not hide the others.
    #[serde(borrow, default)]
    commits: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct WireRef {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    name: Option<String>,
    target: WireTarget,
}

#[derive(Deserialize)]
struct WireTarget {
    hash: CommitSha,
}

impl From<WireRepository> for EventRepository {
    fn from(wire: WireRepository) -> Self {
        Self {
            uuid: wire.uuid,
            full_name: wire
                .full_name
                .and_then(|name| RepoFullName::parse(&name).ok()),
            web_url: wire
                .links
                .and_then(|links| links.html)
                .and_then(|html| html.href),
        }
    }
}

pub(super) fn parse(payload: &[u8]) -> Result<Push, serde_json::Error> {
    let WirePush { repository, push } = serde_json::from_slice(payload)?;
    Ok(Push {
        repository: repository.into(),
        changes: push
            .changes
            .unwrap_or_default()
            .into_iter()
            .filter_map(change)
            .collect(),
    })
}

/// A change without `old` and `new` says nothing. One with a commit that can't be read counts as cut: the API has all of them.
fn change(wire: WireChange<'_>) -> Option<PushChange> {
    let sent = wire.commits.unwrap_or_default();
    let commits: Vec<Commit> = sent
        .iter()
        .filter_map(|commit| read_commit(commit.get()))
        .collect();
    let named = wire.new.as_ref().or(wire.old.as_ref())?;
    Some(PushChange {
        kind: kind(named.kind.as_deref()),
        name: named.name.clone().unwrap_or_default(),
        old: wire.old.map(|old| old.target.hash),
        new: wire.new.map(|new| new.target.hash),
        forced: wire.forced.unwrap_or(false),
        truncated: wire.truncated.unwrap_or(false) || commits.len() < sent.len(),
        commits,
    })
}

/// A commit as it nearly always is. A payload has up to five for each ref, and this form costs a third of the patient one.
#[derive(Deserialize)]
struct UsualCommit<'a> {
    hash: CommitSha,
    #[serde(borrow)]
    message: Cow<'a, str>,
    #[serde(borrow)]
    author: UsualAuthor<'a>,
    date: jiff::Timestamp,
    parents: Vec<WireTarget>,
}

#[derive(Deserialize)]
struct UsualAuthor<'a> {
    #[serde(borrow)]
    raw: Cow<'a, str>,
    #[serde(default)]
    user: Option<UsualUser>,
}

#[derive(Deserialize)]
struct UsualUser {
    #[serde(default)]
    account_id: Option<String>,
}

/// A commit; what is not as usual is read with more patience.
fn read_commit(text: &str) -> Option<Commit> {
    let Ok(usual) = serde_json::from_str::<UsualCommit<'_>>(text) else {
        return serde_json::from_str(text).ok();
    };
    let account_id = usual.author.user.and_then(|user| user.account_id);
    Some(Commit {
        sha: usual.hash,
        message: usual.message.into_owned(),
        author: CommitAuthor::from_raw(&usual.author.raw).with_account(account_id),
        date: usual.date,
        parents: usual.parents.into_iter().map(|one| one.hash).collect(),
    })
}

fn kind(word: Option<&str>) -> RefKind {
    match word {
        Some("branch" | "named_branch") => RefKind::Branch,
        Some("tag" | "annotated_tag") => RefKind::Tag,
        _ => RefKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_form_reads_like_the_patient_one() {
        const SHA: &str = "1111111111111111111111111111111111111111";
        let with = |rest: &str| {
            format!(
                r#"{{"hash": "{SHA}", "date": "2026-11-20T12:00:00+01:00", "rendered": {{}}, {rest}}}"#
            )
        };
        for rest in [
            r#""message": "Fix\n\n\"it\"", "author": {"raw": "Ann <a@b.c>", "user": {"account_id": "5b1", "links": {}}}, "parents": [{"hash": "2222222222222222222222222222222222222222"}]"#,
            r#""message": "x", "author": {"raw": "Ann", "user": null}, "parents": []"#,
            r#""message": "x", "author": {"raw": "", "user": {"account_id": null}}, "parents": []"#,
            r#""message": "", "author": {"raw": "<a@b.c>"}, "parents": []"#,
            r#""message": null, "author": null, "parents": null"#,
            r#""message": "x", "author": {"raw": "Ann", "user": {"account_id": 7}}, "parents": []"#,
            r#""author": {"raw": "Ann"}"#,
        ] {
            let text = with(rest);
            let patient: Commit = serde_json::from_str(&text).unwrap();
            assert_eq!(read_commit(&text), Some(patient), "{text}");
        }
        assert_eq!(read_commit(&with(r#""hash": 7"#)), None);
    }
}
