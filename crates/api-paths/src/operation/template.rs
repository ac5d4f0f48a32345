//! A path with named holes, taken apart when the program is compiled.

/// Most holes of any template (`…/reports/{reportId}/annotations/{annotationId}` has five).
const MOST_SLOTS: usize = 6;

/// Parameters that may hold a bare `/`; they stand at the end of their templates.
const MANY_SEGMENTS: [&str; 3] = ["path", "revision", "name"];

/// A path template such as `/2.0/repositories/{workspace}/{repo_slug}/commits`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Template {
    text: &'static str,
    /// The text before each hole, then the rest after the last one.
    literals: [&'static str; MOST_SLOTS + 1],
    names: [&'static str; MOST_SLOTS],
    count: usize,
    literal_len: usize,
}

impl Template {
    /// Finds the holes. An unbalanced brace or one hole too many stops the compiler, since every template is a constant.
    pub(crate) const fn new(text: &'static str) -> Self {
        let mut template = Self {
            text,
            literals: [""; MOST_SLOTS + 1],
            names: [""; MOST_SLOTS],
            count: 0,
            literal_len: 0,
        };
        let mut rest = text;
        while position(rest, b'{') < rest.len() {
            let (literal, braced) = rest.split_at(position(rest, b'{'));
            let close = position(braced, b'}');
            template.literals[template.count] = literal;
            template.names[template.count] = braced.split_at(close).0.split_at(1).1;
            template.count += 1;
            template.literal_len += literal.len();
            rest = braced.split_at(close + 1).1;
        }
        template.literals[template.count] = rest;
        template.literal_len += rest.len();
        template
    }

    pub(crate) const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The names in the holes, in order.
    pub(crate) fn names(&self) -> &[&'static str] {
        &self.names[..self.count]
    }

    /// Bytes outside the holes.
    pub(crate) const fn literal_len(&self) -> usize {
        self.literal_len
    }

    /// The text before each hole, in order, and the rest after the last one.
    pub(crate) fn literals(&self) -> &[&'static str] {
        &self.literals[..=self.count]
    }

    /// The texts that stand in `path` where the template has its holes, if the rest of it is the template's.
    ///
    /// A hole takes one segment; one at the end that is known to hold `/` takes what is left.
    pub(crate) fn captures<'p>(&self, path: &'p str) -> Option<Captures<'p>> {
        let mut rest = path;
        let mut captures = Captures {
            texts: [""; MOST_SLOTS],
            count: self.count,
        };
        for (index, literal) in self.literals().iter().enumerate() {
            rest = rest.strip_prefix(literal)?;
            if index < self.count {
                let all = MANY_SEGMENTS.contains(&self.names[index]);
                let end = if all { None } else { rest.find('/') };
                let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
                if text.is_empty() {
                    return None;
                }
                captures.texts[index] = text;
                rest = after;
            }
        }
        rest.is_empty().then_some(captures)
    }
}

/// What stands in a path where its template has holes, as it stands there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Captures<'p> {
    texts: [&'p str; MOST_SLOTS],
    count: usize,
}

impl<'p> Captures<'p> {
    pub(crate) fn texts(&self) -> &[&'p str] {
        &self.texts[..self.count]
    }
}

/// Where `wanted` stands in `text`; its length when nowhere.
const fn position(text: &str, wanted: u8) -> usize {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() && bytes[index] != wanted {
        index += 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn a_template_falls_into_literals_around_its_holes() {
        let template = Template::new("/2.0/repositories/{workspace}/{repo_slug}/commits");
        assert_eq!(template.literals(), ["/2.0/repositories/", "/", "/commits"]);
        assert_eq!(template.literal_len(), "/2.0/repositories///commits".len());
    }

    #[test]
    fn a_path_is_taken_apart_by_its_template() {
        let branch =
            Template::new("/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}");
        let path = "/2.0/repositories/acme/rocket/refs/branches/a/b";
        assert_eq!(
            branch.captures(path).unwrap().texts(),
            ["acme", "rocket", "a/b"]
        );
        assert!(
            branch
                .captures("/2.0/repositories/acme/rocket/refs/branches/")
                .is_none()
        );
        let repository = Template::new("/2.0/repositories/{workspace}/{repo_slug}");
        assert!(repository.captures(path).is_none());
        assert!(repository.captures("/2.0/repositories/acme/").is_none());
        assert!(repository.captures("/2.0/repositories//rocket").is_none());
    }

    #[test]
    fn a_template_without_holes_is_one_literal() {
        assert_eq!(Template::new("/2.0/user").literals(), ["/2.0/user"]);
    }
}
