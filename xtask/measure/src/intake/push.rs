//! One push of about 6 KB after the other, with fresh hashes, and what proves who sent it.

use aws_lc_rs::hmac;
use bitbucket_jwt_auth::{RequestSigner, SharedSecret, UnixTime};
use serde_json::{Value, json};

use crate::clock::now;
use crate::dice::Dice;
use crate::request::{CLIENT_KEY, SECRET};
use crate::seed::{HOOK_SECRET, repository_uuid};

/// How many commits a push has.
pub(crate) const COMMITS: usize = 5;
const HASH: usize = 40;
const MESSAGES: [&str; COMMITS] = [
    "Fixes ROCKET-1A: guard the retry loop against a zero back-off\n\nThe scheduler spun when the server answered 429 without a header.\n",
    "Add a page-size option to the export job\n",
    "Merged in feature/export-csv (pull request #412)\n\nExport to CSV\n",
    "refactor: move the tenant lookup out of the handler, so that tests need no database\n",
    "Bump the base image\n\nCloses ROCKET-77, ROCKET-78\n",
];

/// What stands where the hash of a commit will stand; the sixth is the parent of the fifth.
fn mark(commit: usize) -> String {
    format!("{commit:#<40}")
}

/// How a sender proves who it is.
#[derive(Debug, Clone)]
pub(crate) enum Proof {
    /// `X-Hub-Signature` over each body.
    Signature(Box<hmac::Key>),
    /// `Authorization: JWT …` for method and path.
    Token(String),
}

impl Proof {
    pub(crate) fn signature() -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, HOOK_SECRET.as_bytes());
        Self::Signature(Box::new(key))
    }

    pub(super) fn token(path: &str) -> anyhow::Result<Self> {
        let secret = SharedSecret::new(SECRET.to_owned());
        let signer = RequestSigner::new(CLIENT_KEY, CLIENT_KEY, secret).with_lifetime(3600)?;
        let now = UnixTime::from_seconds(now().as_second());
        Ok(Self::Token(
            signer.sign("POST", path, None, now)?.header_value(),
        ))
    }

    /// Name and value of the header.
    pub(crate) fn header(&self, body: &[u8]) -> (&'static str, String) {
        match self {
            Self::Signature(key) => {
                let tag = hex::encode(hmac::sign(key, body));
                ("x-hub-signature", format!("sha256={tag}"))
            }
            Self::Token(token) => ("authorization", token.clone()),
        }
    }
}

/// A push that is written anew for each request.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    body: Vec<u8>,
    /// Where the hash of which commit stands.
    places: Vec<(usize, usize)>,
}

impl Push {
    /// Pushes to the repository with this number.
    pub(crate) fn to(repository: u64) -> Self {
        let text = payload(repository).to_string();
        let places = (0..=COMMITS)
            .flat_map(|commit| {
                let mark = mark(commit);
                let found = text.match_indices(&mark);
                found.map(|(at, _)| (at, commit)).collect::<Vec<_>>()
            })
            .collect();
        Self {
            body: text.into_bytes(),
            places,
        }
    }

    /// Fresh hashes from `dice`.
    pub(crate) fn renew(&mut self, dice: &mut Dice) -> &[u8] {
        let hashes: [String; COMMITS + 1] = std::array::from_fn(|_| {
            let mut hash = format!(
                "{:016x}{:016x}{:016x}",
                dice.next(),
                dice.next(),
                dice.next()
            );
            hash.truncate(HASH);
            hash
        });
        for &(at, commit) in &self.places {
            if let (Some(place), Some(hash)) =
                (self.body.get_mut(at..at + HASH), hashes.get(commit))
            {
                place.copy_from_slice(hash.as_bytes());
            }
        }
        &self.body
    }
}

fn payload(repository: u64) -> Value {
    let name = format!("rocket-{repository}");
    let api = format!("https://api.bitbucket.org/2.0/repositories/acme/{name}");
    let web = format!("https://bitbucket.org/acme/{name}");
    let person = json!({
        "type": "user", "display_name": "Ada Lovelace", "nickname": "ada",
        "uuid": "{ac3e0000-0000-4000-8000-000000000003}", "account_id": "712020:ac3e0000-0000-4000-8000-000000000004",
        "links": {"self": {"href": "https://api.bitbucket.org/2.0/users/%7Bac3e0000%7D"}, "avatar": {"href": "https://avatars.example/ada.png"}}
    });
    let commit = |number: usize| {
        let hash = mark(number);
        json!({
            "type": "commit", "hash": hash, "date": format!("2026-11-20T14:2{number}:07+00:00"),
            "message": MESSAGES.get(number).copied().unwrap_or_default(),
            "author": {"type": "author", "raw": format!("Ada Lovelace <ada{}@acme.example>", number % 2), "user": person},
            "parents": [{"type": "commit", "hash": mark(number + 1), "links": {"html": {"href": format!("{web}/commits/{}", mark(number + 1))}}}],
            "links": {"html": {"href": format!("{web}/commits/{hash}")}, "diff": {"href": format!("{api}/diff/{hash}")}}
        })
    };
    let branch = |number: usize| json!({"type": "branch", "name": "main", "target": {"type": "commit", "hash": mark(number), "date": "2026-11-20T14:25:07+00:00"}});
    let repository = json!({
        "type": "repository", "name": name, "full_name": format!("acme/{name}"), "uuid": repository_uuid(repository), "is_private": true, "scm": "git",
        "links": {"self": {"href": api}, "html": {"href": web}, "avatar": {"href": format!("{web}/avatar/32")}},
        "workspace": {"type": "workspace", "slug": "acme", "name": "Acme", "uuid": "{ac3e0000-0000-4000-8000-000000000001}"}
    });
    let commits: Vec<Value> = (0..COMMITS).map(commit).collect();
    json!({
        "push": {"changes": [{
            "forced": false, "created": false, "closed": false, "truncated": false, "old": branch(COMMITS), "new": branch(0),
            "commits": commits,
            "links": {"commits": {"href": format!("{api}/commits?include={}&exclude={}", mark(0), mark(COMMITS))}}
        }]},
        "repository": repository, "actor": person
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_has_fresh_hashes_each_time_and_the_size_of_a_real_one() {
        let (mut push, mut dice) = (Push::to(1234), Dice::new(1));
        let first = push.renew(&mut dice).to_vec();
        let second = push.renew(&mut dice).to_vec();
        assert_ne!(first, second);
        assert!((5_500..7_000).contains(&first.len()), "{}", first.len());
        let read: Value = serde_json::from_slice(&second).unwrap();
        let change = &read["push"]["changes"][0];
        assert_eq!(
            change["new"]["target"]["hash"],
            change["commits"][0]["hash"]
        );
        assert_eq!(
            change["commits"][0]["parents"][0]["hash"],
            change["commits"][1]["hash"]
        );
        assert_eq!(read["repository"]["uuid"], repository_uuid(1234));
        let hash = change["commits"][4]["hash"].as_str().unwrap();
        assert!(
            hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{hash}"
        );
    }
}
