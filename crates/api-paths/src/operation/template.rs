//! A path with named holes, taken apart when the program is compiled.

use alloc::vec::Vec;

/// Most holes of any template (`…/reports/{reportId}/annotations/{annotationId}` has five).
const MOST_SLOTS: usize = 6;

/// Parameters that may hold a bare `/`; they stand at the end of their templates.
const MANY_SEGMENTS: [&str; 3] = ["path", "revision", "name"];

/// A path template such as `/2.0/repositories/{workspace}/{repo_slug}/commits`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Template {
    text: &'static str,
    slots: [Slot; MOST_SLOTS],
    count: usize,
}

/// Where one hole stands: the bytes of `{` and just after `}`.
#[derive(Debug, Clone, Copy)]
struct Slot {
    begin: usize,
    end: usize,
}

impl Template {
    /// Finds the holes. An unbalanced brace or a seventh hole stops the compiler, since every template is a constant.
    pub(crate) const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut template = Self {
            text,
            slots: [Slot { begin: 0, end: 0 }; MOST_SLOTS],
            count: 0,
        };
        let mut index = 0;
        while index < bytes.len() {
            if bytes[index] == b'{' {
                let begin = index;
                while bytes[index] != b'}' {
                    index += 1;
                }
                template.slots[template.count] = Slot {
                    begin,
                    end: index + 1,
                };
                template.count += 1;
            }
            index += 1;
        }
        template
    }

    pub(crate) const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The texts that stand in `path` where the template has its holes, if the rest of it is the template's.
    ///
    /// A hole takes one segment; one at the end that is known to hold `/` takes what is left.
    pub(crate) fn captures<'p>(&self, path: &'p str) -> Option<Vec<&'p str>> {
        let mut rest = path;
        let mut texts = Vec::with_capacity(self.count);
        let mut names = self.names();
        for literal in self.literals() {
            rest = rest.strip_prefix(literal)?;
            if let Some(name) = names.next() {
                let end = if MANY_SEGMENTS.contains(&name) {
                    rest.len()
                } else {
                    rest.find('/').unwrap_or(rest.len())
                };
                let (text, after) = rest.split_at(end);
                if text.is_empty() {
                    return None;
                }
                texts.push(text);
                rest = after;
            }
        }
        rest.is_empty().then_some(texts)
    }

    fn slots(&self) -> &[Slot] {
        &self.slots[..self.count]
    }

    /// The names in the holes, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let text = self.text;
        self.slots()
            .iter()
            .map(move |slot| &text[slot.begin + 1..slot.end - 1])
    }

    /// Bytes outside the holes.
    pub(crate) fn literal_len(&self) -> usize {
        self.text.len()
            - self
                .slots()
                .iter()
                .map(|slot| slot.end - slot.begin)
                .sum::<usize>()
    }

    /// The text before each hole, in order, and the rest after the last one.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &'static str> {
        let text = self.text;
        let ends = core::iter::once(0).chain(self.slots().iter().map(|slot| slot.end));
        let begins = self
            .slots()
            .iter()
            .map(|slot| slot.begin)
            .chain(core::iter::once(text.len()));
        ends.zip(begins).map(move |(end, begin)| &text[end..begin])
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Template;

    #[test]
    fn a_template_falls_into_literals_around_its_holes() {
        let template = Template::new("/2.0/repositories/{workspace}/{repo_slug}/commits");
        let literals: Vec<_> = template.literals().collect();
        assert_eq!(literals, ["/2.0/repositories/", "/", "/commits"]);
        assert_eq!(template.literal_len(), "/2.0/repositories///commits".len());
    }

    #[test]
    fn a_path_is_taken_apart_by_its_template() {
        let branch =
            Template::new("/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}");
        let path = "/2.0/repositories/acme/rocket/refs/branches/a/b";
        assert_eq!(branch.captures(path).unwrap(), ["acme", "rocket", "a/b"]);
        assert_eq!(
            branch.captures("/2.0/repositories/acme/rocket/refs/branches/"),
            None
        );
        let repository = Template::new("/2.0/repositories/{workspace}/{repo_slug}");
        assert_eq!(repository.captures(path), None);
        assert_eq!(repository.captures("/2.0/repositories/acme/"), None);
        assert_eq!(repository.captures("/2.0/repositories//rocket"), None);
    }

    #[test]
    fn a_template_without_holes_is_one_literal() {
        let literals: Vec<_> = Template::new("/2.0/user").literals().collect();
        assert_eq!(literals, ["/2.0/user"]);
    }
}
