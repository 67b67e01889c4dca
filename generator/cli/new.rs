//! `cargo fc3 new`: a project, whole or not at all.

mod git;
mod next_steps;
mod prompts;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Exit, Failure};
use super::output::{done, print, print_json};
use super::template_args::TemplateArgs;
use crate::scaffold::answers::Answers;
use crate::scaffold::manifest::Manifest;
use crate::scaffold::names::FunctionName;
use crate::scaffold::render::{Spec, render};
use crate::scaffold::template::Template;
use crate::scaffold::tree::{Destination, Tree};
use crate::stop::Stop;
use crate::text::printable_path;
use git::Vcs;
use next_steps::NextSteps;

/// Create a function, in a directory of its own
///
/// What no flag answers is asked on a terminal; elsewhere, and with `--yes`, it takes its default.
#[derive(Debug, Args)]
pub(super) struct New {
    /// The function's name, as `my-function` [default: the last part of `--path`]
    name: Option<String>,

    #[command(flatten)]
    given: TemplateArgs,

    /// The directory to create [default: NAME, below the current one]
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,

    /// Ask nothing, and take the defaults
    #[arg(long, short)]
    yes: bool,

    /// List the files and write none of them
    #[arg(long)]
    dry_run: bool,

    /// Print what was done as JSON
    #[arg(long)]
    json: bool,

    /// Version control [default: git, unless there is no git or a repository already]
    #[arg(long, value_name = "VCS")]
    vcs: Option<Vcs>,
}

impl New {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let template = Template::embedded();
        let manifest = template.manifest();
        // Before the questions, so that nobody answers them for nothing.
        manifest
            .refuse_wrong(&self.given.0)
            .map_err(Failure::from)?;
        let can_ask = !self.yes && prompts::can_ask();
        let name = match self.named() {
            Some(name) => {
                FunctionName::parse(name, template.dependencies()).map_err(Failure::from)?
            }
            None if can_ask => prompts::name(template)?,
            None => {
                let failure = Failure::new(Exit::Usage, "the function needs a name");
                return Err(failure
                    .hint("give it one, as in `cargo fc3 new my-function`")
                    .into());
            }
        };
        // For the same reason.
        let path = self.path.clone().unwrap_or_else(|| name.as_str().into());
        let target = Destination::new(&path).map_err(Failure::from)?;

        let mut given = self.given.0.clone();
        if can_ask {
            prompts::answers(template, &mut given)?;
        }
        let answers = manifest.answer(&given).map_err(Failure::from)?;
        let assumed = assumed(manifest, &answers, &given);
        let spec = Spec { name, answers };
        let tree = render(template, &spec)?;
        let steps = NextSteps::new(&target);

        if !self.dry_run {
            self.write(&tree, &target)?;
        }
        if self.json {
            let path = std::path::absolute(target.path())?;
            let path = path.to_string_lossy();
            print_json(&JsonReport::new(&spec, &tree, &path, &steps, self.dry_run))?;
        } else if self.dry_run {
            print(
                tree.iter()
                    .map(|(path, _)| path)
                    .collect::<Vec<_>>()
                    .join("\n"),
            )?;
        }
        self.print(&spec, &target, assumed.as_deref(), &steps);
        Ok(())
    }

    /// The name that was given, by itself or as that of the directory.
    fn named(&self) -> Option<&str> {
        let of_path = || self.path.as_ref()?.file_name()?.to_str();
        self.name.as_deref().or_else(of_path)
    }

    fn write(&self, tree: &Tree, target: &Destination) -> anyhow::Result<()> {
        let asked = self.vcs == Some(Vcs::Git);
        let git = asked || self.vcs.is_none() && !git::is_in_repository(target);
        // From here on a signal has something to clean up; before, it just ends the program.
        let stop = Stop::on_signals()?;
        let written = tree.write_new(target, &stop, |staged| {
            if git {
                Ok(git::init(staged, asked)?)
            } else {
                Ok(())
            }
        });
        Ok(written.map_err(Failure::from)?)
    }

    fn print(&self, spec: &Spec, target: &Destination, assumed: Option<&str>, steps: &NextSteps) {
        let (name, kind, path) = (
            &spec.name,
            spec.answers.kind(),
            printable_path(target.path()),
        );
        let did = if self.dry_run {
            "Would create"
        } else {
            "Created"
        };
        done(
            did,
            &format!("the function `{name}` of the kind `{kind}` in `{path}`"),
        );
        if let Some(assumed) = assumed {
            done("Assumed", &format!("{assumed}, as `s.yaml` says"));
        }
        if !self.json && !self.dry_run {
            steps.print();
        }
    }
}

/// What was answered by a default to questions of this kind alone: the names of things in somebody's
/// account, which no default can know. `given` is all that was said or asked.
fn assumed(
    manifest: &Manifest,
    answers: &Answers,
    given: &BTreeMap<String, String>,
) -> Option<String> {
    let asked = manifest.asked_for(answers.kind());
    let unsaid = asked
        .filter(|asked| asked.only_for.is_some() && !given.contains_key(&asked.name))
        .map(|asked| format!("the {} `{}`", asked.name.replace('_', " "), asked.default));
    let unsaid: Vec<_> = unsaid.collect();
    (!unsaid.is_empty()).then(|| unsaid.join(", "))
}

/// What `--json` prints.
#[derive(Serialize)]
struct JsonReport<'a> {
    name: &'a str,
    kind: &'a str,
    path: &'a str,
    answers: BTreeMap<&'a str, &'a str>,
    files: Vec<JsonFile<'a>>,
    next_steps: Vec<&'a str>,
    dry_run: bool,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    path: &'a str,
    executable: bool,
}

impl<'a> JsonReport<'a> {
    fn new(
        spec: &'a Spec,
        tree: &'a Tree,
        path: &'a str,
        steps: &'a NextSteps,
        dry_run: bool,
    ) -> Self {
        let files = tree.iter();
        Self {
            name: spec.name.as_str(),
            kind: spec.answers.kind(),
            path,
            answers: spec.answers.iter().collect(),
            files: files
                .map(|(path, entry)| JsonFile {
                    path,
                    executable: entry.executable(),
                })
                .collect(),
            next_steps: steps.commands(),
            dry_run,
        }
    }
}
