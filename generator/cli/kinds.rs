//! `cargo fc3 kinds`: lists the kinds of function.

use clap::Args;
use serde::Serialize;

use super::output::{print, print_json};
use super::template_args;
use crate::scaffold::template::Template;

/// List the available kinds of function
#[derive(Debug, Args)]
pub(super) struct Kinds {
    /// Print the list as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct KindRow<'a> {
    name: &'a str,
    about: &'a str,
    default: bool,
}

impl Kinds {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let manifest = Template::embedded().manifest();
        let default = &template_args::kind().default;
        let kinds = manifest.kinds().iter().map(|kind| KindRow {
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
