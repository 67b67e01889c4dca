//! What the checks of one kind share.

use std::io;
use std::sync::OnceLock;

use libtest_mimic::Failed;
use serde_json::Value;

use super::rendered::{ARCHIVE, Answers, Rendered};
use crate::support::serverless::Serverless;

/// A kind, and its `s.yaml` with the default answers, which is read once for all checks.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    document: OnceLock<Result<Value, String>>,
}

impl Kind {
    pub(crate) fn new(name: &'static str) -> Self {
        let document = OnceLock::new();
        Self { name, document }
    }

    pub(crate) fn document(&self, serverless: &Serverless) -> Result<&Value, Failed> {
        let read = || -> io::Result<Value> {
            let rendered = Rendered::new(self.name, &Answers::new())?;
            serverless.preview(&rendered.file(ARCHIVE))
        };
        let document = self
            .document
            .get_or_init(|| read().map_err(|why| why.to_string()));
        document.as_ref().map_err(Failed::from)
    }

    /// The properties of the function, with nothing to be evaluated any more.
    pub(crate) fn props(&self, serverless: &Serverless) -> Result<&Value, Failed> {
        Ok(&self.document(serverless)?["resources"]["function"]["props"])
    }
}
