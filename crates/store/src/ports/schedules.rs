//! Schedules: each a row that one process at a time holds.

use std::time::Duration;

use async_trait::async_trait;
use bitbucket_integration_provider::ports::{
    Round, Schedule, ScheduleStanding, Schedules, StoreError,
};
use jiff::Timestamp;

use super::jobs::{end, held};
use crate::Store;
use crate::columns::{Columns, Row, integer};
use crate::statement::{Statement, Steps};

const PLAN: &str = "
    INSERT INTO schedules (name, every_ms, due_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET every_ms = excluded.every_ms, due_at = CASE
        WHEN excluded.due_at < schedules.due_at THEN excluded.due_at ELSE schedules.due_at END
    WHERE schedules.every_ms <> excluded.every_ms";
/// One statement, so that of two that claim at once the second finds the lease of the first.
pub(crate) const CLAIM: &str = "
    UPDATE schedules SET lease = lease + 1, leased_until = ?
    WHERE name = ? AND (due_at <= ? OR due_at > ?) AND (leased_until IS NULL OR leased_until <= ? OR leased_until > ?)
    RETURNING lease, due_at";
const KEEP: &str = "
    UPDATE schedules SET leased_until = ? WHERE name = ? AND lease = ? AND leased_until IS NOT NULL";
/// `x / every` rounds towards zero, and `x` is not negative where the result is used.
const FINISH: &str = "
    UPDATE schedules SET leased_until = NULL, done_at = ?, due_at = CASE
        WHEN due_at <= ? THEN due_at + ((? - due_at) / every_ms + 1) * every_ms
        ELSE ? + every_ms END
    WHERE name = ? AND lease = ? AND leased_until IS NOT NULL";
const LIST: &str = "SELECT name, due_at, leased_until, done_at FROM schedules ORDER BY name";

#[async_trait]
impl Schedules for Store {
    async fn plan(&self, schedules: &[Schedule], now: Timestamp) -> Result<(), StoreError> {
        let plan = |schedule: &Schedule| {
            Statement::new(PLAN)
                .with(schedule.name)
                .with(every(*schedule))
                .with(end(now, schedule.every))
        };
        let steps = Steps::new().then_all(schedules.iter().map(plan));
        self.transact(steps).await.map(drop)
    }

    async fn claim_round(
        &self,
        schedule: Schedule,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<Option<Round>, StoreError> {
        let until = end(now, lease_for);
        // Clocks of several machines differ a little, which is no jump.
        let claim = Statement::new(CLAIM)
            .with(until)
            .with(schedule.name)
            .with(now.as_millisecond())
            .with(end(now, schedule.every * 2))
            .with(now.as_millisecond())
            .with(end(now, lease_for * 2));
        let claimed = self.transact(Steps::new().then(claim)).await?;
        let row = claimed.iter().flat_map(|done| &done.rows).next();
        let read = |row: &Row| {
            let columns = Columns::new("schedules", row);
            Ok(Round {
                schedule: schedule.name.to_owned(),
                token: columns.integer("lease")?,
                due_at: columns.time("due_at")?,
            })
        };
        row.map(read).transpose()
    }

    async fn keep_round(
        &self,
        round: &Round,
        now: Timestamp,
        lease_for: Duration,
    ) -> Result<(), StoreError> {
        let keep = Statement::new(KEEP)
            .with(end(now, lease_for))
            .with(&round.schedule)
            .with(round.token);
        held(self.change(keep).await?)
    }

    async fn finish_round(&self, round: &Round, now: Timestamp) -> Result<(), StoreError> {
        let now = now.as_millisecond();
        let finish = Statement::new(FINISH)
            .with(now)
            .with(now)
            .with(now)
            .with(now)
            .with(&round.schedule)
            .with(round.token);
        held(self.change(finish).await?)
    }

    async fn standings(&self) -> Result<Vec<ScheduleStanding>, StoreError> {
        self.all(Statement::new(LIST), read_standing).await
    }
}

fn every(schedule: Schedule) -> i64 {
    integer(schedule.every.as_millis()).max(1)
}

fn read_standing(row: &Row) -> Result<ScheduleStanding, StoreError> {
    let columns = Columns::new("schedules", row);
    Ok(ScheduleStanding {
        name: columns.text("name")?.to_owned(),
        due_at: columns.time("due_at")?,
        leased_until: columns.optional_time("leased_until")?,
        done_at: columns.optional_time("done_at")?,
    })
}
