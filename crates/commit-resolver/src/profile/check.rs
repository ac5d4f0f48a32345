//! What can be wrong with a profile.

use super::{ListRules, Profile, Statement};
use crate::action::Action;
use crate::scan::keywords::MAX_KEYWORD;
use crate::short_id::IdForm;

/// The marks that may join ids.
const MARKS: &str = ",;&/+|";

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No keyword, so that nothing would ever be found.
    #[error("a profile needs a keyword")]
    NoKeyword,
    /// A keyword is too short, too long, or has something else than ASCII letters.
    #[error("the keyword {word:?} is not 2 to {MAX_KEYWORD} ASCII letters")]
    Keyword {
        /// The word.
        word: String,
    },
    /// A keyword stands in two places.
    #[error("the keyword {word:?} is given twice: for {first} and for {second}")]
    KeywordTwice {
        /// The word in lower case.
        word: String,
        /// What it asks for first.
        first: Action,
        /// What it asks for then.
        second: Action,
    },
    /// No form of ids, so that nothing would ever be found.
    #[error("a profile needs a form of ids")]
    NoIds,
    /// Words of a run can't be told from numbers.
    #[error("ids of the form `number` need a statement of the kind `list`")]
    NumberInRun,
    /// A filler has something else than ASCII letters, or is too long.
    #[error("the filler {word:?} is not 1 to {MAX_KEYWORD} ASCII letters")]
    Filler {
        /// The word.
        word: String,
    },
    /// A joiner is neither a word nor a known mark.
    #[error("the joiner {joiner:?} is neither one of {MARKS} nor 1 to {MAX_KEYWORD} ASCII letters")]
    Joiner {
        /// The joiner.
        joiner: String,
    },
    /// A word is a keyword and a filler or a joiner, so that it is not clear what it means.
    #[error("{word:?} can't be a keyword and stand between ids")]
    Ambiguous {
        /// The word.
        word: String,
    },
    /// A negation has something else than ASCII letters and `'`.
    #[error("the negation {word:?} is not made of ASCII letters and `'`")]
    Negation {
        /// The word.
        word: String,
    },
    /// An empty marker would skip every message.
    #[error("a skip marker is empty")]
    EmptySkipMarker,
}

impl ProfileError {
    /// A stable name for metrics and clients.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKeyword => "profile_no_keyword",
            Self::Keyword { .. } => "profile_keyword",
            Self::KeywordTwice { .. } => "profile_keyword_twice",
            Self::NoIds => "profile_no_ids",
            Self::NumberInRun => "profile_number_in_run",
            Self::Filler { .. } => "profile_filler",
            Self::Joiner { .. } => "profile_joiner",
            Self::Ambiguous { .. } => "profile_ambiguous",
            Self::Negation { .. } => "profile_negation",
            Self::EmptySkipMarker => "profile_empty_skip_marker",
        }
    }
}

/// The first thing that is wrong, if any.
pub(super) fn check(profile: &Profile) -> Result<(), ProfileError> {
    let keywords = check_keywords(profile)?;
    if profile.ids.is_empty() {
        return Err(ProfileError::NoIds);
    }
    match &profile.statement {
        Statement::Run if profile.ids.contains(&IdForm::Number) => {
            return Err(ProfileError::NumberInRun);
        }
        Statement::Run => {}
        Statement::List(rules) => check_list(rules, &keywords)?,
    }
    if profile.skip_markers.iter().any(String::is_empty) {
        return Err(ProfileError::EmptySkipMarker);
    }
    Ok(())
}

/// The keywords in lower case.
fn check_keywords(profile: &Profile) -> Result<Vec<String>, ProfileError> {
    let mut known: Vec<(String, Action)> = Vec::new();
    for group in &profile.keywords {
        for word in &group.words {
            if !is_word(word) || word.len() < 2 {
                return Err(ProfileError::Keyword { word: word.clone() });
            }
            let word = word.to_ascii_lowercase();
            if let Some((word, first)) = known.iter().find(|(before, _)| *before == word) {
                return Err(ProfileError::KeywordTwice {
                    word: word.clone(),
                    first: *first,
                    second: group.action,
                });
            }
            known.push((word, group.action));
        }
    }
    if known.is_empty() {
        return Err(ProfileError::NoKeyword);
    }
    Ok(known.into_iter().map(|(word, _)| word).collect())
}

fn is_word(text: &str) -> bool {
    (1..=MAX_KEYWORD).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

fn check_list(rules: &ListRules, keywords: &[String]) -> Result<(), ProfileError> {
    if let Some(word) = rules.fillers.iter().find(|word| !is_word(word)) {
        return Err(ProfileError::Filler { word: word.clone() });
    }
    if let Some(joiner) = rules
        .joiners
        .iter()
        .find(|joiner| !is_mark(joiner) && !is_word(joiner))
    {
        return Err(ProfileError::Joiner {
            joiner: joiner.clone(),
        });
    }
    let mut between = rules.fillers.iter().chain(&rules.joiners);
    if let Some(word) = between.find(|word| keywords.contains(&word.to_ascii_lowercase())) {
        return Err(ProfileError::Ambiguous { word: word.clone() });
    }
    if let Some(word) = rules.negations.iter().find(|word| !is_negation(word)) {
        return Err(ProfileError::Negation { word: word.clone() });
    }
    Ok(())
}

fn is_negation(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'\'')
}

/// Whether a joiner is a mark, not a word.
pub(super) fn is_mark(joiner: &str) -> bool {
    joiner.len() == 1 && MARKS.contains(joiner)
}
