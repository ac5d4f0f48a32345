//! Whom a token is for.

use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

use super::claims::Claims;
use super::error::{Claim, VerifyError};

/// What the claim `aud` must say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum AudienceRule {
    /// Where there is one, it must name the issuer: Bitbucket sends the installation's `clientKey` as both `iss` and `aud`.
    #[default]
    IssuerIfPresent,
    /// There must be one, and it must hold this name.
    Required(String),
    /// It isn't looked at. That is what Sentry does.
    Unchecked,
}

impl AudienceRule {
    pub(crate) fn check(&self, claims: &Claims) -> Result<(), VerifyError> {
        let accepted = match (self, claims.audience()) {
            (Self::Unchecked, _) | (Self::IssuerIfPresent, None) => true,
            (Self::IssuerIfPresent, Some(audience)) => audience.names(claims.issuer()?),
            (Self::Required(_), None) => return Err(VerifyError::MissingClaim(Claim::Audience)),
            (Self::Required(name), Some(audience)) => audience.names(name),
        };
        if accepted {
            return Ok(());
        }
        Err(VerifyError::WrongAudience)
    }
}

/// `aud`: one name, or several ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Several(several) => several.iter().any(|one| one == name),
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AudienceVisitor)
    }
}

struct AudienceVisitor;

impl<'de> Visitor<'de> for AudienceVisitor {
    type Value = Audience;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name or a list of names")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Audience::One(name.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Self::Value, A::Error> {
        let mut several = Vec::new();
        while let Some(name) = names.next_element()? {
            several.push(name);
        }
        Ok(Audience::Several(several))
    }
}
