//! Properties as a file gives them.

/// Properties by name, all in one text: in a file of a million edges there are fourteen million.
#[derive(Debug, Default)]
pub(super) struct Properties {
    /// Names and values, one behind the other.
    text: String,
    /// Where each name ends and where its value does.
    ends: Vec<[usize; 2]>,
}

impl Properties {
    /// Takes a property; of those of one name, the last stands.
    pub(super) fn insert(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push([name_end, self.text.len()]);
    }

    /// The value of the property `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let at = (0..self.ends.len()).rev().find(|&at| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before][1]);
            &self.text[start..self.ends[at][0]] == name
        })?;
        let [start, end] = self.ends[at];
        Some(&self.text[start..end])
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Properties {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(properties: I) -> Self {
        let mut all = Self::default();
        properties.into_iter().for_each(|(name, value)| all.insert(name.as_ref(), value.as_ref()));
        // Made once, kept until all are there: what was left over for growing is not.
        all.text.shrink_to_fit();
        all.ends.shrink_to_fit();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_found_by_name_and_the_last_stands() {
        let mut all = Properties::from_iter([("name", "Ada"), ("", ""), ("names", "x"), ("kind", "")]);
        let get = |all: &Properties, name| all.get(name).map(str::to_owned);
        assert_eq!(get(&all, "name").as_deref(), Some("Ada"));
        assert_eq!(get(&all, "names").as_deref(), Some("x"));
        assert_eq!(get(&all, "").as_deref(), Some(""));
        assert_eq!(get(&all, "kind").as_deref(), Some(""));
        assert_eq!(get(&all, "Ada"), None);
        all.insert("name", "Grace");
        assert_eq!(get(&all, "name").as_deref(), Some("Grace"));
        assert_eq!(Properties::default().get("name"), None);
    }
}
