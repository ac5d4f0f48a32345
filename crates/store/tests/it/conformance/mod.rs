//! What every storage engine must do, written against the ports alone.
//!
//! An engine runs all of it with one line, `conformance!(fresh)`, where `fresh` opens an empty store of a type that implements every
//! storage port.

pub(crate) mod api_keys;
pub(crate) mod arrivals;
pub(crate) mod commits;
pub(crate) mod deliveries;
pub(crate) mod effects;
pub(crate) mod fixtures;
pub(crate) mod grants;
pub(crate) mod installations;
pub(crate) mod issue_links;
pub(crate) mod jobs;
pub(crate) mod jobs_leases;
pub(crate) mod listings;
pub(crate) mod mappings;
pub(crate) mod order;
pub(crate) mod pull_requests;
pub(crate) mod releases;
pub(crate) mod repositories;
pub(crate) mod requests;
pub(crate) mod retention;
pub(crate) mod schedules;
pub(crate) mod tenants;
pub(crate) mod turns;
pub(crate) mod used_tokens;

use bitbucket_http_client::policy::RequestCounter;
use bitbucket_integration_provider::ports::{
    ApiKeys, CodeMappings, CommitLog, ConnectTenants, Deliveries, EffectLog, Installations,
    IssueLinks, Jobs, Listings, PendingGrants, PullRequestLog, ReleaseLog, Retention, Schedules,
    TrackedRepositories,
};
use bitbucket_jwt_auth::replay::ReplayGuard;

/// An empty store, seen through its ports.
#[derive(Clone, Copy)]
pub(crate) struct Ports<'s> {
    pub(crate) installations: &'s dyn Installations,
    pub(crate) repositories: &'s dyn TrackedRepositories,
    pub(crate) deliveries: &'s dyn Deliveries,
    pub(crate) jobs: &'s dyn Jobs,
    pub(crate) commits: &'s dyn CommitLog,
    pub(crate) effects: &'s dyn EffectLog,
    pub(crate) mappings: &'s dyn CodeMappings,
    pub(crate) issue_links: &'s dyn IssueLinks,
    pub(crate) pull_requests: &'s dyn PullRequestLog,
    pub(crate) releases: &'s dyn ReleaseLog,
    pub(crate) listings: &'s dyn Listings,
    pub(crate) api_keys: &'s dyn ApiKeys,
    pub(crate) tenants: &'s dyn ConnectTenants,
    pub(crate) grants: &'s dyn PendingGrants,
    pub(crate) retention: &'s dyn Retention,
    pub(crate) schedules: &'s dyn Schedules,
    pub(crate) requests: &'s dyn RequestCounter,
    pub(crate) replay: &'s dyn ReplayGuard,
}

impl<'s> Ports<'s> {
    pub(crate) fn of<S>(store: &'s S) -> Self
    where
        S: Installations
            + TrackedRepositories
            + Deliveries
            + Jobs
            + CommitLog
            + EffectLog
            + CodeMappings
            + IssueLinks
            + PullRequestLog
            + ReleaseLog
            + Listings
            + ApiKeys
            + ConnectTenants
            + PendingGrants
            + Retention
            + Schedules
            + RequestCounter
            + ReplayGuard,
    {
        Self {
            installations: store,
            repositories: store,
            deliveries: store,
            jobs: store,
            commits: store,
            effects: store,
            mappings: store,
            issue_links: store,
            pull_requests: store,
            releases: store,
            listings: store,
            api_keys: store,
            tenants: store,
            grants: store,
            retention: store,
            schedules: store,
            requests: store,
            replay: store,
        }
    }
}

/// One test per case, each on a store of its own.
macro_rules! conformance {
    ($fresh:ident) => {
        conformance!(@port $fresh installations:
            an_installation_is_found_by_id_workspace_and_client_key, credentials_of_every_kind_come_back,
            saving_again_replaces_installation_and_credential, a_second_installation_of_a_workspace_is_a_conflict,
            a_second_installation_with_a_client_key_is_a_conflict, installations_are_listed_oldest_first, what_is_not_there_is_none,
            a_disconnected_installation_is_disabled_and_has_no_credential, a_credential_is_replaced_if_it_is_still_the_one);
        conformance!(@port $fresh tenants:
            a_tenant_comes_back_with_its_secret, saving_a_tenant_again_replaces_state_and_secret,
            tenants_are_listed_the_last_installed_first);
        conformance!(@port $fresh grants: a_consent_is_taken_once, an_expired_consent_is_forgotten);
        conformance!(@port $fresh used_tokens:
            a_token_is_new_once, expired_tokens_are_forgotten_a_few_at_a_time);
        conformance!(@port $fresh repositories:
            a_repository_is_found_by_id_uuid_and_name, a_repository_with_little_known_comes_back,
            the_same_uuid_in_one_installation_is_a_conflict, another_installation_may_follow_the_same_repository,
            an_update_replaces_everything_but_the_secrets, an_update_of_an_unknown_repository_is_refused,
            removing_forgets_the_repository_and_its_secrets, a_name_belongs_to_the_repository_added_last,
            a_hook_has_its_secrets_and_whose_it_is, repositories_are_listed_by_name, a_repository_without_installation_is_refused, secrets_are_added_and_retired);
        conformance!(@port $fresh deliveries:
            an_accepted_delivery_comes_back_byte_by_byte, an_accepted_delivery_has_its_job, a_duplicate_stores_nothing,
            dedupe_keys_belong_to_their_installation, of_many_equal_deliveries_at_once_one_is_new,
            a_delivery_is_kept_when_its_job_is_known, a_used_delivery_id_is_a_conflict,
            deliveries_at_once_have_their_own_outcomes);
        conformance!(@port $fresh arrivals:
            a_delivery_that_is_done_is_stored_with_all_that_follows, a_done_delivery_that_came_before_changes_nothing,
            a_delivery_is_not_done_before_those_that_came_first, deliveries_of_others_keep_nobody_from_being_done,
            of_many_equal_deliveries_at_once_one_is_done, a_push_from_which_nothing_follows_is_stored_with_what_it_told,
            an_unusual_push_is_stored_as_well);
        conformance!(@port $fresh jobs:
            work_of_every_kind_comes_back, a_known_key_is_not_stored_again, enqueueing_is_all_or_nothing,
            due_jobs_are_claimed_oldest_first, jobs_due_at_the_same_time_are_claimed_in_order_of_arrival, a_claim_takes_at_most_its_limit,
            next_due_is_the_earliest_start_or_end_of_a_lease, jobs_are_listed_newest_first_by_state, jobs_are_counted_by_state,
            a_dead_job_is_replayed_with_no_attempts, only_a_dead_job_is_replayed);
        conformance!(@port $fresh jobs_leases:
            a_claimed_job_is_not_claimed_again, a_job_is_claimed_again_when_its_lease_has_ended, a_lease_is_extended,
            completing_stores_follow_ups_and_keeps_the_key, follow_ups_with_known_keys_are_left_out,
            a_failed_job_waits_for_its_time_with_its_reason, a_buried_job_is_dead_with_its_reason,
            who_lost_the_lease_can_do_nothing, a_finished_job_is_not_finished_again, an_ended_lease_that_nobody_took_still_holds,
            claims_at_once_never_share_a_job, jobs_settled_at_once_have_their_own_outcomes,
            completing_a_push_stores_what_it_told);
        conformance!(@port $fresh turns:
            a_single_job_does_not_wait_behind_the_queue_of_another_installation, queues_of_the_same_length_end_together,
            installations_whose_jobs_are_not_due_hold_nobody_up);
        conformance!(@port $fresh order:
            jobs_of_one_order_are_claimed_one_after_the_other, who_comes_next_waits_while_the_first_is_put_back,
            who_left_the_order_holds_nobody_up, a_job_that_was_given_up_lets_the_next_one_go, a_lease_that_ended_is_not_the_end_of_a_job,
            who_lost_the_lease_lets_nobody_go, follow_ups_keep_their_order, a_long_order_leaves_room_for_others,
            deliveries_are_worked_on_as_they_came, an_order_that_grows_while_it_is_worked_on_is_kept);
        conformance!(@port $fresh commits:
            a_commit_comes_back_whole, the_first_record_of_a_commit_stays, a_commit_twice_in_one_call_counts_once,
            commits_belong_to_their_repository, many_commits_are_recorded_at_once, changes_of_many_commits_come_back_together,
            the_first_record_of_changes_stays, heads_are_kept_moved_and_forgotten);
        conformance!(@port $fresh effects:
            what_was_done_to_the_issues_of_a_commit_comes_back_in_order, an_abbreviated_hash_means_the_commits_that_start_like_it,
            the_same_done_again_is_remembered_once, what_was_done_belongs_to_its_repository);
        conformance!(@port $fresh mappings:
            rules_come_back_in_the_order_of_their_making, the_rules_of_a_project_are_its_own_and_those_for_any, a_beginning_has_one_rule_per_project,
            a_removed_rule_is_gone_and_goes_with_its_repository);
        conformance!(@port $fresh issue_links:
            a_creation_begins_once, a_creation_that_nobody_ended_is_taken_over, an_abandoned_creation_is_gone,
            a_finished_creation_is_a_link_with_its_job, two_issues_are_linked_once, a_link_can_be_removed, links_are_listed_both_ways,
            the_usual_repository_is_the_last_one_and_goes_with_it);
        conformance!(@port $fresh pull_requests:
            a_pull_request_comes_back_whole, an_earlier_state_never_replaces_a_later_one,
            pull_requests_are_found_by_the_commit_that_merged_them, pull_requests_are_listed_by_their_last_change,
            our_comment_outlives_later_states);
        conformance!(@port $fresh releases:
            an_opened_release_comes_back_with_its_job, opening_a_known_version_stores_nothing,
            another_repository_may_have_the_same_version, an_update_replaces_everything, an_update_of_an_unknown_release_is_refused,
            reopening_puts_a_dead_job_back_to_work, reopening_takes_the_job_from_whoever_runs_it, reopening_restores_a_missing_job,
            reopening_an_unknown_release_stores_nothing, earlier_ones_are_published_and_share_a_project,
            earlier_ones_of_a_release_that_is_not_stored, earlier_ones_of_releases_opened_at_the_same_time,
            an_environment_has_its_own_earlier_releases, a_deploy_is_remembered_once, a_rollback_is_a_deploy_of_its_own, a_deploy_is_known_by_its_key,
            deploys_at_once_are_remembered_by_their_identity,
            releases_of_one_version_in_other_repositories_are_siblings, releases_are_listed_newest_first);
        conformance!(@port $fresh listings:
            pages_of_deliveries_show_each_once_newest_first, jobs_are_paged_by_state, a_job_is_found_by_its_id,
            releases_are_paged, commits_are_paged_within_their_repository, the_page_after_the_last_entry_is_empty,
            references_are_paged_by_repository_and_issue, installations_and_repositories_are_paged_by_id);
        conformance!(@port $fresh retention:
            old_deliveries_are_forgotten_a_few_at_a_time, only_jobs_that_ended_long_ago_are_forgotten,
            pull_requests_that_are_decided_are_forgotten, what_was_deployed_last_stays);
        conformance!(@port $fresh schedules:
            a_round_is_due_after_its_interval_and_in_its_rhythm, of_many_that_claim_a_round_one_gets_it,
            a_round_whose_holder_is_gone_is_taken_over, a_clock_that_goes_back_stops_nothing,
            planning_again_keeps_the_rhythm_unless_it_changed, standings_show_who_is_at_it_and_what_was_done);
        conformance!(@port $fresh requests:
            requests_are_counted_up_to_the_ceiling, what_lies_more_than_an_hour_back_does_not_count,
            who_may_reach_less_far_stops_earlier, of_what_is_counted_half_was_made_at_least);
        conformance!(@port $fresh api_keys:
            a_key_is_found_by_its_digest, a_revoked_key_keeps_the_time_of_its_end, keys_are_listed_oldest_first,
            a_second_key_with_the_same_digest_is_a_conflict);
    };
    (@port $fresh:ident $port:ident: $($case:ident),+) => {
        mod $port {
            $(#[tokio::test]
            async fn $case() {
                let store = super::$fresh().await;
                $crate::conformance::$port::$case($crate::conformance::Ports::of(&*store)).await;
            })+
        }
    };
}
pub(crate) use conformance;
