//! Rules that lead from stack traces to repositories.

use bitbucket_integration_provider::MappingId;
use bitbucket_integration_provider::ports::CodeMapping;
use secrecy::SecretString;
use uuid::Uuid;

use super::Ports;
use super::fixtures::{assert_conflict, at, install, project, repository, repository_id};

fn mapping(n: u128, stack_root: &str) -> CodeMapping {
    CodeMapping {
        id: MappingId::from_uuid(Uuid::from_u128(n)),
        repository: repository_id(1),
        project: Some(project("rocket")),
        stack_root: stack_root.into(),
        source_root: "src/".into(),
        created_at: at(0),
    }
}

async fn follow(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let secret = SecretString::from("secret");
    let followed = repository(1, installation);
    store.repositories.add(&followed, &secret).await.unwrap();
}

async fn list(store: Ports<'_>) -> Vec<CodeMapping> {
    store.mappings.list(repository_id(1)).await.unwrap()
}

pub(crate) async fn rules_come_back_in_the_order_of_their_making(store: Ports<'_>) {
    follow(store).await;
    let any = CodeMapping {
        project: None,
        source_root: String::new(),
        ..mapping(2, "")
    };
    let rules = [mapping(3, "/app/"), any, mapping(1, "ünï\\code")];
    for rule in &rules {
        store.mappings.add(rule).await.unwrap();
    }
    assert_eq!(list(store).await, rules);
    assert_eq!(store.mappings.list(repository_id(2)).await.unwrap(), []);
}

pub(crate) async fn the_rules_of_a_project_are_its_own_and_those_for_any(store: Ports<'_>) {
    follow(store).await;
    let for_project = |n, name: Option<&str>| CodeMapping {
        project: name.map(project),
        ..mapping(n, "/app/")
    };
    let rules = [
        for_project(3, Some("rocket")),
        for_project(2, None),
        for_project(1, Some("other")),
    ];
    for rule in &rules {
        store.mappings.add(rule).await.unwrap();
    }
    let [own, any, _] = rules.clone();
    let found = store.mappings.of_project(Some(project("rocket"))).await;
    assert_eq!(found.unwrap(), [own, any.clone()]);
    let found = store.mappings.of_project(Some(project("nobody"))).await;
    assert_eq!(found.unwrap(), [any]);
    assert_eq!(store.mappings.of_project(None).await.unwrap(), rules);
}

pub(crate) async fn a_beginning_has_one_rule_per_project(store: Ports<'_>) {
    follow(store).await;
    store.mappings.add(&mapping(1, "/app/")).await.unwrap();
    assert_conflict(store.mappings.add(&mapping(2, "/app/")).await);
    let any = CodeMapping {
        project: None,
        ..mapping(3, "/app/")
    };
    store.mappings.add(&any).await.unwrap();
    assert_conflict(
        store
            .mappings
            .add(&CodeMapping {
                id: mapping(4, "").id,
                ..any
            })
            .await,
    );
    assert_eq!(list(store).await.len(), 2);
}

pub(crate) async fn a_removed_rule_is_gone_and_goes_with_its_repository(store: Ports<'_>) {
    follow(store).await;
    store.mappings.add(&mapping(1, "a")).await.unwrap();
    store.mappings.add(&mapping(2, "b")).await.unwrap();
    assert!(store.mappings.remove(mapping(1, "a").id).await.unwrap());
    assert!(!store.mappings.remove(mapping(1, "a").id).await.unwrap());
    assert_eq!(list(store).await, [mapping(2, "b")]);
    store.repositories.remove(repository_id(1)).await.unwrap();
    assert_eq!(list(store).await, []);
}
