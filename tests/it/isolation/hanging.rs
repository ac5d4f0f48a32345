//! The tracker of one company takes every request and answers none. Its jobs wait, those of the other company don't.

use std::time::{Duration, Instant};

use bitbucket_simulator::Effect;

use super::{ISSUES, REACTOR, two};
use crate::world::{commit, scenario_with};

/// Globex's organization, with little time for an answer.
const IMPATIENT: &str = r#"
[trackers.globex]
kind = "sentry"
url = "{sentry}"
organization = "globex"
token_file = "{other-token}"
timeout = "400ms"
"#;

/// How much longer than the hanging tracker's time others may wait: much less than the usual time of a request, which is half a minute.
const SLACK: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_tracker_that_never_answers_is_cut_off_and_keeps_only_its_own_jobs() {
    scenario_with(IMPATIENT, async |w| {
        two(w).await;
        let (reactor, rocket) = (w.repository(REACTOR), w.repository("acme/rocket"));
        w.tracker
            .does_at("/api/0/organizations/globex/", Effect::Hang)
            .await;
        let commits = (1..=ISSUES).map(|n| {
            let message = format!("Fixes REACTOR-{n}A");
            commit(&format!("h{n}"), &message)
        });
        reactor.push(commits).await.was_answered(204);

        // Deliveries are taken, and what belongs to others is done.
        let begun = Instant::now();
        reactor
            .push([commit("g8", "Go on")])
            .await
            .was_answered(204);
        rocket
            .push([commit("a1", "Fixes ROCKET-1A")])
            .await
            .was_answered(204);
        w.until_the_issue_has_notes("ROCKET-1A", 1).await;
        assert!(begun.elapsed() < SLACK, "{:?}", begun.elapsed());

        w.waits_for_a_retry_of("comment_on_issue").await;
        for (code, message) in w.failures_of("comment_on_issue").await {
            assert_eq!(code, "tracker_unavailable");
            assert!(message.contains("400ms"), "{message}");
        }
        w.tracker.issue("REACTOR-1A").await.has_notes(0);

        w.tracker.recovers().await;
        w.settles_in_time().await;
        for n in 1..=ISSUES {
            w.tracker.issue(&format!("REACTOR-{n}A")).await.has_notes(1);
        }
        w.tracker.issue("ROCKET-1A").await.has_notes(1);
    })
    .await;
}
