//! Every look-up and the claiming of jobs go through an index, however much is stored: SQLite plans by the schema alone as long as nobody
//! runs `ANALYZE`, and nobody does.

use super::fresh;
use crate::Store;
use crate::columns::Columns;
use crate::ports::{
    api_keys, arrivals, claims, commits, deliveries, deploys, effects, installations, issue_links,
    jobs, listings, mappings, order, pull_requests, releases, repositories, requests, retention,
};
use crate::statement::{Sql, Statement};

/// The steps of the engine's plan.
async fn plan(store: &Store, statement: &str) -> Vec<String> {
    let explain = Statement::once(format!("EXPLAIN QUERY PLAN {statement}"));
    let detail = store.all(explain, |row| {
        Columns::new("plan", row).text("detail").map(str::to_owned)
    });
    detail.await.unwrap()
}

async fn assert_indexed(statement: Sql, index: &str) {
    let statement = statement.sqlite().as_ref();
    let (store, _folder) = fresh().await;
    let plan = plan(&store, statement).await;
    assert!(
        plan.iter().any(|step| step.contains(index)),
        "{statement}\n{plan:#?}"
    );
    // What a statement has made itself is as small as its limits.
    let few = |step: &String| {
        let made = [
            "CONSTANT ROW",
            "visited",
            "turns",
            "orders",
            "deployed",
            "last",
        ];
        let is_made = |name: &&str| step.ends_with(*name) || step.contains("SCAN (subquery-");
        step.contains("VIRTUAL TABLE") || made.iter().any(is_made)
    };
    let scans = plan
        .iter()
        .filter(|step| step.starts_with("SCAN") && !step.contains("INDEX") && !few(step));
    assert_eq!(scans.count(), 0, "{statement}\n{plan:#?}");
}

#[tokio::test]
async fn every_look_up_is_a_search_in_an_index() {
    for (statement, index) in [
        (
            installations::FIND.into(),
            "SEARCH installations USING PRIMARY KEY (id=?)",
        ),
        (
            installations::BY_WORKSPACE.into(),
            "INDEX sqlite_autoindex_installations_2 (workspace_uuid=?)",
        ),
        (
            installations::BY_CLIENT_KEY.into(),
            "INDEX sqlite_autoindex_installations_3 (client_key=?)",
        ),
        (
            repositories::FIND.into(),
            "SEARCH repositories USING PRIMARY KEY (id=?)",
        ),
        (
            repositories::BY_UUID.into(),
            "INDEX sqlite_autoindex_repositories_2 (installation=? AND uuid=?)",
        ),
        (
            repositories::BY_FULL_NAME,
            "INDEX repositories_by_name (full_name=?)",
        ),
        (
            repositories::LIST,
            "INDEX sqlite_autoindex_repositories_2 (installation=?)",
        ),
        (
            repositories::HOOK.into(),
            "SEARCH repositories USING PRIMARY KEY (id=?)",
        ),
        (
            repositories::HOOK.into(),
            "INDEX hook_secrets_by_repository (repository=?)",
        ),
        (
            repositories::SECRETS.into(),
            "INDEX hook_secrets_by_repository (repository=?)",
        ),
        (
            deliveries::FIND.into(),
            "INDEX sqlite_autoindex_deliveries_1 (id=?)",
        ),
        (
            commits::FIND.into(),
            "INDEX sqlite_autoindex_commits_1 (repository=? AND sha=?)",
        ),
        (
            commits::CHANGES,
            "INDEX sqlite_autoindex_commit_changes_1 (repository=? AND sha=?)",
        ),
        (
            commits::HEADS.into(),
            "INDEX sqlite_autoindex_branch_heads_1 (repository=?)",
        ),
        (
            releases::FIND.into(),
            "INDEX sqlite_autoindex_releases_1 (id=?)",
        ),
        (
            effects::AROUND,
            "INDEX sqlite_autoindex_issue_effects_1 (repository=? AND commit_sha>? AND commit_sha<?)",
        ),
        (
            effects::AROUND,
            "INDEX issue_effects_by_issue (repository=? AND short_id=?)",
        ),
        (
            api_keys::BY_DIGEST.into(),
            "INDEX sqlite_autoindex_api_keys_2 (digest=?)",
        ),
        (
            api_keys::FIND.into(),
            "SEARCH api_keys USING PRIMARY KEY (id=?)",
        ),
        (listings::JOB.into(), "INDEX sqlite_autoindex_jobs_1 (id=?)"),
        (
            releases::BY_VERSION.into(),
            "INDEX sqlite_autoindex_releases_2 (repository=? AND version=?)",
        ),
        (
            releases::SIBLINGS.into(),
            "INDEX releases_by_version (installation=? AND version=?)",
        ),
        (
            deploys::LIST,
            "INDEX sqlite_autoindex_deploys_1 (release=?)",
        ),
        (
            deploys::LIST,
            "INDEX sqlite_autoindex_deploys_again_1 (release=?)",
        ),
        (
            deploys::EARLIER,
            "INDEX deploys_by_environment (environment=? AND deployed_at<?)",
        ),
        (
            deploys::EARLIER,
            "INDEX deploys_again_by_environment (environment=? AND deployed_at<?)",
        ),
        (
            deploys::WITHOUT_KEY,
            "INDEX deploys_by_environment (environment=?)",
        ),
        (
            deploys::WITHOUT_KEY,
            "INDEX deploys_again_by_environment (environment=?)",
        ),
        (
            deploys::WITH_KEY,
            "INDEX sqlite_autoindex_deploys_1 (release=? AND environment=?)",
        ),
        (
            mappings::LIST.into(),
            "INDEX sqlite_autoindex_code_mappings_2 (repository=?)",
        ),
        (
            issue_links::BY_KEY.into(),
            "INDEX sqlite_autoindex_issue_links_2 (installation=? AND request_key=?)",
        ),
        (
            issue_links::FIND.into(),
            "INDEX sqlite_autoindex_issue_links_1 (id=?)",
        ),
        (
            issue_links::EXACT.into(),
            "INDEX sqlite_autoindex_issue_links_3 (repository=? AND number=? AND short_id=?)",
        ),
        (
            issue_links::USUAL.into(),
            "INDEX sqlite_autoindex_usual_repositories_1 (installation=? AND project=?)",
        ),
        (
            pull_requests::FIND.into(),
            "INDEX sqlite_autoindex_pull_requests_1 (repository=? AND id=?)",
        ),
        (
            pull_requests::MERGED_BY,
            "INDEX pull_requests_by_merge (repository=? AND merge_commit=?)",
        ),
        (
            pull_requests::LIST.into(),
            "INDEX pull_requests_by_age (repository=?)",
        ),
        (
            releases::EARLIER,
            "INDEX releases_by_repository (repository=? AND created_at<?)",
        ),
    ] {
        assert_indexed(statement, index).await;
    }
}

#[tokio::test]
async fn claiming_and_changing_jobs_search_an_index() {
    for (statement, index) in [
        (
            claims::CLAIM_FAIRLY.into(),
            "INDEX jobs_by_turn (installation>?)",
        ),
        (
            claims::CLAIM_FAIRLY.into(),
            "INDEX jobs_by_turn (installation=? AND due_at<?)",
        ),
        (
            claims::CLAIM_FAIRLY.into(),
            "SEARCH jobs USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (claims::CLAIM_OLDEST.into(), "INDEX jobs_due (due_at<?)"),
        (
            claims::CLAIM_OLDEST.into(),
            "SEARCH jobs USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            arrivals::COMPLETED.into(),
            "INDEX jobs_in_order (ordering_key>? AND ordering_key<?)",
        ),
        (
            arrivals::COMPLETED.into(),
            "INDEX sqlite_autoindex_deliveries_2 (installation=? AND dedupe_key=?)",
        ),
        (
            order::NEXT_AFTER.into(),
            "INDEX jobs_in_order (ordering_key>? AND ordering_key<?)",
        ),
        (
            order::STRANDED.into(),
            "INDEX jobs_in_order (ordering_key>?)",
        ),
        (
            order::STRANDED.into(),
            "INDEX jobs_in_order (ordering_key>? AND ordering_key<?)",
        ),
        (jobs::NEXT_DUE.into(), "INDEX jobs_due"),
        (jobs::EXTEND.into(), "INDEX sqlite_autoindex_jobs_1 (id=?)"),
        (jobs::LIST_STATE.into(), "INDEX jobs_by_state (state=?)"),
        (jobs::COUNTS.into(), "COVERING INDEX jobs_by_state"),
        (
            requests::TAKEN.into(),
            "PRIMARY KEY (credential=? AND minute>?)",
        ),
        (retention::DONE_JOBS, "INDEX jobs_done (finished_at<?)"),
        (retention::DEAD_JOBS, "INDEX jobs_by_state (state=?)"),
        (
            retention::PULL_REQUESTS,
            "INDEX pull_requests_decided (updated_at<?)",
        ),
        (
            retention::DEPLOYS.into(),
            "INDEX deploys_by_age (deployed_at<?)",
        ),
        (
            retention::DEPLOYS_AGAIN.into(),
            "INDEX deploys_again_by_age (deployed_at<?)",
        ),
        (
            retention::USED_TOKENS.into(),
            "INDEX used_tokens_by_end (expires_at<?)",
        ),
    ] {
        assert_indexed(statement, index).await;
    }
}

#[tokio::test]
async fn claiming_sorts_nothing() {
    let (store, _folder) = fresh().await;
    let shared = [claims::CLAIM_OLDEST, jobs::LIST_STATE].map(Sql::from);
    for statement in shared.into_iter().chain([releases::EARLIER]) {
        let plan = plan(&store, statement.sqlite()).await;
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{statement:?}\n{plan:#?}"
        );
    }
}

#[tokio::test]
async fn a_page_is_found_by_its_position_and_sorts_nothing() {
    let (store, _folder) = fresh().await;
    for (statement, index) in [
        (listings::DELIVERIES, "INTEGER PRIMARY KEY (rowid<?)"),
        (listings::JOBS, "INTEGER PRIMARY KEY (rowid<?)"),
        (
            listings::JOBS_BY_STATE,
            "INDEX jobs_by_state (state=? AND rowid<?)",
        ),
        (issue_links::LIST, "INTEGER PRIMARY KEY (rowid<?)"),
        (
            issue_links::OF_ISSUE,
            "INDEX issue_links_of_issue (short_id=? AND rowid<?)",
        ),
        (
            issue_links::OF_REPOSITORY,
            "INDEX issue_links_of_repository (repository=? AND rowid<?)",
        ),
        (listings::RELEASES, "INTEGER PRIMARY KEY (rowid<?)"),
        (
            listings::COMMITS,
            "INDEX commits_by_repository (repository=? AND rowid<?)",
        ),
        (listings::REFERENCES, "INTEGER PRIMARY KEY (rowid<?)"),
        (
            listings::REFERENCES_OF_REPOSITORY,
            "INDEX issue_effects_of_repository (repository=? AND rowid<?)",
        ),
        (
            listings::REFERENCES_TO_ISSUE,
            "INDEX issue_effects_of_issue (short_id=? AND rowid<?)",
        ),
        (
            listings::REFERENCES_OF_BOTH,
            "INDEX issue_effects_by_issue (repository=? AND short_id=? AND rowid<?)",
        ),
        (listings::INSTALLATIONS, "PRIMARY KEY (id>?)"),
        (listings::REPOSITORIES, "PRIMARY KEY (id>?)"),
    ] {
        assert_indexed(statement.into(), index).await;
        let plan = plan(&store, statement).await;
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{statement}\n{plan:#?}"
        );
    }
}
