//! A stored delivery: which event it is, and which followed repository it is about.

use super::{Outcome, WorkError};
use crate::events::{Event, EventRepository, RepositoryChange};
use crate::ids::DeliveryId;
use crate::integration::Integration;
use crate::ports::{Delivery, NewJob, TrackedRepository, Work};

impl Integration {
    pub(super) async fn process_delivery(&self, id: DeliveryId) -> Result<Outcome, WorkError> {
        let delivery = self
            .ports
            .deliveries
            .find(id)
            .await?
            .ok_or(WorkError::Gone {
                what: "the delivery",
            })?;
        let installation = self.active_installation(delivery.installation).await?;
        match Event::parse(&delivery.event_key, &delivery.body).map_err(WorkError::Event)? {
            Some(Event::Push(push)) => self.process_push(&installation, &delivery, push).await,
            Some(Event::Repository { change, repository }) => {
                let jobs = self.process_repository(&delivery, &change, &repository);
                jobs.await.map(Outcome::from)
            }
            Some(Event::PullRequest(event)) => {
                let jobs = self.process_pull_request(&installation, &delivery, *event);
                jobs.await.map(Outcome::from)
            }
            // Nothing follows from these: they are not even stored, unless a later version did so.
            Some(
                Event::CommitStatus(_)
                | Event::CommitCommented { .. }
                | Event::ProjectUpdated { .. }
                | Event::PipelineSpan
                | Event::Issue(_),
            )
            | None => Ok(Outcome::default()),
        }
    }

    /// The followed repository that an event names, with the name that it has now.
    pub(super) async fn refreshed(
        &self,
        delivery: &Delivery,
        named: &EventRepository,
    ) -> Result<Option<TrackedRepository>, WorkError> {
        match self.repository_of(delivery, named).await? {
            Some(repository) => self.follow_rename(repository, named).await.map(Some),
            None => Ok(None),
        }
    }

    /// A repository that was renamed is known by its new name. One that moved may be out of our reach, and one that is said to be gone
    /// may be: they are checked, once for each such delivery.
    async fn process_repository(
        &self,
        delivery: &Delivery,
        change: &RepositoryChange,
        named: &EventRepository,
    ) -> Result<Vec<NewJob>, WorkError> {
        let Some(repository) = self.refreshed(delivery, named).await? else {
            return Ok(Vec::new());
        };
        match change {
            RepositoryChange::Transferred | RepositoryChange::Deleted => {}
            RepositoryChange::Updated
            | RepositoryChange::Created
            | RepositoryChange::Imported
            | RepositoryChange::Forked { .. } => return Ok(Vec::new()),
        }
        let check = Work::CheckRepository {
            repository: repository.id,
            installation: repository.installation,
            round: delivery.received_at.as_millisecond(),
            rotate: false,
        };
        Ok(vec![self.job(repository.installation, check)])
    }

    /// The followed repository a delivery is about; `None` when the workspace's app tells of one that nobody follows.
    pub(super) async fn repository_of(
        &self,
        delivery: &Delivery,
        named: &EventRepository,
    ) -> Result<Option<TrackedRepository>, WorkError> {
        let Some(id) = delivery.repository else {
            return Ok(self
                .ports
                .repositories
                .by_uuid(delivery.installation, &named.uuid)
                .await?);
        };
        let repository = self.followed_repository(id).await?;
        if repository.uuid == named.uuid {
            Ok(Some(repository))
        } else {
            Err(WorkError::WrongRepository)
        }
    }

    /// A repository is known by its UUID; its name and address are kept as Bitbucket tells them last.
    pub(super) async fn follow_rename(
        &self,
        mut repository: TrackedRepository,
        named: &EventRepository,
    ) -> Result<TrackedRepository, WorkError> {
        if renamed(&repository, named) {
            let full_name = named.full_name.as_ref().unwrap_or(&repository.full_name);
            tracing::info!(repository.old = %repository.full_name, repository.new = %full_name, "repository renamed");
            let (full_name, web_url) = (full_name.clone(), named.web_url.clone());
            repository.full_name = full_name;
            repository.web_url = web_url.or(repository.web_url);
            self.ports.repositories.update(&repository).await?;
        }
        Ok(repository)
    }
}

/// Whether an event tells another name or address of a repository than what is known.
pub(super) fn renamed(repository: &TrackedRepository, named: &EventRepository) -> bool {
    let name = named.full_name.as_ref();
    let address = named.web_url.as_ref();
    name.is_some_and(|name| *name != repository.full_name)
        || address.is_some_and(|address| Some(address) != repository.web_url.as_ref())
}
