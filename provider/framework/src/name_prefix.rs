//! Names that are made from a prefix: as Terraform has it, `name_prefix` stands in place of `name`, and the name is known
//! after apply. So an object can be there before the one is gone that it replaces (`create_before_destroy`), also where
//! two of one name cannot be.

use uuid::Uuid;

use crate::diagnostic::Diagnostics;
use crate::model::{Field, Maybe, Model, OptionalComputed, View};
use crate::plan::Plan;

/// How many characters make a name unique: the time in 18 digits and a random number in 8 hexadecimal ones.
pub const SUFFIX: usize = 26;

/// One of both has to be set. That there are not both is for the attributes to say (`conflicts`).
pub fn validate<M: Model>(
    config: &View<'_, M>,
    name: Field<M, String>,
    prefix: Field<M, String>,
    diagnostics: &mut Diagnostics,
) {
    if config.is_unset(name) && config.is_unset(prefix) {
        let (name_is, prefix_is) = (name.name(), prefix.name());
        diagnostics.error(
            name,
            format!("`{name_is}` must have a value"),
            format!("Set `{name_is}`, or `{prefix_is}` for a unique name that begins so."),
        );
    }
}

/// Plans the name: one that begins with the prefix stays, and only its beginning is known of one that is still to be made.
pub fn plan<M: Model>(plan: &mut Plan<'_, M>, name: Field<M, String>, prefix: Field<M, String>) {
    if !plan.config().get(name).is_null() {
        return;
    }
    let Maybe::Known(prefix) = plan.get(prefix) else {
        return;
    };
    match plan.prior().get(name) {
        Maybe::Known(present) if present.starts_with(&prefix) => plan.set(name, Maybe::Known(present)),
        _ => plan.set_prefix(name, prefix),
    }
}

/// Makes the name that a plan left open.
pub fn fill(name: &mut OptionalComputed<String>, prefix: Option<&str>) {
    if let (None, Some(prefix)) = (name.get(), prefix) {
        name.set(unique(prefix));
    }
}

fn unique(prefix: &str) -> String {
    let time = jiff::Timestamp::now().strftime("%Y%m%d%H%M%S%4f").to_string();
    let number = Uuid::new_v4().simple().to_string();
    format!("{prefix}{time}{}", &number[..8])
}

/// Whether a name is one that was made from this prefix.
pub fn is_made_from(name: &str, prefix: &str) -> bool {
    let is_suffix = |rest: &str| {
        rest.len() == SUFFIX
            && rest.bytes().take(SUFFIX - 8).all(|c| c.is_ascii_digit())
            && rest.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'a'..=b'f'))
    };
    name.strip_prefix(prefix).is_some_and(is_suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_once_and_are_unique() {
        let mut name = OptionalComputed::default();
        fill(&mut name, None);
        assert_eq!(name.get(), None);
        fill(&mut name, Some("workers-"));
        let made = name.get().cloned().unwrap();
        assert!(is_made_from(&made, "workers-"), "{made}");
        fill(&mut name, Some("others-"));
        assert_eq!(name.get(), Some(&made));
        assert_ne!(unique("workers-"), unique("workers-"));
    }

    #[test]
    fn only_a_prefix_with_such_a_suffix_is_one_of_its_names() {
        assert!(is_made_from("w-2026112821300012340123abcd", "w-"));
        for other in
            ["w-", "w-2026112821300012340123abcg", "w-2026112821300012340123abc", "x-2026112821300012340123abcd"]
        {
            assert!(!is_made_from(other, "w-"), "{other}");
        }
        assert!(!is_made_from("w-blue-2026112821300012340123abcd", "w-"));
    }
}
