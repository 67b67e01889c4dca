//! One file of a project.

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// The content of the file.
    pub bytes: Vec<u8>,
}

impl TreeFile {
    /// Whether the file is executable: its first line says that it is a script. Embedded files have
    /// no modes, unlike those of a checkout.
    #[must_use]
    pub fn executable(&self) -> bool {
        self.bytes.starts_with(b"#!/")
    }
}
