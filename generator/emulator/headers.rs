//! Header fields of a message, in order, with case-insensitive lookup.

/// Header fields in order, including repeated ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

/// The case of header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `X-Fc-Request-Id`, as the platform writes them.
    Canonical,
    /// `x-fc-request-id`.
    Lower,
    /// `X-FC-REQUEST-ID`.
    Upper,
}

impl Headers {
    /// The first value of a header, whatever the case of its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Every header, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a header in addition to those with the same name.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Sets a header and replaces those with the same name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.add(name, value);
    }

    /// Removes every header with this name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
    }

    /// Writes every name in one case.
    pub fn recase(&mut self, case: Case) {
        for (name, _) in &mut self.0 {
            *name = match case {
                Case::Lower => name.to_ascii_lowercase(),
                Case::Upper => name.to_ascii_uppercase(),
                Case::Canonical => canonical(name),
            };
        }
    }
}

/// A name as the platform writes it: [`Case::Canonical`].
pub(super) fn canonical(name: &str) -> String {
    let mut start = true;
    let letter = |letter: char| {
        let written = if start {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        start = letter == '-';
        written
    };
    name.chars().map(letter).collect()
}
