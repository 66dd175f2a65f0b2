//! Where a value sits inside another: the attribute paths of diagnostics and plans.

use std::fmt;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The attribute of an object, or the nested block type of a block, with this name.
    Attribute(String),
    /// The element of a map under this key.
    Key(String),
    /// The element of a list, set or tuple at this position, counted from 0.
    ///
    /// The position of a set element is only good for looking it up in the very same value: sets have no order.
    Index(i64),
}

/// The steps from the root of a resource, data source or provider configuration to one of its values.
///
/// Displayed as it would be written in a configuration: `scaling.min`, `data_disks[0].size`, `labels["team"]`. The root
/// displays as nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// The path of the whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of the attribute `name` of the object at this path.
    pub fn attribute(&self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// The path of the element under `key` of the map at this path.
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// The path of the element at `index` (from 0) of the list, set or tuple at this path.
    pub fn index(&self, index: i64) -> Self {
        self.step(Step::Index(index))
    }

    /// This path, one step longer.
    pub fn step(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self { steps }
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether this is the path of the whole value.
    pub fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether `prefix` is this path or the path of a value around it.
    pub fn starts_with(&self, prefix: &Path) -> bool {
        self.steps.starts_with(&prefix.steps)
    }

    /// The same path seen from one level further out, where `step` leads to what was the root.
    pub(crate) fn inside(mut self, step: Step) -> Self {
        self.steps.insert(0, step);
        self
    }
}

impl From<&str> for Path {
    /// The path of a top-level attribute. The text is one name, it is not parsed.
    fn from(name: &str) -> Self {
        Path::root().attribute(name)
    }
}

impl From<String> for Path {
    /// The path of a top-level attribute. The text is one name, it is not parsed.
    fn from(name: String) -> Self {
        Path::root().attribute(name)
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self { steps: steps.into_iter().collect() }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => {
                    let quoted = key.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
                    write!(f, "[\"{quoted}\"]")?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_as_written_in_a_configuration() {
        assert_eq!(Path::root().to_string(), "");
        assert_eq!(Path::from("scaling").attribute("min").to_string(), "scaling.min");
        assert_eq!(Path::from("data_disks").index(0).attribute("size").to_string(), "data_disks[0].size");
        assert_eq!(Path::from("labels").key("a").to_string(), r#"labels["a"]"#);
    }

    #[test]
    fn a_key_cannot_break_out_of_its_quotes() {
        let path = Path::from("labels").key("a\"]\n\\");
        assert_eq!(path.to_string(), r#"labels["a\"]\n\\"]"#);
    }

    #[test]
    fn starts_with_compares_whole_steps() {
        let disks = Path::from("data_disks");
        assert!(disks.index(1).attribute("size").starts_with(&disks));
        assert!(disks.starts_with(&disks));
        assert!(disks.starts_with(&Path::root()));
        assert!(!disks.starts_with(&disks.index(1)));
        assert!(!Path::from("data_disks_extra").starts_with(&disks));
        assert!(!disks.index(1).starts_with(&disks.key("1")));
    }

    #[test]
    fn inside_adds_the_outermost_step() {
        let inner = Path::from("size").inside(Step::Index(2)).inside(Step::Attribute("disks".into()));
        assert_eq!(inner, Path::from("disks").index(2).attribute("size"));
    }
}
