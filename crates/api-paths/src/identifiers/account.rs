//! People: the Atlassian account and the two ways to address a user.

use alloc::boxed::Box;

use crate::identifiers::{checks, text_identifier, text_traits};
use crate::{ParseError, UserUuid};

/// Longest Atlassian account id, in bytes (Jira REST reference: "from 1 to 128 characters").
const MOST_BYTES: usize = 128;

text_identifier!(
    /// An Atlassian account: 1 to 128 of `A-Z a-z 0-9 - _ :`, such as `557058:c0b72ad0-1cb5-4018-9cdc-0cde8492c443`.
    ///
    /// User names have not been identifiers since 2019-04-12.
    AccountId,
    "account_id",
    check
);

fn check(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    checks::extent(text, what, MOST_BYTES)?;
    checks::characters(text, what, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')
    })?;
    Ok(text.into())
}

/// How a user is addressed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UserRef {
    /// By Atlassian account.
    Account(AccountId),
    /// By Bitbucket's UUID, in braces.
    Uuid(UserUuid),
}

impl UserRef {
    #[cfg(feature = "serde")]
    const WHAT: &'static str = "user_ref";

    /// Parses a UUID in braces, or else an account id.
    ///
    /// # Errors
    /// [`ParseError`] of the form that the first character announces.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.starts_with('{') {
            return UserUuid::parse(text).map(Self::Uuid);
        }
        AccountId::parse(text).map(Self::Account)
    }

    /// The account id, or the UUID in braces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Account(account) => account.as_str(),
            Self::Uuid(uuid) => uuid.as_str(),
        }
    }
}

text_traits!(UserRef);

impl From<AccountId> for UserRef {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

impl From<UserUuid> for UserRef {
    fn from(uuid: UserUuid) -> Self {
        Self::Uuid(uuid)
    }
}
