//! Puts the table into the page that explains it.

use anyhow::Context as _;

const BEGIN: &str = "<!-- figures: begin -->";
const END: &str = "<!-- figures: end -->";

/// The page with what stands between its markers replaced.
pub(super) fn placed(page: &str, table: &str) -> anyhow::Result<String> {
    let missing = || format!("the page has no {BEGIN} … {END}");
    let (before, rest) = page.split_once(BEGIN).with_context(missing)?;
    let (_, after) = rest.split_once(END).with_context(missing)?;
    Ok(format!(
        "{before}{BEGIN}\n\n{}\n\n{END}{after}",
        table.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let page = format!("# A\n{BEGIN}\nold\n{END}\n## B\n");
        let expected = format!("# A\n{BEGIN}\n\nnew\n\n{END}\n## B\n");
        assert_eq!(placed(&page, "\nnew\n").unwrap(), expected);
        assert_eq!(placed(&expected, "new").unwrap(), expected);
        assert!(placed("# A\n", "new").is_err());
    }
}
