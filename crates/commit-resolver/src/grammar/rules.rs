//! A checked profile: what the walk through a message needs.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::explain::MissReason;
use crate::issue_host::{AddressDefect, IssueHost, issue_of};
use crate::reference::{IssueLink, Reference, Rule};
use crate::scan::context::Context;
use crate::scan::keywords::{Keyword, Keywords};
use crate::scan::list::{Item, List};
use crate::scan::{self, run, urls};
use crate::short_id::{IdForm, MAX_LENGTH, ShortId, ShortIdError};

#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) keywords: Keywords,
    pub(crate) forms: Vec<IdForm>,
    pub(crate) layout: Layout,
    /// In lower case, sorted.
    pub(crate) projects: Option<Vec<String>>,
    pub(crate) issue_hosts: Vec<IssueHost>,
    pub(crate) skip: Vec<Finder<'static>>,
}

/// The parts of a short id, which costs nothing as long as nobody wants to keep it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'b> {
    form: IdForm,
    project: &'b str,
    number: u64,
}

impl Parts<'_> {
    pub(crate) fn id(self) -> ShortId {
        ShortId::from_parts(self.form, self.project, self.number)
    }
}

/// What may stand behind a keyword.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    Run,
    List(List),
}

/// Is told what is met on the walk.
pub(crate) trait Observer {
    /// An id that counts.
    fn reference(&mut self, reference: Reference);

    /// Something with an id's shape in a statement, which does not count.
    fn miss(&mut self, _span: Range<usize>, _reason: MissReason) {}

    /// A statement was read, from the keyword up to an offset in the message.
    fn statement(&mut self, _keyword: Keyword, _end: usize) {}
}

impl Rules {
    /// Reads all statements with short ids.
    pub(crate) fn read(&self, message: &[u8], observer: &mut impl Observer) {
        match &self.layout {
            Layout::Run => self.read_runs(message, observer),
            Layout::List(list) => self.read_lists(list, message, observer),
        }
    }

    fn read_runs(&self, message: &[u8], observer: &mut impl Observer) {
        scan::for_each_keyword(&self.keywords, message, |keyword, behind| {
            let end = run::read(behind, |token| {
                let span = token.start.at()..token.end;
                let mut buffer = [0; MAX_LENGTH];
                match self.read_token(token, &mut buffer) {
                    Ok(parts) => {
                        observer.reference(Reference::new(keyword, Rule::Run, parts.id(), span));
                    }
                    Err(reason) => observer.miss(span, reason),
                }
            });
            observer.statement(keyword, end.at());
            end
        });
    }

    fn read_lists(&self, list: &List, message: &[u8], observer: &mut impl Observer) {
        let mut context = Context::new(message);
        scan::for_each_keyword(&self.keywords, message, |keyword, behind| {
            let mut refusal = None;
            let end = list.read(keyword, behind, |item| {
                let span = item.token.start.at()..item.token.end;
                let mut buffer = [0; MAX_LENGTH];
                let parts = match self.read_item(list, item, &mut buffer) {
                    Ok(parts) => parts,
                    Err(reason) => {
                        observer.miss(span, reason);
                        return reason.is_an_id();
                    }
                };
                match *refusal.get_or_insert_with(|| context.refusal(keyword, list)) {
                    Some(reason) => observer.miss(span, reason),
                    None => {
                        observer.reference(Reference::new(keyword, item.rule, parts.id(), span));
                    }
                }
                true
            });
            observer.statement(keyword, end.at());
            end
        });
    }

    fn read_item<'b>(
        &self,
        list: &List,
        item: Item<'_>,
        buffer: &'b mut [u8; MAX_LENGTH],
    ) -> Result<Parts<'b>, MissReason> {
        let text = item
            .token
            .text(buffer)
            .ok_or(MissReason::NotAnId(ShortIdError::TooLong))?;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !item.hash && self.forms.contains(&IdForm::Number) {
            return Err(MissReason::NoNumberSign);
        }
        let number = text.rsplit('-').next().unwrap_or_default();
        if number.contains('_') {
            return Err(MissReason::NotAnId(ShortIdError::NotADigit('_')));
        }
        let parts = self.parse(text)?;
        let looks_like_prose = !number
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        if looks_like_prose && !list.lower_case_words {
            return Err(MissReason::LowerCaseWord);
        }
        Ok(parts)
    }

    fn read_token<'b>(
        &self,
        token: run::Token<'_>,
        buffer: &'b mut [u8; MAX_LENGTH],
    ) -> Result<Parts<'b>, MissReason> {
        self.parse(
            token
                .text(buffer)
                .ok_or(MissReason::NotAnId(ShortIdError::TooLong))?,
        )
    }

    /// The id in the first form that fits, if its project is known.
    pub(crate) fn parse<'b>(&self, text: &'b str) -> Result<Parts<'b>, MissReason> {
        let mut defect = None;
        for form in &self.forms {
            match form.read(text) {
                Ok((project, _)) if !self.knows(project) => return Err(MissReason::UnknownProject),
                Ok((project, number)) => {
                    return Ok(Parts {
                        form: *form,
                        project,
                        number,
                    });
                }
                Err(error) => defect = defect.or(Some(error)),
            }
        }
        Err(MissReason::NotAnId(
            defect.unwrap_or(ShortIdError::NoSeparator),
        ))
    }

    fn knows(&self, project: &str) -> bool {
        let lower = || project.bytes().map(|byte| byte.to_ascii_lowercase());
        let is_known = |known: &Vec<String>| {
            known
                .binary_search_by(|slug| slug.bytes().cmp(lower()))
                .is_ok()
        };
        project.is_empty() || self.projects.as_ref().is_none_or(is_known)
    }

    /// Reads all statements with an issue's address.
    pub(crate) fn read_addresses(
        &self,
        message: &[u8],
        found: &mut impl FnMut(Range<usize>, Result<IssueLink, MissReason>),
    ) {
        if self.issue_hosts.is_empty() {
            return;
        }
        let mut context = Context::new(message);
        scan::for_each_keyword(&self.keywords, message, |keyword, behind| {
            urls::read(behind, |address| {
                let span = address.start..address.end;
                let link = issue_of(&address.text, &self.issue_hosts).map_err(reason_of);
                let link = link.and_then(|link| match &self.layout {
                    Layout::List(list) => context.refusal(keyword, list).map_or(Ok(link), Err),
                    Layout::Run => Ok(link),
                });
                found(
                    span.clone(),
                    link.map(|(host, issue)| IssueLink::new(keyword, host, issue, span)),
                );
            })
        });
    }
}

const fn reason_of(defect: AddressDefect) -> MissReason {
    match defect {
        AddressDefect::ForeignHost => MissReason::ForeignHost,
        AddressDefect::NoIssue => MissReason::NoIssueInAddress,
        AddressDefect::TooLarge => MissReason::NotAnId(ShortIdError::TooLarge),
    }
}
