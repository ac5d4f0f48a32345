//! Links between issues, and issues that are being created.

use bitbucket_api_paths::IssueId;
use bitbucket_integration_provider::ports::{
    Begun, IssueCreation, IssueLink, Linked, LinksOf, NewJob, Page, StoreError, Work,
};
use secrecy::SecretString;

use super::Ports;
use super::fixtures::{
    assert_conflict, at, install, installation_id, job, link_id, project, repository, repository_id,
};

fn creation(n: u128, key: &str) -> IssueCreation {
    IssueCreation {
        id: link_id(n),
        installation: installation_id(1),
        repository: repository_id(1),
        short_id: "ROCKET-1A".into(),
        project: project("rocket"),
        title: "Fuel gauge shows nothing".into(),
        key: key.into(),
        fingerprint: "print".into(),
        begun_at: at(100),
    }
}

fn number(n: u64) -> IssueId {
    IssueId::new(n).unwrap()
}

fn link(n: u128, number_: u64, short_id: &str) -> IssueLink {
    IssueLink {
        id: link_id(n),
        installation: installation_id(1),
        repository: repository_id(1),
        short_id: short_id.into(),
        project: project("rocket"),
        number: number(number_),
        title: "Gauge".into(),
        web_url: Some("https://bitbucket.org/acme/rocket/issues/7".into()),
        linked_at: at(101),
    }
}

fn settle(n: u128) -> NewJob {
    job(n, Work::SettleCreation { link: link_id(n) })
}

fn tell(n: u128) -> NewJob {
    job(100 + n, Work::TellOfLink { link: link_id(n) })
}

async fn begin(store: Ports<'_>, creation: &IssueCreation, n: u128) -> Begun {
    let begun = store.issue_links.begin(creation, at(50), &settle(n)).await;
    begun.unwrap()
}

async fn listed(store: Ports<'_>, of: LinksOf) -> Vec<IssueLink> {
    let page = store.issue_links.list(of, Page::first(10)).await.unwrap();
    assert_eq!(page.next, None);
    page.entries
}

pub(crate) async fn a_creation_begins_once(store: Ports<'_>) {
    let first = creation(1, "one");
    assert_eq!(begin(store, &first, 1).await, Begun::New);
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
    assert_eq!(begin(store, &creation(2, "one"), 2).await, Begun::Underway);
    let other = IssueCreation {
        fingerprint: "another".into(),
        ..creation(3, "one")
    };
    assert_eq!(begin(store, &other, 3).await, Begun::OtherRequest);
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
    let found = store.issue_links.unfinished(link_id(1)).await.unwrap();
    assert_eq!(found, Some(first));
    assert_eq!(store.issue_links.find(link_id(1)).await.unwrap(), None);
    assert_eq!(listed(store, LinksOf::All).await, []);

    // A key belongs to its installation.
    let elsewhere = IssueCreation {
        installation: installation_id(2),
        ..creation(4, "one")
    };
    assert_eq!(begin(store, &elsewhere, 4).await, Begun::New);
}

pub(crate) async fn a_creation_that_nobody_ended_is_taken_over(store: Ports<'_>) {
    assert_eq!(begin(store, &creation(1, "one"), 1).await, Begun::New);
    let links = store.issue_links;
    let again = IssueCreation {
        begun_at: at(400),
        ..creation(2, "one")
    };
    let taken = links.begin(&again, at(100), &settle(2)).await.unwrap();
    assert_eq!(taken, Begun::Resumed(link_id(1)));
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
    let found = links.unfinished(link_id(1)).await.unwrap().unwrap();
    assert_eq!(found.begun_at, at(400));
    assert_eq!(links.unfinished(link_id(2)).await.unwrap(), None);

    assert_eq!(begin(store, &creation(3, "one"), 3).await, Begun::Underway);
    links.pause(link_id(1)).await.unwrap();
    let taken = begin(store, &creation(4, "one"), 4).await;
    assert_eq!(taken, Begun::Resumed(link_id(1)));
}

pub(crate) async fn an_abandoned_creation_is_gone(store: Ports<'_>) {
    assert_eq!(begin(store, &creation(1, "one"), 1).await, Begun::New);
    let links = store.issue_links;
    assert!(!links.abandon(link_id(1), at(99)).await.unwrap());
    assert!(links.abandon(link_id(1), at(100)).await.unwrap());
    assert_eq!(links.unfinished(link_id(1)).await.unwrap(), None);
    assert_eq!(begin(store, &creation(2, "one"), 2).await, Begun::New);
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
    assert!(links.abandon(link_id(2), at(100)).await.unwrap());
    assert_eq!(store.jobs.counts().await.unwrap().ready, 0);
}

pub(crate) async fn a_finished_creation_is_a_link_with_its_job(store: Ports<'_>) {
    let links = store.issue_links;
    assert_eq!(begin(store, &creation(1, "one"), 1).await, Begun::New);
    let made = link(1, 7, "ROCKET-1A");
    assert!(links.finish(&made, &[tell(1)]).await.unwrap());
    assert!(!links.finish(&made, &[tell(1)]).await.unwrap());
    assert_eq!(links.find(link_id(1)).await.unwrap(), Some(made.clone()));
    assert_eq!(links.unfinished(link_id(1)).await.unwrap(), None);
    let counts = store.jobs.counts().await.unwrap();
    assert_eq!(
        (counts.ready, counts.done),
        (1, 1),
        "it need not be settled"
    );
    let again = begin(store, &creation(2, "one"), 2).await;
    assert_eq!(again, Begun::Done(Box::new(made)));
    assert!(!links.abandon(link_id(1), at(500)).await.unwrap());

    // Somebody linked the same two by hand first: nothing of this is kept.
    assert_eq!(begin(store, &creation(3, "three"), 3).await, Begun::New);
    let same = link(3, 7, "ROCKET-1A");
    assert_conflict(links.finish(&same, &[tell(3)]).await);
    assert_eq!(store.jobs.counts().await.unwrap().ready, 2);
}

pub(crate) async fn two_issues_are_linked_once(store: Ports<'_>) {
    let links = store.issue_links;
    let first = link(1, 7, "ROCKET-1A");
    assert_eq!(links.link(&first, &[tell(1)]).await.unwrap(), Linked::New);
    let again = link(2, 7, "ROCKET-1A");
    let known = links.link(&again, &[tell(2)]).await.unwrap();
    assert_eq!(known, Linked::Existing(Box::new(first.clone())));
    assert_eq!(store.jobs.counts().await.unwrap().ready, 1);
    let other = link(3, 7, "ROCKET-2B");
    assert_eq!(links.link(&other, &[]).await.unwrap(), Linked::New);
    let id_taken = links.link(&link(1, 8, "ROCKET-1A"), &[]).await;
    assert!(matches!(id_taken, Err(StoreError::Conflict { .. })));
}

pub(crate) async fn a_link_can_be_removed(store: Ports<'_>) {
    let links = store.issue_links;
    links.link(&link(1, 7, "ROCKET-1A"), &[]).await.unwrap();
    assert!(links.unlink(link_id(1)).await.unwrap());
    assert!(!links.unlink(link_id(1)).await.unwrap());
    assert_eq!(links.find(link_id(1)).await.unwrap(), None);
    // What is being created is no link yet.
    assert_eq!(begin(store, &creation(2, "one"), 2).await, Begun::New);
    assert!(!links.unlink(link_id(2)).await.unwrap());
}

pub(crate) async fn links_are_listed_both_ways(store: Ports<'_>) {
    let links = store.issue_links;
    let elsewhere = IssueLink {
        repository: repository_id(2),
        ..link(3, 7, "ROCKET-1A")
    };
    let all = [link(1, 7, "ROCKET-1A"), link(2, 8, "ROCKET-2B"), elsewhere];
    for one in &all {
        links.link(one, &[]).await.unwrap();
    }
    let [first, second, third] = all;
    let newest_first = [third.clone(), second.clone(), first.clone()];
    assert_eq!(listed(store, LinksOf::All).await, newest_first);
    let of_issue = listed(store, LinksOf::Issue("ROCKET-1A".into())).await;
    assert_eq!(of_issue, [third.clone(), first.clone()]);
    let of_repository = listed(store, LinksOf::Repository(repository_id(1))).await;
    assert_eq!(of_repository, [second, first.clone()]);
    let of_number = LinksOf::Number(repository_id(1), number(7));
    assert_eq!(listed(store, of_number).await, [first]);
    let page = links.list(LinksOf::All, Page::first(1)).await.unwrap();
    assert_eq!((page.entries, page.next.is_some()), (vec![third], true));
}

pub(crate) async fn the_usual_repository_is_the_last_one_and_goes_with_it(store: Ports<'_>) {
    let installation = install(store, 1).await;
    let secret = SecretString::from("secret");
    for n in [1, 2] {
        let followed = repository(n, installation);
        store.repositories.add(&followed, &secret).await.unwrap();
    }
    let links = store.issue_links;
    let usual = async |name: &str| {
        let name = project(name);
        let usual = links.usual_repository(installation, &name);
        usual.await.unwrap()
    };
    assert_eq!(usual("rocket").await, None);
    links.link(&link(1, 7, "ROCKET-1A"), &[]).await.unwrap();
    assert_eq!(usual("rocket").await, Some(repository_id(1)));
    let elsewhere = IssueLink {
        repository: repository_id(2),
        ..link(2, 1, "ROCKET-1A")
    };
    links.link(&elsewhere, &[]).await.unwrap();
    assert_eq!(usual("rocket").await, Some(repository_id(2)));
    assert_eq!(usual("booster").await, None);
    store.repositories.remove(repository_id(2)).await.unwrap();
    assert_eq!(usual("rocket").await, None);
    // One that is not followed any more does not become the usual one.
    let gone = IssueLink {
        repository: repository_id(2),
        ..link(3, 2, "ROCKET-1A")
    };
    assert_eq!(links.link(&gone, &[]).await.unwrap(), Linked::New);
    assert_eq!(usual("rocket").await, None);
}
