//! A path with named holes, taken apart when the program is compiled.

/// Most holes of any template (`…/reports/{reportId}/annotations/{annotationId}` has five).
const MOST_SLOTS: usize = 6;

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

    fn slots(&self) -> &[Slot] {
        &self.slots[..self.count]
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
    fn a_template_without_holes_is_one_literal() {
        let literals: Vec<_> = Template::new("/2.0/user").literals().collect();
        assert_eq!(literals, ["/2.0/user"]);
    }
}
