//! What is sent: its bytes, and where they come from.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::cli::failure::{Exit, Failure};
use crate::text::printable_path;

/// The name of standard input among files.
const STDIN: &str = "-";

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    pub(super) origin: Origin,
}

/// Where a body comes from, which a `curl` command repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// The command line, or a file that `--set` changed.
    Text,
    File(PathBuf),
    /// Standard input or a pipe, which can be read only once.
    Stream(PathBuf),
}

impl Content {
    pub(super) fn text(text: impl Into<Vec<u8>>) -> Self {
        let bytes = text.into();
        let origin = Origin::Text;
        Self { bytes, origin }
    }

    /// Reads a file, or standard input if its name is `-`. It must be read before signals are
    /// handled, since nothing else ends the wait for a terminal.
    pub(super) fn file(path: &Path) -> Result<Self, Failure> {
        if path == Path::new(STDIN) {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map_err(|error| {
                let message = format!("cannot read standard input: {error}");
                Failure::new(Exit::Usage, message).hint("pass a file with `-f FILE`")
            })?;
            let origin = Origin::Stream(path.to_owned());
            return Ok(Self { bytes, origin });
        }
        let bytes = fs::read(path).map_err(|error| {
            let message = format!("cannot read `{}`: {error}", printable_path(path));
            Failure::new(Exit::Usage, message).hint("pass an existing file")
        })?;
        let path = path.to_owned();
        let origin = if path.is_file() {
            Origin::File(path)
        } else {
            Origin::Stream(path)
        };
        Ok(Self { bytes, origin })
    }

    /// Its name in a message.
    pub(super) fn name(&self) -> String {
        match &self.origin {
            Origin::Text => "the text of `-e`".to_owned(),
            Origin::Stream(path) if path == Path::new(STDIN) => "standard input".to_owned(),
            Origin::File(path) | Origin::Stream(path) => format!("`{}`", printable_path(path)),
        }
    }

    /// The same bytes, if the platform would accept so many.
    pub(super) fn within(self, limit: usize) -> Result<Self, Failure> {
        let size = self.bytes.len();
        if size <= limit {
            return Ok(self);
        }
        let name = self.name();
        let message = format!("{name} has {size} bytes; Function Compute accepts {limit}");
        Err(Failure::new(Exit::Usage, message).hint("send a smaller event or body"))
    }
}
