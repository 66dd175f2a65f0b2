//! The table of mistakes: text files that a person reads, and a test compares.
//!
//! A row is a phase, the attributes that are wrong (over the least that the block needs), and all that is said of the
//! block in that phase: severity, attribute, summary, and the detail in the lines below. Where that has advice, the row
//! goes on with what somebody does who follows it: an attribute behind `then`, and further ones behind `and`; `null`
//! removes one. Each `then` is one of the ways that the advice offers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

/// The command that is the first to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Validate,
    Plan,
    Apply,
}

impl Phase {
    const ALL: [(Self, &str); 3] = [(Self::Validate, "validate"), (Self::Plan, "plan"), (Self::Apply, "apply")];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(phase, _)| *phase == self).map_or("", |(_, name)| name)
    }
}

/// One mistake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) phase: Phase,
    /// As they are written: `name = value`, each in one line.
    pub(crate) attributes: Vec<String>,
    pub(crate) told: String,
    /// What is written over the attributes when the advice is followed, in each way that it offers.
    pub(crate) then: Vec<Vec<String>>,
}

impl Row {
    /// The row after its advice was followed, in each way that it offers.
    pub(crate) fn followed(&self) -> impl Iterator<Item = Self> {
        self.then.iter().map(|then| Self {
            phase: self.phase,
            attributes: self.attributes.iter().chain(then).cloned().collect(),
            told: String::new(),
            then: Vec::new(),
        })
    }

    /// The block with the mistake in it.
    pub(crate) fn block(&self, header: &str, least: &[(&str, &str)]) -> String {
        let mut lines: BTreeMap<&str, String> =
            least.iter().map(|(name, value)| (*name, format!("{name} = {value}"))).collect();
        for attribute in &self.attributes {
            let name = attribute.split_once(" =").map_or(attribute.as_str(), |(name, _)| name);
            lines.insert(name, attribute.clone());
        }
        let lines: String = lines.into_values().map(|line| format!("  {line}\n")).collect();
        format!("{header} {{\n{lines}}}\n\n")
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes").join(format!("{name}.txt"))
}

/// The rows of a file.
pub(crate) fn read(name: &str) -> anyhow::Result<Vec<Row>> {
    let text = fs::read_to_string(file(name)).with_context(|| format!("{name}.txt"))?;
    parse(&text).with_context(|| format!("{name}.txt"))
}

fn parse(text: &str) -> anyhow::Result<Vec<Row>> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    paragraphs
        .map(|paragraph| {
            let mut lines = paragraph.lines();
            let word = lines.next().unwrap_or_default();
            let Some((phase, _)) = Phase::ALL.iter().find(|(_, name)| *name == word) else {
                bail!("{word:?} is no phase");
            };
            let is_told = |line: &str| line.starts_with("error at ") || line.starts_with("warning at ");
            let lines: Vec<&str> = lines.collect();
            let split = lines.iter().position(|line| is_told(line)).unwrap_or(lines.len());
            let end = lines.iter().position(|line| line.starts_with("then ")).unwrap_or(lines.len());
            let mut then: Vec<Vec<String>> = Vec::new();
            for line in &lines[end..] {
                match (line.split_once(' '), then.last_mut()) {
                    (Some(("then", attribute)), _) => then.push(vec![attribute.to_owned()]),
                    (Some(("and", attribute)), Some(last)) => last.push(attribute.to_owned()),
                    _ => bail!("{line:?} is behind the advice, and neither `then` nor `and`"),
                }
            }
            Ok(Row {
                phase: *phase,
                attributes: lines[..split.min(end)].iter().map(|line| (*line).to_owned()).collect(),
                told: lines[split.min(end)..end].join("\n"),
                then,
            })
        })
        .collect()
}

/// Writes a file anew with what was said.
pub(crate) fn write(name: &str, rows: &[Row]) -> anyhow::Result<()> {
    fs::write(file(name), print(rows)).with_context(|| format!("{name}.txt"))
}

fn print(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let _ = writeln!(text, "{}\n{}\n{}", row.phase.name(), row.attributes.join("\n"), row.told);
        for way in &row.then {
            let _ = writeln!(text, "then {}", way.join("\nand "));
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

#[test]
fn what_is_written_is_what_is_read() {
    let text = "validate\nname = null\nerror at name: It is null\nDo not.\nthen name = \"a\"\nthen name = null\nand size = 1\n\nplan\nsize = 1\ncolour = \"red\"\nwarning at size: Small\nBig is better.\nerror at colour: No\n";
    let rows = parse(text).unwrap();
    assert_eq!((rows.len(), rows[1].attributes.len(), rows[1].phase), (2, 2, Phase::Plan));
    assert_eq!(print(&rows), text);
    let ways: Vec<_> = rows[0].followed().map(|row| row.block("b", &[])).collect();
    assert_eq!(ways, ["b {\n  name = \"a\"\n}\n\n", "b {\n  name = null\n  size = 1\n}\n\n"]);
    let block = rows[1].block("resource \"a\" \"b\"", &[("size", "2"), ("z", "3")]);
    assert_eq!(block, "resource \"a\" \"b\" {\n  colour = \"red\"\n  size = 1\n  z = 3\n}\n\n");
    assert!(parse("Validate\na = 1\n").is_err());
}
