//! `cargo fc3 try`: runs a new function on this machine and cleans up.

mod calls;
mod temporary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::{Exit, Failure};
use super::output::{done, hint};
use super::project::ANSWERS;
use super::template_args::KindArg;
use super::tool::cargo;
use crate::emulator;
use crate::scaffold::manifest::KIND;
use crate::scaffold::names::FunctionName;
use crate::scaffold::render::{Spec, render};
use crate::scaffold::template::Template;
use crate::scaffold::tree::Tree;
use crate::stop::Stop;
use crate::text::printable_path;
use temporary::{NAME, TemporaryProject};

/// Create, build, start and call a temporary function
///
/// `try` starts and calls the function as Function Compute does, then removes it. Responses go to
/// stdout, everything else to stderr.
#[derive(Debug, Args)]
pub(super) struct Try {
    #[command(flatten)]
    kind: KindArg,

    /// Send the event in FILE instead of the kind's sample events
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,

    /// Build the function as for deployment, which takes longer
    #[arg(long)]
    release: bool,

    /// Keep the project and print its location
    #[arg(long)]
    keep: bool,
}

impl Try {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let template = Template::embedded();
        let given = BTreeMap::from([(KIND.to_owned(), self.kind.0.clone())]);
        let answers = template.manifest().answer(&given).map_err(Failure::from)?;
        let name = FunctionName::parse(NAME, template.dependencies()).map_err(Failure::from)?;
        let tree = render(template, &Spec { name, answers })?;
        let events = self.events(&tree)?;

        if Path::new(ANSWERS).exists() {
            hint("this tries a new function; run `cargo run` to start the one in this directory");
        }
        let stop = Stop::on_all_signals()?;
        emulator::end_leftovers();
        let project = TemporaryProject::new(&tree, &stop)?;
        done("Created", &format!("a function of kind `{}`", self.kind.0));
        // The project is removed or kept, whether the function works or not.
        let outcome = self.build_and_call(&project, &tree, &events, &stop);
        let left = if self.keep {
            done(
                "Kept",
                &format!("the project in `{}`", printable_path(&project.keep())),
            );
            Ok(())
        } else {
            project.remove()
        };
        match (outcome, left) {
            (Ok(()), Ok(())) if self.keep => Ok(()),
            (Ok(()), Ok(())) => {
                done("Cleaned", "up");
                Ok(())
            }
            (Err(error), Err(left)) => {
                left.print();
                Err(error)
            }
            (outcome, left) => outcome.and(left.map_err(anyhow::Error::from)),
        }
    }

    fn build_and_call(
        &self,
        project: &TemporaryProject,
        tree: &Tree,
        events: &[(String, Vec<u8>)],
        stop: &Stop,
    ) -> anyhow::Result<()> {
        let program = cargo::build(project.dir(), self.release, &[], stop)?;
        done("Built", "the function");
        calls::make(&program, project.dir(), tree, events, stop)
    }

    /// The events to send, by name.
    fn events(&self, tree: &Tree) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        if let Some(path) = &self.event {
            let event = std::fs::read(path).map_err(|error| {
                Failure::new(
                    Exit::Usage,
                    format!("cannot read `{}`: {error}", printable_path(path)),
                )
                .hint("pass an existing file with `--event`")
            })?;
            return Ok(vec![(printable_path(path), event)]);
        }
        let samples = tree.iter().filter(|(path, _)| path.starts_with("events/"));
        Ok(samples
            .map(|(path, entry)| (path.to_owned(), entry.bytes.clone()))
            .collect())
    }
}
