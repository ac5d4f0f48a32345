//! What is known of operations, as far as a mistake in it would cost a request or a permission.

use std::collections::BTreeSet;

use bitbucket_api_paths::{
    BodyKind, Certainty, GranularScope, Lifecycle, Method, Operation, Scope,
};

fn operation(id: &str) -> &'static Operation {
    Operation::all()
        .find(|operation| operation.id() == id)
        .unwrap()
}

fn pages(id: &str) -> (u16, u16) {
    let paging = operation(id).paging().unwrap();
    (paging.default.value, paging.most.value)
}

#[test]
fn pages_are_as_long_as_the_operation_gives() {
    assert_eq!(pages("listWebhooksForARepository"), (10, 100));
    assert_eq!(pages("listCommits"), (30, 100));
    assert_eq!(pages("compareTwoCommitDiffStats"), (500, 5000));
    assert_eq!(pages("listPullRequests"), (10, 50));
    assert_eq!(pages("getPullrequestsForCommit").0, 30);
    assert_eq!(operation("getACommit").paging(), None);
    assert_eq!(
        operation("listCommits").paging().unwrap().most.certainty,
        Certainty::Recalled
    );
}

#[test]
fn hooks_need_the_webhook_scope_in_both_vocabularies() {
    let create = operation("createAWebhookForARepository").access();
    assert_eq!(create.scopes, [Scope::Webhook]);
    assert_eq!(
        create.granular,
        [GranularScope::ReadWebhook, GranularScope::WriteWebhook]
    );
    let delete = operation("deleteAWebhookForAWorkspace").access();
    assert_eq!(
        delete
            .granular
            .iter()
            .map(|scope| scope.as_str())
            .collect::<Vec<_>>(),
        ["delete:webhook:bitbucket"]
    );
    assert_eq!(operation("getAWorkspace").access().scopes, []);
    assert_eq!(
        operation("getAWorkspace").access().certainty,
        Certainty::Stated
    );
}

#[test]
fn what_is_gone_says_when_by_which_change_and_what_to_use_instead() {
    let Lifecycle::Removed {
        change,
        on,
        instead,
        ..
    } = operation("listWorkspacesForUser").lifecycle()
    else {
        unreachable!("the listing was removed");
    };
    assert_eq!(
        (change, on, instead),
        (
            Some("CHANGE-2770"),
            Some("2026-04-14"),
            Some("/2.0/user/workspaces")
        )
    );
    let issues: Vec<_> = Operation::all()
        .filter(|operation| operation.template().contains("/issues"))
        .collect();
    assert_eq!(issues.len(), 10);
    for issue in issues {
        let Lifecycle::Removed { change, on, .. } = issue.lifecycle() else {
            unreachable!("the tracker was removed");
        };
        assert_eq!((change, on), (Some("CHANGE-3071"), Some("2026-08-20")));
    }
    assert_eq!(
        operation("searchWorkspace").lifecycle(),
        Lifecycle::Deprecated {
            since: Some("2026-11-01"),
            certainty: Certainty::Stated
        }
    );
}

#[test]
fn every_replacement_is_an_operation_that_is_still_there() {
    let mut replaced = 0;
    for operation in Operation::all() {
        if let Lifecycle::Removed {
            instead: Some(instead),
            ..
        } = operation.lifecycle()
        {
            let successor = Operation::all()
                .find(|other| other.template() == instead && other.method() == Method::Get)
                .unwrap();
            assert_eq!(successor.lifecycle(), Lifecycle::Current, "{instead}");
            replaced += 1;
        }
    }
    assert_eq!(replaced, 5);
}

#[test]
fn only_reading_and_its_form_variant_come_in_pages() {
    for operation in Operation::all().filter(|operation| operation.paging().is_some()) {
        let by_form = operation.id().ends_with("ncludeexclude");
        assert!(
            operation.method() == Method::Get || by_form,
            "{operation:?}"
        );
        let paging = operation.paging().unwrap();
        assert!(paging.default.value <= paging.most.value, "{operation:?}");
    }
}

#[test]
fn templates_name_no_parameter_that_reading_does_not_know() {
    let names: BTreeSet<_> = Operation::all().flat_map(Operation::parameters).collect();
    let known = [
        "addon_key",
        "annotationId",
        "comment_id",
        "commit",
        "issue_id",
        "key",
        "linker_key",
        "member",
        "name",
        "path",
        "pull_request_id",
        "repo_slug",
        "reportId",
        "revision",
        "revspec",
        "selected_user",
        "spec",
        "subject_type",
        "target_username",
        "task_id",
        "uid",
        "value_id",
        "workspace",
    ];
    assert_eq!(names, BTreeSet::from(known));
}

#[test]
fn a_request_carries_what_its_method_lets_it_carry() {
    assert_eq!(
        operation("compareTwoCommits").queries(),
        [
            "path",
            "context",
            "ignore_whitespace",
            "binary",
            "renames",
            "topic"
        ]
    );
    let form = operation("listCommitsWithIncludeexclude").body().unwrap();
    assert_eq!(
        (form.kind, form.fields),
        (BodyKind::Form, &["include", "exclude", "path"][..])
    );
    let many = operation("bulkCreateOrUpdateAnnotations").body().unwrap();
    assert_eq!(many.kind, BodyKind::Objects);
    for operation in Operation::all() {
        let reads = matches!(
            operation.method(),
            Method::Get | Method::Head | Method::Delete
        );
        assert!(!(reads && operation.body().is_some()), "{operation:?}");
        let names: BTreeSet<_> = operation.queries().iter().collect();
        assert_eq!(names.len(), operation.queries().len(), "{operation:?}");
    }
}
