//! UUIDs of Bitbucket's objects: always in braces and in lower case.

use alloc::boxed::Box;
use alloc::string::String;

use crate::identifiers::text_traits;
use crate::{ParseError, Reason};

const BARE: usize = 36;
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Takes `text` with both braces or with none; gives the braced form in lower case.
pub(super) fn braced(text: &str, what: &'static str) -> Result<Box<str>, ParseError> {
    let (bare, offset) = bare(text, what)?;
    digits(bare, what).map_err(|error| error.shifted(offset))?;
    let mut kept = String::with_capacity(BARE + 2);
    kept.push('{');
    kept.push_str(bare);
    kept.push('}');
    kept.make_ascii_lowercase();
    Ok(kept.into_boxed_str())
}

fn bare<'a>(text: &'a str, what: &'static str) -> Result<(&'a str, usize), ParseError> {
    let Some(opened) = text.strip_prefix('{') else {
        return Ok((text, 0));
    };
    let closed = opened.strip_suffix('}');
    closed
        .map(|bare| (bare, 1))
        .ok_or(ParseError::new(what, text.len(), Reason::Missing("}")))
}

fn digits(bare: &str, what: &'static str) -> Result<(), ParseError> {
    if bare.is_empty() {
        return Err(ParseError::new(what, 0, Reason::Empty));
    }
    for (position, character) in bare.char_indices().take(BARE) {
        let fits = if HYPHENS.contains(&position) {
            character == '-'
        } else {
            character.is_ascii_hexdigit()
        };
        if !fits {
            let reason = if character.is_control() {
                Reason::Control(character)
            } else {
                Reason::Character(character)
            };
            return Err(ParseError::new(what, position, reason));
        }
    }
    match bare.len() {
        BARE => Ok(()),
        len if len < BARE => Err(ParseError::new(what, len, Reason::TooShort { least: BARE })),
        _ => Err(ParseError::new(what, BARE, Reason::TooLong { most: BARE })),
    }
}

macro_rules! uuid_identifier {
    ($(#[$meta:meta])* $name:ident, $what:literal) => {
        $(#[$meta])*
        ///
        /// Read with or without braces, in any case; kept and sent in lower case with braces (`{…}`, in a path `%7B…%7D`), as the
        /// REST introduction demands: UUIDs are surrounded by curly braces.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            const WHAT: &'static str = $what;

            /// Parses 8-4-4-4-12 hexadecimal digits, with both braces or with none.
            ///
            /// # Errors
            /// [`ParseError`] with the byte at which the text stops being a UUID.
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                braced(text, Self::WHAT).map(Self)
            }

            /// The UUID in braces: `{…}`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The UUID without braces, as other systems write it.
            #[must_use]
            pub fn without_braces(&self) -> &str {
                self.0.trim_start_matches('{').trim_end_matches('}')
            }
        }

        text_traits!($name);

        impl From<$name> for Box<str> {
            fn from(uuid: $name) -> Self {
                uuid.0
            }
        }
    };
}

uuid_identifier!(
    /// UUID of a workspace.
    WorkspaceUuid,
    "workspace_uuid"
);
uuid_identifier!(
    /// UUID of a repository; survives renames and transfers.
    RepoUuid,
    "repo_uuid"
);
uuid_identifier!(
    /// UUID of a webhook.
    HookUuid,
    "hook_uuid"
);
uuid_identifier!(
    /// UUID of a user.
    UserUuid,
    "user_uuid"
);
