//! Forms that are nothing but their fields, which are checked when they are fitted and when
//! they are loaded.

/// Makes `$fitted`, a tuple struct around a struct `Fields` with a method `is_valid`, out of valid
/// fields alone.
///
/// `$what` is named where a fit gives others, `$problem` where a file does.
macro_rules! checked_fields {
    ($fitted:ident, $what:literal, $problem:literal) => {
        impl $fitted {
            /// # Errors
            /// [`CoreError::NumericalFailure`] for fields that are not valid.
            pub(in crate::fit) fn from_fields(fields: Fields) -> Result<Self, CoreError> {
                fields
                    .is_valid()
                    .then_some(Self(fields))
                    .ok_or(CoreError::NumericalFailure { what: $what })
            }
        }

        impl TryFrom<Fields> for $fitted {
            type Error = CoreError;

            fn try_from(fields: Fields) -> Result<Self, CoreError> {
                Self::from_fields(fields).map_err(|_| CoreError::BadSurrogateFile {
                    problem: $problem.to_owned(),
                })
            }
        }
    };
}

pub(super) use checked_fields;
