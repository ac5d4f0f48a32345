//! One endpoint of every kind, from given identifiers.

use bitbucket_api_paths::*;

/// All that endpoints are made from.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    pub(crate) repository: RepoRef,
    pub(crate) workspace: Workspace,
    pub(crate) slug: RepoSlug,
    pub(crate) hook: HookUuid,
    pub(crate) commit: CommitSha,
    pub(crate) revision: Revision,
    pub(crate) spec: DiffSpec,
    pub(crate) range: RevisionRange,
    pub(crate) path: FilePath,
    pub(crate) issue: IssueId,
    pub(crate) pull_request: PullRequestId,
    pub(crate) comment: CommentId,
    pub(crate) task: TaskId,
    pub(crate) merge_task: MergeTaskId,
    pub(crate) user: UserRef,
    pub(crate) key: StatusKey,
    pub(crate) report: ReportId,
    pub(crate) annotation: AnnotationId,
    pub(crate) app: AppKey,
    pub(crate) linker: LinkerKey,
    pub(crate) linker_value: LinkerValueId,
    pub(crate) subject: HookSubject,
}

/// Plain names that need no encoding but where braces are.
pub(crate) fn sample() -> Ids {
    Ids {
        repository: RepoRef::parse("acme/rocket").unwrap(),
        workspace: Workspace::parse("acme").unwrap(),
        slug: RepoSlug::parse("rocket").unwrap(),
        hook: HookUuid::parse("7c1a0d2e-0000-4a5b-8c9d-0123456789ab").unwrap(),
        commit: CommitSha::parse("abcdef0").unwrap(),
        revision: Revision::parse("feature/x").unwrap(),
        spec: DiffSpec::Commit(CommitSha::parse("abcdef0").unwrap()),
        range: RevisionRange::new(
            Revision::parse("old").unwrap(),
            Revision::parse("new").unwrap(),
        ),
        path: FilePath::parse("docs/a b.md").unwrap(),
        issue: IssueId::new(3).unwrap(),
        pull_request: PullRequestId::new(5).unwrap(),
        comment: CommentId::new(7).unwrap(),
        task: TaskId::new(9).unwrap(),
        merge_task: MergeTaskId::parse("merge-1").unwrap(),
        user: UserRef::parse("557058:ab").unwrap(),
        key: StatusKey::parse("build").unwrap(),
        report: ReportId::parse("scan-1").unwrap(),
        annotation: AnnotationId::parse("find-1").unwrap(),
        app: AppKey::parse("app").unwrap(),
        linker: LinkerKey::parse("linker").unwrap(),
        linker_value: LinkerValueId::parse("11").unwrap(),
        subject: HookSubject::Repository,
    }
}

/// The constructors of each resource, each called once.
pub(crate) const RESOURCES: [fn(&Ids) -> Vec<Endpoint>; 20] = [
    repositories_of,
    commits_of,
    diffs_of,
    sources_of,
    refs_of,
    hooks_of,
    workspace_hooks_of,
    hook_events_of,
    workspaces_of,
    users_of,
    pull_requests_of,
    pull_request_comments_of,
    pull_request_tasks_of,
    reviewers_of,
    statuses_of,
    reports_of,
    issues_of,
    search_of,
    addon_of,
    removed_of,
];

/// Every constructor of the crate, called once.
pub(crate) fn every_endpoint(ids: &Ids) -> Vec<Endpoint> {
    RESOURCES
        .iter()
        .flat_map(|resource| resource(ids))
        .collect()
}

fn repositories_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        repositories::repository(&ids.repository),
        repositories::list(&ids.workspace),
    ]
}

fn commits_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        commits::list(&ids.repository),
        commits::of_revision(&ids.repository, &ids.revision),
        commits::list_by_form(&ids.repository),
        commits::of_revision_by_form(&ids.repository, &ids.revision),
        commits::one(&ids.repository, &ids.commit),
    ]
}

fn diffs_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        diffs::diffstat(&ids.repository, &ids.spec),
        diffs::diff(&ids.repository, &ids.spec),
        diffs::patch(&ids.repository, &ids.spec),
        diffs::merge_base(&ids.repository, &ids.range),
        diffs::file_conflicts(&ids.repository, &ids.spec),
    ]
}

fn sources_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        sources::main_branch(&ids.repository),
        sources::root(&ids.repository, &ids.commit),
        sources::contents(&ids.repository, &ids.commit, &ids.path),
        sources::exists(&ids.repository, &ids.commit, &ids.path),
        sources::history(&ids.repository, &ids.commit, &ids.path),
    ]
}

fn refs_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        refs::list(&ids.repository),
        refs::branches(&ids.repository),
        refs::create_branch(&ids.repository),
        refs::branch(&ids.repository, &ids.revision),
        refs::delete_branch(&ids.repository, &ids.revision),
        refs::tags(&ids.repository),
        refs::create_tag(&ids.repository),
        refs::tag(&ids.repository, &ids.revision),
        refs::delete_tag(&ids.repository, &ids.revision),
    ]
}

fn hooks_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        hooks::list(&ids.repository),
        hooks::create(&ids.repository),
        hooks::read(&ids.repository, &ids.hook),
        hooks::update(&ids.repository, &ids.hook),
        hooks::delete(&ids.repository, &ids.hook),
    ]
}

fn workspace_hooks_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        workspace_hooks::list(&ids.workspace),
        workspace_hooks::create(&ids.workspace),
        workspace_hooks::read(&ids.workspace, &ids.hook),
        workspace_hooks::update(&ids.workspace, &ids.hook),
        workspace_hooks::delete(&ids.workspace, &ids.hook),
    ]
}

fn hook_events_of(ids: &Ids) -> Vec<Endpoint> {
    vec![hook_events::overview(), hook_events::of(ids.subject)]
}

fn workspaces_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        workspaces::one(&ids.workspace),
        workspaces::members(&ids.workspace),
        workspaces::member(&ids.workspace, &ids.user),
        workspaces::permissions(&ids.workspace),
        workspaces::repository_permissions(&ids.workspace),
        workspaces::permissions_of_repository(&ids.workspace, &ids.slug),
        workspaces::projects(&ids.workspace),
    ]
}

fn users_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        users::current(),
        users::workspaces(),
        users::permission(&ids.workspace),
        users::repository_permissions(&ids.workspace),
        users::one(&ids.user),
    ]
}

fn pull_requests_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        pull_requests::list(&ids.repository),
        pull_requests::create(&ids.repository),
        pull_requests::read(&ids.repository, ids.pull_request),
        pull_requests::update(&ids.repository, ids.pull_request),
        pull_requests::commits(&ids.repository, ids.pull_request),
        pull_requests::diff(&ids.repository, ids.pull_request),
        pull_requests::diffstat(&ids.repository, ids.pull_request),
        pull_requests::patch(&ids.repository, ids.pull_request),
        pull_requests::conflicts(&ids.repository, ids.pull_request),
        pull_requests::activity(&ids.repository, ids.pull_request),
        pull_requests::activity_of_all(&ids.repository),
        pull_requests::statuses(&ids.repository, ids.pull_request),
        pull_requests::approve(&ids.repository, ids.pull_request),
        pull_requests::unapprove(&ids.repository, ids.pull_request),
        pull_requests::request_changes(&ids.repository, ids.pull_request),
        pull_requests::withdraw_change_request(&ids.repository, ids.pull_request),
        pull_requests::merge(&ids.repository, ids.pull_request),
        pull_requests::merge_status(&ids.repository, ids.pull_request, &ids.merge_task),
        pull_requests::decline(&ids.repository, ids.pull_request),
        pull_requests::of_commit(&ids.repository, &ids.commit),
        pull_requests::of_user(&ids.workspace, &ids.user),
    ]
}

fn pull_request_comments_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        pull_request_comments::list(&ids.repository, ids.pull_request),
        pull_request_comments::create(&ids.repository, ids.pull_request),
        pull_request_comments::read(&ids.repository, ids.pull_request, ids.comment),
        pull_request_comments::update(&ids.repository, ids.pull_request, ids.comment),
        pull_request_comments::delete(&ids.repository, ids.pull_request, ids.comment),
        pull_request_comments::resolve(&ids.repository, ids.pull_request, ids.comment),
        pull_request_comments::reopen(&ids.repository, ids.pull_request, ids.comment),
    ]
}

fn pull_request_tasks_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        pull_request_tasks::list(&ids.repository, ids.pull_request),
        pull_request_tasks::create(&ids.repository, ids.pull_request),
        pull_request_tasks::read(&ids.repository, ids.pull_request, ids.task),
        pull_request_tasks::update(&ids.repository, ids.pull_request, ids.task),
        pull_request_tasks::delete(&ids.repository, ids.pull_request, ids.task),
    ]
}

fn reviewers_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        reviewers::list(&ids.repository),
        reviewers::effective(&ids.repository),
        reviewers::read(&ids.repository, &ids.user),
        reviewers::add(&ids.repository, &ids.user),
        reviewers::remove(&ids.repository, &ids.user),
    ]
}

fn statuses_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        statuses::list(&ids.repository, &ids.commit),
        statuses::create(&ids.repository, &ids.commit),
        statuses::read(&ids.repository, &ids.commit, &ids.key),
        statuses::update(&ids.repository, &ids.commit, &ids.key),
    ]
}

fn reports_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        reports::list(&ids.repository, &ids.commit),
        reports::read(&ids.repository, &ids.commit, &ids.report),
        reports::write(&ids.repository, &ids.commit, &ids.report),
        reports::delete(&ids.repository, &ids.commit, &ids.report),
        reports::annotations(&ids.repository, &ids.commit, &ids.report),
        reports::write_annotations(&ids.repository, &ids.commit, &ids.report),
        reports::annotation(&ids.repository, &ids.commit, &ids.report, &ids.annotation),
        reports::write_annotation(&ids.repository, &ids.commit, &ids.report, &ids.annotation),
        reports::delete_annotation(&ids.repository, &ids.commit, &ids.report, &ids.annotation),
    ]
}

fn issues_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        issues::list(&ids.repository),
        issues::create(&ids.repository),
        issues::read(&ids.repository, ids.issue),
        issues::update(&ids.repository, ids.issue),
        issues::delete(&ids.repository, ids.issue),
        issues::comments(&ids.repository, ids.issue),
        issues::create_comment(&ids.repository, ids.issue),
        issues::comment(&ids.repository, ids.issue, ids.comment),
        issues::update_comment(&ids.repository, ids.issue, ids.comment),
        issues::delete_comment(&ids.repository, ids.issue, ids.comment),
    ]
}

fn search_of(ids: &Ids) -> Vec<Endpoint> {
    vec![search::code(&ids.workspace)]
}

fn addon_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        addon::update(),
        addon::delete(),
        addon::client_key(&ids.app),
        addon::linkers(),
        addon::linker(&ids.linker),
        addon::linker_values(&ids.linker),
        addon::create_linker_value(&ids.linker),
        addon::update_linker_values(&ids.linker),
        addon::delete_linker_values(&ids.linker),
        addon::linker_value(&ids.linker, &ids.linker_value),
        addon::delete_linker_value(&ids.linker, &ids.linker_value),
    ]
}

fn removed_of(ids: &Ids) -> Vec<Endpoint> {
    vec![
        removed::repositories(),
        removed::workspaces(),
        removed::workspace_permissions(),
        removed::repository_permissions(),
        removed::pull_requests(&ids.user),
    ]
}
