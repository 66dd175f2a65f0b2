//! Generated configurations: any combination of what attributes can be.

use serde_json::{Map, Value as Json};

/// What the attributes of a resource can be, for a generator of configurations.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    base: Map<String, Json>,
    attributes: Vec<(String, Vec<Json>)>,
}

impl Choices {
    /// Starts with what every configuration has.
    ///
    /// # Panics
    /// `base` is no object.
    pub fn of(base: Json) -> Self {
        match base {
            Json::Object(base) => Self { base, attributes: Vec::new() },
            other => panic!("a configuration is an object, not {other}"),
        }
    }

    /// Adds what an attribute can be, besides left out.
    #[must_use]
    pub fn with(mut self, attribute: &str, values: impl IntoIterator<Item = Json>) -> Self {
        self.attributes.push((attribute.to_owned(), values.into_iter().collect()));
        self
    }

    /// How many numbers a [`pick`](Self::pick) takes.
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Whether there is nothing to choose.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The configuration that numbers stand for, one for each attribute; they come from a generator such as proptest's.
    /// An attribute is left out about every other time.
    pub fn pick(&self, numbers: &[u8]) -> Json {
        let mut config = self.base.clone();
        for ((name, values), number) in self.attributes.iter().zip(numbers) {
            let number = usize::from(*number);
            if number % 2 == 1 && !values.is_empty() {
                config.insert(name.clone(), values[number / 2 % values.len()].clone());
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
        let choices = Choices::of(json!({"name": "n"})).with("size", [json!(1), json!(2)]).with("on", [json!(true)]);
        assert_eq!(choices.pick(&[0, 0]), json!({"name": "n"}));
        assert_eq!(choices.pick(&[1, 2]), json!({"name": "n", "size": 1}));
        assert_eq!(choices.pick(&[3, 1]), json!({"name": "n", "size": 2, "on": true}));
        assert_eq!(choices.pick(&[]), json!({"name": "n"}));
    }
}
