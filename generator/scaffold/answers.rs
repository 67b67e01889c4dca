//! The values of the template's placeholders.

/// The values of all placeholders of one kind. Each value is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    kind: String,
    others: Vec<(String, String)>,
}

impl Answers {
    /// Only the manifest knows the placeholders, so only it creates these.
    pub(crate) fn new(kind: String, others: Vec<(String, String)>) -> Self {
        Self { kind, others }
    }

    /// The kind of function, which is a folder in the template's `kinds/`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// All names and values: the kind first, then the others in the order of the manifest.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self
            .others
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        std::iter::once(("kind", self.kind.as_str())).chain(others)
    }
}
