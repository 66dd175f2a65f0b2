//! Which fields of a partial update differ.

/// A value that an attribute which is no longer set goes back to: the service takes the empty value for "none".
pub(super) trait Cleared: Clone + PartialEq {
    /// The empty value.
    fn cleared() -> Self;
}

impl Cleared for String {
    fn cleared() -> Self {
        Self::new()
    }
}

impl Cleared for bool {
    fn cleared() -> Self {
        false
    }
}

impl Cleared for i64 {
    fn cleared() -> Self {
        0
    }
}

impl<T: Clone + PartialEq> Cleared for Vec<T> {
    fn cleared() -> Self {
        Self::new()
    }
}

/// What to send so that `old` becomes `new`; `None` if there is nothing to send.
pub(super) fn changed<T: Cleared>(old: &Option<T>, new: &Option<T>) -> Option<T> {
    if old == new {
        return None;
    }
    Some(new.clone().unwrap_or_else(T::cleared))
}

/// The same for a value that the service chooses if the user does not: no value means that its choice stays.
pub(super) fn chosen<T: Clone + PartialEq>(old: &Option<T>, new: &Option<T>) -> Option<T> {
    new.clone().filter(|new| old.as_ref() != Some(new))
}

/// Makes of two requests the one that holds only what differs. Fields after `chosen` are left to the service when they
/// are not set, the others are cleared.
macro_rules! differences {
    ($request:ident, $old:expr, $new:expr; changed: $($field:ident),*; chosen: $($open:ident),* $(,)?) => {{
        let (old, new) = ($old, $new);
        $request {
            $($field: $crate::node_pool::changes::changed(&old.$field, &new.$field),)*
            $($open: $crate::node_pool::changes::chosen(&old.$open, &new.$open),)*
            ..$request::default()
        }
    }};
}

pub(super) use differences;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn only_what_differs_is_sent_and_what_is_gone_is_sent_empty() {
        assert_eq!(changed(&text("a"), &text("a")), None);
        assert_eq!(changed(&text("a"), &text("b")), text("b"));
        assert_eq!(changed(&None, &text("b")), text("b"));
        assert_eq!(changed(&text("a"), &None), text(""));
        assert_eq!(changed(&Some(true), &None), Some(false));
        assert_eq!(changed(&Some(vec![1]), &None), Some(vec![]));
    }

    #[test]
    fn a_choice_left_to_the_service_is_never_cleared() {
        assert_eq!(chosen(&text("a"), &None), None);
        assert_eq!(chosen(&text("a"), &text("a")), None);
        assert_eq!(chosen(&text("a"), &text("b")), text("b"));
    }
}
