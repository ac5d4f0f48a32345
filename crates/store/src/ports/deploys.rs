//! Where releases were deployed. The first deploy of a release to an environment and those that follow stand in two tables, as programs
//! before that knew only the first one: they share the database while replicas are replaced.

use bitbucket_integration_provider::ReleaseId;
use bitbucket_integration_provider::ports::{Deploy, NewDeploy, Release, StoreError};

use super::releases::read;
use crate::Store;
use crate::columns::{Columns, Row, integer, json};
use crate::error::unreadable;
use crate::statement::{Sql, Statement};

const FIRST: &str = "
    INSERT INTO deploys (release, environment, deployed_at, key) VALUES (?, ?, ?, ?) ON CONFLICT (release, environment) DO NOTHING";
/// One with a key follows unless the key is known. The values: release, environment, time, key.
pub(crate) const WITH_KEY: Sql = Sql::each(
    "
    INSERT INTO deploys_again (release, environment, deployed_at, key, number)
    SELECT ?1, ?2, ?3, ?4,
        (SELECT 1 + coalesce(max(number), 1) FROM deploys_again WHERE release = ?1 AND environment = ?2)
    WHERE NOT EXISTS (SELECT 1 FROM deploys WHERE release = ?1 AND environment = ?2 AND key = ?4)
    ON CONFLICT DO NOTHING",
    "
    INSERT INTO deploys_again (release, environment, deployed_at, key, number)
    SELECT $1::uuid, $2::text, $3::bigint, $4::text,
        (SELECT 1 + coalesce(max(number), 1) FROM deploys_again WHERE release = $1 AND environment = $2)
    WHERE NOT EXISTS (SELECT 1 FROM deploys WHERE release = $1 AND environment = $2 AND key = $4)
    ON CONFLICT DO NOTHING",
);
/// One without a key follows when another release of the same repository, sharing a project, was deployed there last. The values: release,
/// environment, time.
pub(crate) const WITHOUT_KEY: Sql = Sql::each(
    "
    INSERT INTO deploys_again (release, environment, deployed_at, number)
    SELECT ?1, ?2, ?3, (SELECT 1 + coalesce(max(number), 1) FROM deploys_again WHERE release = ?1 AND environment = ?2)
    WHERE ?1 <> (
        SELECT release FROM (
            SELECT * FROM (
                SELECT one.release, one.deployed_at, 0 AS later, one.seq FROM deploys AS one
                JOIN releases AS its ON its.id = one.release JOIN releases AS own ON own.id = ?1
                WHERE one.environment = ?2 AND its.repository = own.repository AND EXISTS (
                    SELECT 1 FROM json_each(its.projects) AS a WHERE a.value IN (SELECT value FROM json_each(own.projects)))
                ORDER BY one.deployed_at DESC, one.seq DESC LIMIT 1)
            UNION ALL
            SELECT * FROM (
                SELECT one.release, one.deployed_at, 1 AS later, one.seq FROM deploys_again AS one
                JOIN releases AS its ON its.id = one.release JOIN releases AS own ON own.id = ?1
                WHERE one.environment = ?2 AND its.repository = own.repository AND EXISTS (
                    SELECT 1 FROM json_each(its.projects) AS a WHERE a.value IN (SELECT value FROM json_each(own.projects)))
                ORDER BY one.deployed_at DESC, one.seq DESC LIMIT 1)
        ) AS last ORDER BY deployed_at DESC, later DESC, seq DESC LIMIT 1)
    ON CONFLICT DO NOTHING",
    "
    INSERT INTO deploys_again (release, environment, deployed_at, number)
    SELECT $1::uuid, $2::text, $3::bigint,
        (SELECT 1 + coalesce(max(number), 1) FROM deploys_again WHERE release = $1 AND environment = $2)
    WHERE $1 <> (
        SELECT release FROM (
            (SELECT one.release, one.deployed_at, 0 AS later, one.seq FROM deploys AS one
                JOIN releases AS its ON its.id = one.release JOIN releases AS own ON own.id = $1
                WHERE one.environment = $2 AND its.repository = own.repository AND EXISTS (
                    SELECT 1 FROM jsonb_array_elements_text(its.projects::jsonb) AS a (slug)
                    JOIN jsonb_array_elements_text(own.projects::jsonb) AS b (slug) ON a.slug = b.slug)
                ORDER BY one.deployed_at DESC, one.seq DESC LIMIT 1)
            UNION ALL
            (SELECT one.release, one.deployed_at, 1 AS later, one.seq FROM deploys_again AS one
                JOIN releases AS its ON its.id = one.release JOIN releases AS own ON own.id = $1
                WHERE one.environment = $2 AND its.repository = own.repository AND EXISTS (
                    SELECT 1 FROM jsonb_array_elements_text(its.projects::jsonb) AS a (slug)
                    JOIN jsonb_array_elements_text(own.projects::jsonb) AS b (slug) ON a.slug = b.slug)
                ORDER BY one.deployed_at DESC, one.seq DESC LIMIT 1)
        ) AS last ORDER BY deployed_at DESC, later DESC, seq DESC LIMIT 1)
    ON CONFLICT DO NOTHING",
);
pub(crate) const LIST: Sql = Sql::each(
    "
    SELECT environment, deployed_at, 1 AS number, key, 0 AS later, seq FROM deploys WHERE release = ?1
    UNION ALL
    SELECT environment, deployed_at, number, key, 1 AS later, seq FROM deploys_again WHERE release = ?1
    ORDER BY deployed_at, later, seq",
    "
    SELECT environment, deployed_at, 1::bigint AS number, key, 0 AS later, seq FROM deploys WHERE release = $1
    UNION ALL
    SELECT environment, deployed_at, number, key, 1 AS later, seq FROM deploys_again WHERE release = $1
    ORDER BY deployed_at, later, seq",
);
/// What was deployed to an environment before a release was opened, the last one first. Of what was deployed at the same time, the one that
/// was stored first is the earlier. The values: repository, time, release, its projects, environment, limit.
pub(crate) const EARLIER: Sql = Sql::each(
    "
    SELECT releases.* FROM (
        SELECT * FROM (
            SELECT one.release, one.deployed_at, 0 AS later, one.seq FROM deploys AS one JOIN releases AS its ON its.id = one.release
            WHERE one.environment = ?5 AND one.deployed_at <= ?2 AND (one.deployed_at < ?2 OR one.seq < coalesce(
                    (SELECT seq FROM deploys WHERE release = ?3 AND environment = ?5), 9223372036854775807))
                AND its.repository = ?1 AND its.state = 'published' AND its.id <> ?3
                AND EXISTS (SELECT 1 FROM json_each(its.projects) AS a WHERE a.value IN (SELECT value FROM json_each(?4)))
            ORDER BY one.deployed_at DESC, one.seq DESC LIMIT ?6)
        UNION ALL
        SELECT * FROM (
            SELECT one.release, one.deployed_at, 1 AS later, one.seq FROM deploys_again AS one JOIN releases AS its ON its.id = one.release
            WHERE one.environment = ?5 AND one.deployed_at <= ?2
                AND its.repository = ?1 AND its.state = 'published' AND its.id <> ?3
                AND EXISTS (SELECT 1 FROM json_each(its.projects) AS a WHERE a.value IN (SELECT value FROM json_each(?4)))
            ORDER BY one.deployed_at DESC, one.seq DESC LIMIT ?6)
    ) AS deployed JOIN releases ON releases.id = deployed.release
    ORDER BY deployed.deployed_at DESC, deployed.later DESC, deployed.seq DESC LIMIT ?6",
    "
    SELECT releases.* FROM (
        (SELECT one.release, one.deployed_at, 0 AS later, one.seq FROM deploys AS one JOIN releases AS its ON its.id = one.release
            WHERE one.environment = $5 AND one.deployed_at <= $2 AND (one.deployed_at < $2 OR one.seq < coalesce(
                    (SELECT seq FROM deploys WHERE release = $3 AND environment = $5), 9223372036854775807))
                AND its.repository = $1 AND its.state = 'published' AND its.id <> $3 AND EXISTS (
                    SELECT 1 FROM jsonb_array_elements_text(its.projects::jsonb) AS a (slug)
                    JOIN jsonb_array_elements_text($4::jsonb) AS b (slug) ON a.slug = b.slug)
            ORDER BY one.deployed_at DESC, one.seq DESC LIMIT $6)
        UNION ALL
        (SELECT one.release, one.deployed_at, 1 AS later, one.seq FROM deploys_again AS one JOIN releases AS its ON its.id = one.release
            WHERE one.environment = $5 AND one.deployed_at <= $2
                AND its.repository = $1 AND its.state = 'published' AND its.id <> $3 AND EXISTS (
                    SELECT 1 FROM jsonb_array_elements_text(its.projects::jsonb) AS a (slug)
                    JOIN jsonb_array_elements_text($4::jsonb) AS b (slug) ON a.slug = b.slug)
            ORDER BY one.deployed_at DESC, one.seq DESC LIMIT $6)
    ) AS deployed JOIN releases ON releases.id = deployed.release
    ORDER BY deployed.deployed_at DESC, deployed.later DESC, deployed.seq DESC LIMIT $6",
);

/// How often a deploy with a key is offered: others with other keys may take its number meanwhile.
const OFFERS: usize = 16;

/// The first deploy of a release that is opened.
pub(super) fn of_opened(release: &Release) -> Option<Statement> {
    let environment = release.environment.clone()?;
    let deploy = NewDeploy {
        environment,
        deployed_at: release.created_at,
        key: None,
    };
    Some(first(release.id, &deploy))
}

fn first(release: ReleaseId, deploy: &NewDeploy) -> Statement {
    with_values(Sql::shared(FIRST), release, deploy).with(deploy.key.clone())
}

fn with_values(sql: Sql, release: ReleaseId, deploy: &NewDeploy) -> Statement {
    Statement::new(sql)
        .with(release.as_uuid())
        .with(&deploy.environment)
        .with(deploy.deployed_at.as_millisecond())
}

impl Store {
    pub(super) async fn note_deploy(
        &self,
        release: ReleaseId,
        deploy: &NewDeploy,
    ) -> Result<Deploy, StoreError> {
        for _ in 0..OFFERS {
            if self.change(first(release, deploy)).await? == 0 {
                self.change(following(release, deploy)).await?;
            }
            let known = self.noted(release).await?.into_iter().rev();
            let mut known = known.filter(|(own, _)| own.environment == deploy.environment);
            let found = match &deploy.key {
                Some(_) => known.find(|(_, key)| *key == deploy.key),
                None => known.next(),
            };
            if let Some((deploy, _)) = found {
                return Ok(deploy);
            }
        }
        Err(unreadable("the deploy: it was there and is not any more"))
    }

    /// The deploys of a release with their keys, the first one first.
    pub(super) async fn noted(
        &self,
        release: ReleaseId,
    ) -> Result<Vec<(Deploy, Option<String>)>, StoreError> {
        let noted = Statement::new(LIST).with(release.as_uuid());
        self.all(noted, read_deploy).await
    }

    /// What was deployed where this release goes, each release once, the last one first.
    pub(super) async fn deployed_before(
        &self,
        release: &Release,
        environment: &str,
        limit: usize,
    ) -> Result<Vec<Release>, StoreError> {
        let earlier = Statement::new(EARLIER)
            .with(release.repository.as_uuid())
            .with(release.created_at.as_millisecond())
            .with(release.id.as_uuid())
            .with(json(&release.projects)?)
            .with(environment.to_owned())
            .with(integer(limit));
        let mut once: Vec<Release> = Vec::new();
        for release in self.all(earlier, read).await? {
            if once.iter().all(|known| known.id != release.id) {
                once.push(release);
            }
        }
        Ok(once)
    }
}

fn following(release: ReleaseId, deploy: &NewDeploy) -> Statement {
    match &deploy.key {
        Some(key) => with_values(WITH_KEY, release, deploy).with(key),
        None => with_values(WITHOUT_KEY, release, deploy),
    }
}

fn read_deploy(row: &Row) -> Result<(Deploy, Option<String>), StoreError> {
    let columns = Columns::new("deploys", row);
    let deploy = Deploy {
        environment: columns.text("environment")?.to_owned(),
        deployed_at: columns.time("deployed_at")?,
        number: columns.count("number")?,
    };
    Ok((deploy, columns.optional_text("key")?.map(str::to_owned)))
}
