//! Enumerations that Bitbucket may extend.

/// Defines an enumeration of texts whose unknown values are kept as they came in a variant `Other`.
macro_rules! open_enum {
    (
        $(#[$about:meta])*
        $name:ident { $($(#[$about_variant:meta])* $variant:ident = $text:literal,)* }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Deserialize)]
        #[serde(from = "String")]
        pub enum $name {
            $($(#[$about_variant])* $variant,)*
            /// A value that Bitbucket added since, as it was sent.
            Other(String),
        }

        impl $name {
            /// As Bitbucket writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use open_enum;
