//! Generated configurations: any combination of what attributes can be.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

/// What the attributes of a resource can be, for a generator of configurations.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    base: Map<String, Json>,
    /// Of each choice, the ways to make it.
    choices: Vec<Vec<Map<String, Json>>>,
}

fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(members) => members,
        other => panic!("a configuration is an object, not {other}"),
    }
}

impl Choices {
    /// Starts with what every configuration has.
    ///
    /// # Panics
    /// `base` is no object.
    pub fn of(base: Json) -> Self {
        Self { base: object(base), choices: Vec::new() }
    }

    /// Adds what an attribute can be, besides left out.
    #[must_use]
    pub fn with(self, attribute: &str, values: impl IntoIterator<Item = Json>) -> Self {
        self.with_one_of(
            values.into_iter().map(|value| Json::Object([(attribute.to_owned(), value)].into_iter().collect())),
        )
    }

    /// Adds attributes that go together, or exclude each other: each object is one way to set them, besides none at all.
    ///
    /// # Panics
    /// One is no object.
    #[must_use]
    pub fn with_one_of(mut self, ways: impl IntoIterator<Item = Json>) -> Self {
        self.choices.push(ways.into_iter().map(object).collect());
        self
    }

    /// The attributes that a configuration can have.
    pub fn attributes(&self) -> BTreeSet<&str> {
        let chosen = self.choices.iter().flatten().flat_map(Map::keys);
        self.base.keys().chain(chosen).map(String::as_str).collect()
    }

    /// How many numbers a [`pick`](Self::pick) takes.
    pub fn len(&self) -> usize {
        self.choices.len()
    }

    /// Whether there is nothing to choose.
    pub fn is_empty(&self) -> bool {
        self.choices.is_empty()
    }

    /// The configuration that numbers stand for, one for each choice; they come from a generator such as proptest's. A
    /// choice is not made about every other time.
    pub fn pick(&self, numbers: &[u8]) -> Json {
        let mut config = self.base.clone();
        for (ways, number) in self.choices.iter().zip(numbers) {
            let number = usize::from(*number);
            if number % 2 == 1 && !ways.is_empty() {
                config.extend(ways[number / 2 % ways.len()].clone());
            }
        }
        Json::Object(config)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_stand_for_values_and_for_none() {
        let choices = Choices::of(json!({"name": "n"}))
            .with("size", [json!(1), json!(2)])
            .with_one_of([json!({"on": true, "since": 3}), json!({"off": true})]);
        assert_eq!(choices.pick(&[0, 0]), json!({"name": "n"}));
        assert_eq!(choices.pick(&[1, 2]), json!({"name": "n", "size": 1}));
        assert_eq!(choices.pick(&[3, 1]), json!({"name": "n", "size": 2, "on": true, "since": 3}));
        assert_eq!(choices.pick(&[0, 3]), json!({"name": "n", "off": true}));
        assert_eq!(choices.pick(&[]), json!({"name": "n"}));
        assert_eq!(choices.attributes(), BTreeSet::from(["name", "off", "on", "since", "size"]));
    }
}
