//! What must be so at the end of every scenario, and what is shown when it is not.

use std::fmt::Write as _;

use bitbucket_simulator::{Control, acme};

use super::World;

impl World {
    /// Nothing failed, nothing is left, and nobody asked for what does not exist.
    pub(super) async fn check(&self) {
        let faults = self.control.faults().await.unwrap();
        assert!(
            faults.is_empty(),
            "faults that met no request, or were not taken back: {faults:?}"
        );
        let records = self.control.records().await.unwrap();
        let unknown: Vec<_> = records
            .iter()
            .filter(|record| record.template.is_none() && record.fault.is_none())
            .collect();
        assert!(
            unknown.is_empty(),
            "requests for paths that do not exist: {unknown:?}"
        );
        self.settles().await;
        let jobs = self.status().await.jobs();
        assert_eq!(jobs.dead, self.expected_dead.get(), "dead letters");
    }

    /// Every secret of this world.
    pub(super) async fn secrets(&self) -> Vec<String> {
        let known = [
            acme::ACCESS_TOKEN,
            acme::API_TOKEN,
            acme::CONNECT_SHARED_SECRET,
            acme::SENTRY_TOKEN,
            acme::OAUTH_SECRET,
        ]
        .map(str::to_owned);
        let mut secrets = Vec::from(known);
        secrets.push(self.stack.api_key().to_owned());
        for repository in [acme::REPOSITORY, acme::EMPTY_REPOSITORY] {
            let hooks = self.bitbucket.hooks(repository).await;
            secrets.extend(hooks.into_iter().filter_map(|hook| hook.secret));
        }
        secrets
    }
}

/// No secret and no unexpected error in what was logged. Dead letters and refused peers are told as warnings, a store that fails as an
/// error.
pub fn logs(output: &str, secrets: &[String], expects_errors: bool) {
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        assert!(
            !output.contains(secret.as_str()),
            "the log shows a secret that begins with `{}`",
            &secret[..4.min(secret.len())]
        );
    }
    let errors: Vec<&str> = output
        .lines()
        .filter(|line| line.contains(" ERROR "))
        .collect();
    assert_eq!(
        expects_errors,
        !errors.is_empty(),
        "errors were logged: {errors:#?}"
    );
}

/// Every request to Bitbucket and the tracker, and every delivery to the service, one a line.
pub async fn transcript(control: &Control) -> String {
    let mut text = String::new();
    for record in control.records().await.unwrap_or_default() {
        let query = record
            .query
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let answer = record
            .status
            .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let fault = record
            .fault
            .map(|fault| format!(" ({fault})"))
            .unwrap_or_default();
        let _written = writeln!(
            text,
            "{:>4} {:?} {} {}{query} → {answer}{fault}",
            record.sequence, record.half, record.method, record.path
        );
    }
    for delivery in control.deliveries().await.unwrap_or_default() {
        for attempt in delivery.attempts {
            let outcome = attempt.status.map_or_else(
                || attempt.error.unwrap_or_default(),
                |status| status.to_string(),
            );
            let _written = writeln!(
                text,
                "     delivery {} {} to {} → {outcome} {}",
                delivery.id, delivery.event, delivery.url, attempt.answer
            );
        }
    }
    text
}
