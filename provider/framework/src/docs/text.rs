//! Doc comments as Markdown: lines that were only broken for the source flow again.

/// The paragraphs of a text. Lists, tables, headings and code keep their lines.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let mut paragraph = vec![line];
        if line.starts_with("```") {
            for line in lines.by_ref() {
                paragraph.push(line);
                if line.starts_with("```") {
                    break;
                }
            }
            paragraphs.push(paragraph.join("\n"));
            continue;
        }
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            paragraph.push(line);
        }
        let separator = if keeps_lines(paragraph[0]) { "\n" } else { " " };
        paragraphs.push(paragraph.join(separator));
    }
    paragraphs
}

/// Whether a paragraph that starts so is more than flowing text.
pub(super) fn keeps_lines(paragraph: &str) -> bool {
    let numbered = paragraph.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
    numbered || ["- ", "* ", "|", "#", "```", "    "].iter().any(|start| paragraph.starts_with(start))
}

/// The text as one item of a list, with a dash or a number before it: what follows the first line is indented.
pub(super) fn item(mark: &str, paragraphs: &[String]) -> String {
    let indented = format!("\n{:width$}", "", width = mark.len() + 1);
    let text = paragraphs.join("\n\n").replace('\n', &indented).replace(&format!("{indented}\n"), "\n\n");
    format!("{mark} {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_flows_and_the_rest_keeps_its_lines() {
        let text = "One sentence\nover two lines.\n\n- a\n- b\n\n```sh\nx\n\ny\n```\nAfter.";
        assert_eq!(paragraphs(text), ["One sentence over two lines.", "- a\n- b", "```sh\nx\n\ny\n```", "After."]);
        assert!(keeps_lines("1. first") && !keeps_lines("1.5 times. Or more."));
    }

    #[test]
    fn an_item_is_indented_below_its_first_line() {
        assert_eq!(item("-", &["`a` text".to_owned(), "- x\n- y".to_owned()]), "- `a` text\n\n  - x\n  - y");
        assert_eq!(item("10.", &["`a`".to_owned(), "b\nc".to_owned()]), "10. `a`\n\n    b\n    c");
    }
}
