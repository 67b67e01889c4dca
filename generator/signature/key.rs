//! Access keys.

use std::fmt;

/// An access key: its id, its secret, and the token of a temporary one.
///
/// `Debug` shows only the id.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The id, which requests name.
    pub id: String,
    /// The secret, which is never sent.
    pub secret: String,
    /// The token, which requests carry besides the id if the key is temporary.
    pub token: Option<String>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("AccessKey");
        shown.field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::AccessKey;

    #[test]
    fn debug_shows_only_the_id() {
        let (id, secret, token) = ("the-id".into(), "hidden".into(), Some("hidden".into()));
        let shown = format!("{:?}", AccessKey { id, secret, token });
        assert_eq!(shown, "AccessKey { id: \"the-id\", .. }");
    }
}
