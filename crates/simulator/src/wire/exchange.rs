//! One request to a simulated peer, from its record to its answer.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::{
    Half,
    answer::Answer,
    asked::Asked,
    body::{Cut, WireBody},
    call::Caller,
    fault::{self, Effect},
    listen::Line,
    record::Record,
};
use crate::{bitbucket, sentry, state::Shared};

/// Longest request body that is read, in bytes.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// Most records that are kept.
const MAX_RECORDS: usize = 200_000;

/// A body that looks like JSON for a moment.
const GARBAGE: &[u8] = b"\x00\x9f{\"values\": [}\xff<<";

/// What a half says to a request.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) caller: Option<Caller>,
    pub(crate) template: Option<&'static str>,
}

/// Reads a request whole; `None` if the peer went away or sent too much.
pub(crate) async fn read(request: Request<Incoming>) -> Option<Asked> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await.ok()?;
    Some(Asked::new(&parts, body.to_bytes()))
}

/// Puts an answer on the wire.
pub(crate) fn response(answer: &Answer, body: WireBody) -> Result<Response<WireBody>, Cut> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(body).map_err(|_| Cut)
}

/// Answers one request to a half, recording it and obeying the faults that are switched on.
pub(crate) async fn exchange(
    shared: Arc<Shared>,
    half: Half,
    line: Line,
    request: Request<Incoming>,
) -> Result<Response<WireBody>, Cut> {
    let asked = read(request).await.ok_or(Cut)?;
    let (exchange, effect) = Exchange::open(&shared, half, &asked);
    match effect {
        None => whole(&exchange.carry_out()),
        Some(effect) => exchange.spoil(effect, &line).await,
    }
}

fn whole(answer: &Answer) -> Result<Response<WireBody>, Cut> {
    response(answer, WireBody::whole(answer.body.clone()))
}

/// A request that is recorded and waits for its answer.
#[derive(Debug, Clone, Copy)]
struct Exchange<'a> {
    shared: &'a Shared,
    half: Half,
    asked: &'a Asked,
    /// The record's.
    sequence: u64,
    started: Instant,
}

impl<'a> Exchange<'a> {
    /// Records the request, and takes the fault that meets it.
    fn open(shared: &'a Shared, half: Half, asked: &'a Asked) -> (Self, Option<Effect>) {
        shared.change(|state| {
            state.last_sequence += 1;
            let sequence = state.last_sequence;
            let mut record = Record::new(sequence, half, asked, state.world.clock.now());
            let effect = fault::take(&mut state.faults, half, asked);
            record.fault = effect.as_ref().map(Effect::name);
            state.records.push(record);
            forget_oldest(&mut state.records);
            let exchange = Self {
                shared,
                half,
                asked,
                sequence,
                started: Instant::now(),
            };
            (exchange, effect)
        })
    }

    /// Does what was asked.
    fn carry_out(&self) -> Answer {
        self.shared.change(|state| {
            let base = self.shared.base(self.half);
            let reply = match self.half {
                Half::Bitbucket => bitbucket::reply(self.asked, &mut state.world, base),
                Half::Sentry => sentry::reply(self.asked, &mut state.world, base),
            };
            if let Some(record) = state.record_mut(self.sequence) {
                record.caller = reply.caller.map(|caller| caller.name);
                record.template = reply.template.map(str::to_owned);
                record.status = Some(reply.answer.status);
                record.elapsed_ms = self.elapsed_ms();
            }
            tracing::debug!(
                http.method = self.asked.method,
                http.path = self.asked.path,
                http.status = reply.answer.status,
                "answered"
            );
            reply.answer
        })
    }

    /// Lets a fault decide what becomes of the request.
    async fn spoil(&self, effect: Effect, line: &Line) -> Result<Response<WireBody>, Cut> {
        match effect {
            Effect::Status {
                status,
                body,
                retry_after,
            } => self.instead(&fault::answer(
                self.half,
                status,
                &body,
                retry_after.as_deref(),
            )),
            Effect::Delay { milliseconds } => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                whole(&self.carry_out())
            }
            Effect::Hang => std::future::pending().await,
            Effect::Close => Err(Cut),
            Effect::CloseAfter => {
                self.carry_out();
                Err(Cut)
            }
            Effect::Truncate => {
                let answer = self.carry_out();
                response(&answer, WireBody::truncated(&answer.body))
            }
            Effect::Garbage => self.instead(&Answer {
                body: Bytes::from_static(GARBAGE),
                ..Answer::empty(200).with_header("content-type", "application/json")
            }),
            Effect::NotHttp => {
                line.make_noise();
                whole(&Answer::empty(200))
            }
            Effect::Redirect { status, origin } => {
                let place = format!("{origin}{}", self.asked.path);
                self.instead(&Answer::empty(status).with_header("location", &place))
            }
            Effect::ForeignNext { origin } => {
                let answer = self.carry_out();
                whole(&fault::with_foreign_next(
                    answer,
                    self.half,
                    &self.asked.path,
                    &origin,
                ))
            }
        }
    }

    /// Answers without doing what was asked.
    fn instead(&self, answer: &Answer) -> Result<Response<WireBody>, Cut> {
        self.shared.change(|state| {
            if let Some(record) = state.record_mut(self.sequence) {
                record.status = Some(answer.status);
                record.elapsed_ms = self.elapsed_ms();
            }
        });
        whole(answer)
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A long run keeps its newest records only.
fn forget_oldest(records: &mut Vec<Record>) {
    if records.len() > MAX_RECORDS {
        records.drain(..MAX_RECORDS / 2);
    }
}
