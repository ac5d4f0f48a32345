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
                match self.id_of(token) {
                    Ok(id) => observer.reference(Reference::new(keyword, Rule::Run, id, span)),
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
                let id = match self.id_of_item(list, item) {
                    Ok(id) => id,
                    Err(reason) => {
                        observer.miss(span, reason);
                        return reason.is_an_id();
                    }
                };
                match *refusal.get_or_insert_with(|| context.refusal(keyword, list)) {
                    Some(reason) => observer.miss(span, reason),
                    None => observer.reference(Reference::new(keyword, item.rule, id, span)),
                }
                true
            });
            observer.statement(keyword, end.at());
            end
        });
    }

    fn id_of_item(&self, list: &List, item: Item<'_>) -> Result<ShortId, MissReason> {
        let mut buffer = [0; MAX_LENGTH];
        let text = item
            .token
            .text(&mut buffer)
            .ok_or(MissReason::NotAnId(ShortIdError::TooLong))?;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !item.hash && self.forms.contains(&IdForm::Number) {
            return Err(MissReason::NoNumberSign);
        }
        let number = text.rsplit('-').next().unwrap_or_default();
        if number.contains('_') {
            return Err(MissReason::NotAnId(ShortIdError::NotADigit('_')));
        }
        let id = self.parse(text)?;
        let looks_like_prose = !number
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        if looks_like_prose && !list.lower_case_words {
            return Err(MissReason::LowerCaseWord);
        }
        Ok(id)
    }

    fn id_of(&self, token: run::Token<'_>) -> Result<ShortId, MissReason> {
        let mut buffer = [0; MAX_LENGTH];
        let text = token
            .text(&mut buffer)
            .ok_or(MissReason::NotAnId(ShortIdError::TooLong))?;
        self.parse(text)
    }

    /// The id in the first form that fits, if its project is known.
    pub(crate) fn parse(&self, text: &str) -> Result<ShortId, MissReason> {
        let mut defect = ShortIdError::NoSeparator;
        for form in &self.forms {
            match form.read(text) {
                Ok((project, number)) => return self.admit(*form, project, number),
                Err(error) => defect = error,
            }
        }
        Err(MissReason::NotAnId(defect))
    }

    fn admit(&self, form: IdForm, project: &str, number: u64) -> Result<ShortId, MissReason> {
        let lower = || project.bytes().map(|byte| byte.to_ascii_lowercase());
        let is_known = |known: &Vec<String>| {
            known
                .binary_search_by(|slug| slug.bytes().cmp(lower()))
                .is_ok()
        };
        if project.is_empty() || self.projects.as_ref().is_none_or(is_known) {
            Ok(ShortId::from_parts(form, project, number))
        } else {
            Err(MissReason::UnknownProject)
        }
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
