//! The trackers of one program by their names.

use std::sync::Arc;

use bitbucket_integration_provider::ports::{
    Capabilities, Capability, IssueTracker, MockIssueTracker, TrackerName, Trackers as _,
};
use bitbucket_trackers::ConfiguredTrackers;

/// A tracker that can do this and nothing else.
fn tracker(capability: Capability) -> Arc<dyn IssueTracker> {
    let mut tracker = MockIssueTracker::new();
    tracker
        .expect_capabilities()
        .return_const(Capabilities::of(&[capability]));
    Arc::new(tracker)
}

#[test]
fn a_tracker_is_found_by_its_name_and_a_later_one_replaces_it() {
    let name = |text| TrackerName::parse(text).unwrap();
    let trackers = ConfiguredTrackers::new()
        .with(name("sentry"), tracker(Capability::Find))
        .with(name("other"), tracker(Capability::Comment))
        .with(name("sentry"), tracker(Capability::Release));
    assert_eq!(trackers.names(), [name("other"), name("sentry")]);
    let found = trackers.tracker(&name("sentry")).unwrap();
    assert_eq!(
        found.capabilities(),
        Capabilities::of(&[Capability::Release])
    );
    assert!(trackers.tracker(&name("nobody")).is_none());
    assert_eq!(
        format!("{trackers:?}"),
        r#"{TrackerName("other"), TrackerName("sentry")}"#
    );
}
