//! Words of the API that may become more.

/// Declares an enum of the documented words of a field, with `Other` for words that the service adds later.
///
/// The first word after `=` is the one written; the others are read as the same.
macro_rules! open_enum {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $( $(#[$variant_attribute:meta])* $variant:ident = $word:literal $(| $alias:literal)* ),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_attribute])* $variant, )*
            /// A word that this version of the client does not know, as the service wrote it.
            Other(String),
        }

        impl $name {
            /// The word of the API.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word $(| $alias)* => Self::$variant, )*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use open_enum;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro declares a public type, and this is a sample")]
mod tests {
    open_enum! {
        /// A colour.
        pub enum Colour {
            /// Red.
            Red = "red" | "rouge",
            /// Blue.
            Blue = "blue",
        }
    }

    #[test]
    fn words_are_known_by_every_spelling_and_unknown_ones_are_kept() {
        let read = ["red", "rouge", "blue", "green"].map(Colour::from);
        assert_eq!(read, [Colour::Red, Colour::Red, Colour::Blue, Colour::Other("green".into())]);
        assert_eq!(read[1].to_string(), "red");
        assert_eq!(read[3].to_string(), "green");
    }
}
