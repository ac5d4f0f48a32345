//! What a scenario does to the tracker, and sees of it.

use bitbucket_simulator::control::Seed;
use bitbucket_simulator::{Control, Effect, Fault, Half, sha, world};

/// The stand-in Sentry.
pub struct Tracker {
    control: Control,
}

impl Tracker {
    pub fn new(control: Control) -> Self {
        Self { control }
    }

    /// An issue as it is now.
    pub async fn issue(&self, short_id: &str) -> Issue {
        Issue(self.control.issue(short_id).await.unwrap())
    }

    /// A release as it is now, with the commits that it brought.
    pub async fn release(&self, version: &str) -> TrackedRelease {
        let release = self.control.release(version).await.unwrap();
        let release = release.unwrap_or_else(|| panic!("the tracker has no release {version}"));
        let world = self.control.world().await.unwrap();
        TrackedRelease {
            release,
            commits: world.sentry.organizations[0].commits.clone(),
        }
    }

    /// From now on every request fails like this.
    pub async fn fails(&self, fault: super::faults::Failing) {
        self.control.fail(&fault.on(Half::Sentry)).await.unwrap();
    }

    /// From now on this happens to every request.
    pub async fn does(&self, effect: Effect) {
        let fault = Fault::on(Half::Sentry, effect);
        self.control.fail(&fault).await.unwrap();
    }

    /// From now on every request is sent to another host.
    pub async fn redirects_to(&self, status: u16, origin: &str) {
        let origin = origin.to_owned();
        let fault = Fault::on(Half::Sentry, Effect::Redirect { status, origin });
        self.control.fail(&fault).await.unwrap();
    }

    /// From now on this happens to every request whose path begins like this.
    pub async fn does_at(&self, path_prefix: &str, effect: Effect) {
        let fault = Fault::on(Half::Sentry, effect).at(path_prefix);
        self.control.fail(&fault).await.unwrap();
    }

    /// The next request of one kind is carried out, but its answer never comes.
    pub async fn loses_the_answer_to(&self, method: &str, path_prefix: &str) {
        let fault = Fault::on(Half::Sentry, Effect::CloseAfter)
            .for_method(method)
            .at(path_prefix)
            .once();
        self.control.fail(&fault).await.unwrap();
    }

    /// Nothing fails any more.
    pub async fn recovers(&self) {
        self.control.clear_faults().await.unwrap();
    }

    /// It behaves like a tracker that does not look for issues in commit messages.
    pub async fn does_not_read_commits(&self) {
        self.control
            .seed([Seed::ResolvesFromMessages(false)])
            .await
            .unwrap();
    }

    /// How many requests were made whose path begins like this.
    pub async fn asked(&self, method: &str, path_prefix: &str) -> usize {
        let records = self.control.records().await.unwrap();
        let met = |record: &&bitbucket_simulator::Record| {
            record.half == Half::Sentry
                && record.method == method
                && record.path.starts_with(path_prefix)
        };
        records.iter().filter(met).count()
    }

    /// How many requests were made.
    pub async fn asked_in_all(&self) -> usize {
        let records = self.control.records().await.unwrap();
        records
            .iter()
            .filter(|record| record.half == Half::Sentry)
            .count()
    }
}

/// An issue at one moment.
pub struct Issue(world::Issue);

impl Issue {
    #[track_caller]
    pub fn is_unresolved(&self) {
        assert_eq!(self.0.status, "unresolved", "{}", self.0.short_id);
    }

    /// Resolved without regard to a release.
    #[track_caller]
    pub fn is_resolved(&self) {
        let release = self.0.status_details["inRelease"].as_str();
        assert_eq!(
            (self.0.status.as_str(), release),
            ("resolved", None),
            "{}",
            self.0.short_id
        );
    }

    #[track_caller]
    pub fn is_resolved_in(&self, version: &str) {
        let release = self.0.status_details["inRelease"].as_str();
        assert_eq!(
            (self.0.status.as_str(), release),
            ("resolved", Some(version)),
            "{}",
            self.0.short_id
        );
        assert_eq!(
            self.0.times_resolved, 1,
            "{} was resolved once",
            self.0.short_id
        );
    }

    /// Assigned to the member with this number, or to nobody.
    #[track_caller]
    pub fn is_assigned_to(&self, member: Option<u64>) {
        assert_eq!(self.0.assigned_to, member, "{}", self.0.short_id);
    }

    #[track_caller]
    pub fn has_notes(&self, count: usize) {
        let texts: Vec<&str> = self.0.notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(
            texts.len(),
            count,
            "notes on {}: {texts:?}",
            self.0.short_id
        );
    }

    pub fn notes(&self) -> usize {
        self.0.notes.len()
    }

    /// One of its notes says just this.
    #[track_caller]
    pub fn has_note_with(&self, text: &str) {
        let texts: Vec<&str> = self.0.notes.iter().map(|note| note.text.as_str()).collect();
        assert!(texts.contains(&text), "no `{text}` among {texts:?}");
    }

    /// What stands before ` by commit` in its notes, oldest first.
    #[track_caller]
    pub fn notes_begin(&self, expected: &[&str]) {
        let begin: Vec<&str> = self
            .0
            .notes
            .iter()
            .map(|note| note.text.split(" by commit").next().unwrap_or_default())
            .collect();
        assert_eq!(begin, expected, "notes on {}", self.0.short_id);
    }

    pub fn is_without_notes(&self) -> bool {
        self.0.notes.is_empty()
    }

    /// Its notes are about these commits, oldest first.
    #[track_caller]
    pub fn notes_are_about(&self, labels: &[&str]) {
        let texts: Vec<&str> = self.0.notes.iter().map(|note| note.text.as_str()).collect();
        let about = |(text, label): (&&str, &&str)| text.contains(&sha(label)[..7]);
        assert!(
            texts.len() == labels.len() && texts.iter().zip(labels).all(about),
            "not about {labels:?}, one after the other: {texts:?}"
        );
    }

    /// Its only note holds all of these.
    #[track_caller]
    pub fn says(&self, parts: &[&str]) {
        self.has_notes(1);
        for part in parts {
            assert!(
                self.0.notes[0].text.contains(part),
                "`{}` does not say `{part}`",
                self.0.notes[0].text
            );
        }
    }
}

/// A release at one moment.
pub struct TrackedRelease {
    release: world::Release,
    commits: Vec<world::TrackedCommit>,
}

impl TrackedRelease {
    /// Deployed exactly there, in this order.
    #[track_caller]
    pub fn is_deployed_to(&self, environments: &[&str]) {
        let deploys = self.release.deploys.iter();
        let known: Vec<&str> = deploys.map(|deploy| deploy.environment.as_str()).collect();
        assert_eq!(known, environments);
    }

    /// Exactly these commits, newest first within each repository.
    #[track_caller]
    pub fn holds(&self, labels: &[&str]) {
        let mut expected: Vec<String> = labels.iter().map(|label| sha(label)).collect();
        let mut known: Vec<String> = self
            .release
            .shas()
            .iter()
            .map(ToString::to_string)
            .collect();
        expected.sort();
        known.sort();
        assert_eq!(known, expected);
    }

    /// Exactly these commits, newest first, each with these files (`A path`, `M path`, `D path`).
    #[track_caller]
    pub fn has(&self, expected: &[(&str, &[&str])]) {
        let shas: Vec<String> = expected.iter().map(|(label, _)| sha(label)).collect();
        assert_eq!(
            self.release.shas(),
            shas.iter().map(String::as_str).collect::<Vec<_>>()
        );
        for (label, files) in expected {
            let commit = self
                .commits
                .iter()
                .find(|commit| commit.sha == sha(label))
                .expect("the commit is known");
            let known: Vec<String> = commit
                .patch_set
                .iter()
                .map(|(path, kind)| format!("{kind} {path}"))
                .collect();
            assert_eq!(known, *files, "files of {label}");
        }
    }
}
