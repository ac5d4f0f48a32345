//! Short ids: `PROJECT-1A`, the number in Crockford's base 32.

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The one spelling of a short id: upper case, `-` before the number, look-alike letters read as digits.
///
/// `None` if the text is no short id.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    let (project, number) = text.rsplit_once(['-', '_', ' '])?;
    let number: Option<String> = number.chars().map(digit).collect();
    let number = number.filter(|number| !number.is_empty())?;
    let significant = number.trim_start_matches('0');
    let valid =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if project.is_empty() || significant.is_empty() || !project.chars().all(valid) {
        return None;
    }
    Some(format!("{}-{significant}", project.to_ascii_uppercase()))
}

fn digit(character: char) -> Option<char> {
    let upper = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.contains(upper).then_some(upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_look_alikes_do_not_matter() {
        assert_eq!(canonical("rocket-1a").as_deref(), Some("ROCKET-1A"));
        assert_eq!(canonical("ROCKET-iO").as_deref(), Some("ROCKET-10"));
        assert_eq!(canonical("my-web_app_L").as_deref(), Some("MY-WEB_APP-1"));
    }

    #[test]
    fn what_cannot_be_a_number_is_no_short_id() {
        assert_eq!(canonical("ROCKET"), None);
        assert_eq!(canonical("ROCKET-U"), None);
        assert_eq!(canonical("ROCKET-"), None);
        assert_eq!(canonical("ROCKET-0"), None);
        assert_eq!(canonical("-1A"), None);
    }
}
