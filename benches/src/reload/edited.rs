//! A project whose handler is edited.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

pub(super) struct Edited {
    folder: PathBuf,
    /// The two parts of the handler's file, and what an edit writes between them.
    before: String,
    between: &'static str,
    after: String,
}

impl Edited {
    /// A project in which the first `old` is replaced by `new`, with the answer for its `{}`.
    pub(super) fn new(folder: PathBuf, (old, new): (&'static str, &'static str)) -> Result<Self> {
        let text = fs::read_to_string(folder.join("src/handler.rs"))?;
        let (before, after) = text.split_once(old).context("an unknown handler")?;
        Ok(Self {
            folder,
            before: before.to_owned(),
            between: new,
            after: after.to_owned(),
        })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the function answer with a text.
    pub(super) fn edit(&self, answer: &str) -> Result<()> {
        let between = self.between.replace("{}", answer);
        let text = [&*self.before, &between, &self.after].concat();
        Ok(fs::write(self.folder.join("src/handler.rs"), text)?)
    }
}
