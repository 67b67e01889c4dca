//! `cargo fc3 kinds`: what can be made.

use clap::Args;
use serde::Serialize;

use super::{answers, print, print_json};
use crate::scaffold::template::Template;

/// List the kinds of function
#[derive(Debug, Args)]
pub(super) struct Kinds {
    /// Print them as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Kind<'a> {
    name: &'a str,
    about: &'a str,
    default: bool,
}

impl Kinds {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let manifest = Template::embedded().manifest();
        let default = &answers::kind().default;
        let kinds = manifest.kinds().iter().map(|kind| Kind {
            name: &kind.value,
            about: kind.about(),
            default: *default == kind.value,
        });
        if self.json {
            return print_json(&kinds.collect::<Vec<_>>());
        }
        let width = manifest
            .kinds()
            .iter()
            .map(|kind| kind.value.len())
            .max()
            .unwrap_or(0);
        let lines = kinds.map(|kind| format!("{:width$}  {}", kind.name, kind.about));
        print(lines.collect::<Vec<_>>().join("\n"))
    }
}
