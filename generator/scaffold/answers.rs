//! The answers to the questions of the template.

/// The answers to what the template's manifest asks for one kind: all of them, each allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    kind: String,
    others: Vec<(String, String)>,
}

impl Answers {
    /// Only the manifest knows what is asked, so only it makes these.
    pub(crate) fn new(kind: String, others: Vec<(String, String)>) -> Self {
        Self { kind, others }
    }

    /// The kind of function, a folder below the template's `kinds/`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// All names and answers, the kind first, the others in the order of the manifest.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self
            .others
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        std::iter::once(("kind", self.kind.as_str())).chain(others)
    }
}
