//! One attempt: its turn, its place, its credential, and the redirects that it follows.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response, Uri};

use super::taking::Taking;
use super::{Call, CallError, Caller, Outcome};
use crate::authorize::RequestParts;
use crate::notice::{near_limit, notices};
use crate::policy::Place;
use crate::redirect::{self, Hop, MAX_REDIRECTS, PublicOnly, RedirectError, Redirects};

impl Caller {
    /// One attempt, and the credential that it presented last.
    pub(super) async fn attempt<T: Taking>(
        &self,
        call: &Call<'_>,
        taking: &T,
    ) -> (Outcome<T::Body>, Option<HeaderValue>) {
        let mut presented = None;
        let outcome = self.followed(call, taking, &mut presented).await;
        (outcome, presented)
    }

    async fn followed<T: Taking>(
        &self,
        call: &Call<'_>,
        taking: &T,
        presented: &mut Option<HeaderValue>,
    ) -> Outcome<T::Body> {
        let mut hop = Hop::Own(call.path_and_query.clone().into_owned());
        for _ in 0..=MAX_REDIRECTS {
            let place = self.admitted(&hop).await?;
            let request = self.request(call, &hop).await?;
            *presented = request.headers().get(AUTHORIZATION).cloned();
            let uri = request.uri().clone();
            let answer = taking
                .take(self.transport.as_ref(), request)
                .await
                .map_err(CallError::Transport)?;
            if matches!(hop, Hop::Own(_)) {
                self.hear(call.template, &answer);
            }
            match self.next_hop(call, &uri, &answer)? {
                None => return Ok(answer.map(|body| taking.hold(body, place))),
                Some(next) => hop = next,
            }
        }
        Err(CallError::Redirect(RedirectError::TooMany {
            limit: MAX_REDIRECTS,
        }))
    }

    /// Returns when the request may go. One to another host is nothing that Bitbucket counts.
    async fn admitted(&self, hop: &Hop) -> Result<Option<Place>, CallError> {
        if matches!(hop, Hop::Own(_)) {
            self.retry.turn(&self.pace).await;
            if let Some(budget) = &self.budget {
                let taken = budget.take(self.priority, self.clock.as_ref(), self.retry.timer());
                taken.await.map_err(CallError::Budget)?;
            }
        }
        match &self.concurrency {
            Some(concurrency) => Ok(Some(concurrency.place().await)),
            None => Ok(None),
        }
    }

    fn next_hop<B>(
        &self,
        call: &Call<'_>,
        from: &Uri,
        answer: &Response<B>,
    ) -> Result<Option<Hop>, CallError> {
        let rule = match call.method {
            "GET" | "HEAD" => call.redirects,
            _ => Redirects::Refuse,
        };
        redirect::target(rule, &self.base, from, answer.status(), answer.headers())
            .map_err(CallError::Redirect)
    }

    fn hear<B>(&self, template: &'static str, answer: &Response<B>) {
        let headers = answer.headers();
        self.pace.note(near_limit(headers));
        if let Some(budget) = &self.budget {
            budget.note(answer.status(), headers, self.now());
        }
        for notice in notices(template, headers) {
            self.observer.notice(&notice);
        }
    }

    async fn request(&self, call: &Call<'_>, hop: &Hop) -> Result<Request<Bytes>, CallError> {
        match hop {
            Hop::Own(path_and_query) => self.authorized(call, path_and_query).await,
            Hop::Foreign { uri, public_only } => {
                let mut request = Request::new(Bytes::new());
                *request.uri_mut() = uri.clone();
                *request.method_mut() = call.method.parse().map_err(|_| CallError::Path)?;
                self.name(request.headers_mut(), call);
                if *public_only {
                    request.extensions_mut().insert(PublicOnly);
                }
                Ok(request)
            }
        }
    }

    async fn authorized(
        &self,
        call: &Call<'_>,
        path_and_query: &str,
    ) -> Result<Request<Bytes>, CallError> {
        let uri = self
            .base
            .address(path_and_query)
            .map_err(|_| CallError::Path)?;
        let (path, query) = match path_and_query.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path_and_query, None),
        };
        let parts = RequestParts {
            method: call.method,
            path,
            query,
            now: self.now(),
        };
        let authorization = self
            .auth
            .authorization(&parts)
            .await
            .map_err(CallError::Authorize)?;
        let (media_type, body) = call
            .body
            .clone()
            .map_or((None, Bytes::new()), |(kind, body)| (Some(kind), body));
        let mut request = Request::builder()
            .method(call.method)
            .uri(uri)
            .body(body)
            .map_err(|_| CallError::Path)?;
        let headers = request.headers_mut();
        self.name(headers, call);
        if let Some(media_type) = media_type {
            headers.insert(CONTENT_TYPE, media_type);
        }
        if let Some(mut authorization) = authorization {
            authorization.set_sensitive(true);
            headers.insert(AUTHORIZATION, authorization);
        }
        Ok(request)
    }

    fn name(&self, headers: &mut HeaderMap, call: &Call<'_>) {
        headers.insert(ACCEPT, call.accept.clone());
        headers.insert(USER_AGENT, self.user_agent.clone());
    }
}
