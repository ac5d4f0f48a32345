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
    let started = Instant::now();
    let (sequence, effect) = open(&shared, half, &asked);
    let Some(effect) = effect else {
        let answer = carry_out(&shared, half, &asked, sequence, started);
        return response(&answer, WireBody::whole(answer.body.clone()));
    };
    spoil(&shared, half, line, &asked, sequence, started, effect).await
}

fn open(shared: &Shared, half: Half, asked: &Asked) -> (u64, Option<Effect>) {
    shared.change(|state| {
        state.last_sequence += 1;
        let sequence = state.last_sequence;
        let mut record = Record::new(sequence, half, asked, state.world.clock.now());
        let effect = fault::take(&mut state.faults, half, asked);
        record.fault = effect.as_ref().map(Effect::name);
        state.records.push(record);
        forget_oldest(&mut state.records);
        (sequence, effect)
    })
}

/// A long run keeps its newest records only.
fn forget_oldest(records: &mut Vec<Record>) {
    if records.len() > MAX_RECORDS {
        records.drain(..MAX_RECORDS / 2);
    }
}

fn carry_out(
    shared: &Shared,
    half: Half,
    asked: &Asked,
    sequence: u64,
    started: Instant,
) -> Answer {
    shared.change(|state| {
        let base = shared.base(half);
        let reply = match half {
            Half::Bitbucket => bitbucket::reply(asked, &mut state.world, base),
            Half::Sentry => sentry::reply(asked, &mut state.world, base),
        };
        if let Some(record) = state.record_mut(sequence) {
            record.caller = reply.caller.map(|caller| caller.name);
            record.template = reply.template.map(str::to_owned);
            record.status = Some(reply.answer.status);
            record.elapsed_ms = milliseconds(started);
        }
        tracing::debug!(
            http.method = asked.method,
            http.path = asked.path,
            http.status = reply.answer.status,
            "answered"
        );
        reply.answer
    })
}

fn milliseconds(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

async fn spoil(
    shared: &Shared,
    half: Half,
    line: Line,
    asked: &Asked,
    sequence: u64,
    started: Instant,
    effect: Effect,
) -> Result<Response<WireBody>, Cut> {
    let carried_out = || carry_out(shared, half, asked, sequence, started);
    let whole = |answer: Answer| response(&answer, WireBody::whole(answer.body.clone()));
    let noted = |answer: Answer| {
        note(shared, sequence, answer.status, started);
        response(&answer, WireBody::whole(answer.body.clone()))
    };
    match effect {
        Effect::Status {
            status,
            body,
            retry_after,
        } => noted(fault::answer(half, status, &body, retry_after.as_deref())),
        Effect::Delay { milliseconds } => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            whole(carried_out())
        }
        Effect::Hang => std::future::pending().await,
        Effect::Close => Err(Cut),
        Effect::CloseAfter => {
            carried_out();
            Err(Cut)
        }
        Effect::Truncate => {
            let answer = carried_out();
            response(&answer, WireBody::truncated(&answer.body))
        }
        Effect::Garbage => {
            let noise = Bytes::from_static(b"\x00\x9f{\"values\": [}\xff<<");
            let answer = Answer::empty(200).with_header("content-type", "application/json");
            noted(Answer {
                body: noise,
                ..answer
            })
        }
        Effect::NotHttp => {
            line.make_noise();
            response(&Answer::empty(200), WireBody::whole(Bytes::new()))
        }
        Effect::ForeignNext { origin } => whole(fault::with_foreign_next(
            carried_out(),
            half,
            &asked.path,
            &origin,
        )),
    }
}

fn note(shared: &Shared, sequence: u64, status: u16, started: Instant) {
    shared.change(|state| {
        if let Some(record) = state.record_mut(sequence) {
            record.status = Some(status);
            record.elapsed_ms = milliseconds(started);
        }
    });
}
