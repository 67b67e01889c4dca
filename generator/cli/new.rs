//! `cargo fc3 new`: creates a project, completely or not at all.

mod git;
mod next_steps;
mod prompts;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Exit, Failure};
use super::output::{done, hint, print, print_json};
use super::template_args::TemplateArgs;
use super::workspace::Workspace;
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

/// Create a function in a new directory
///
/// On a terminal, `new` asks for every template option that applies to the kind and that you do not
/// pass. Without a terminal, or with `--yes`, it uses the defaults.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the function, such as `my-function` [default: the last part of `--path`]
    name: Option<String>,

    #[command(flatten)]
    given: TemplateArgs,

    /// Create the project in DIR [default: NAME in the current directory]
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,

    /// Ask nothing and use the defaults
    #[arg(long, short)]
    yes: bool,

    /// List the files without writing them
    #[arg(long)]
    dry_run: bool,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    /// Initialize version control [default: git, unless git is missing or the directory is already
    /// in a repository]
    #[arg(long, value_name = "VCS")]
    vcs: Option<Vcs>,
}

impl New {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let template = Template::embedded();
        let manifest = template.manifest();
        // This comes before the prompts, so that nobody answers them in vain.
        manifest
            .refuse_wrong(&self.given.0)
            .map_err(Failure::from)?;
        let given_path = self.path.as_deref().map(Destination::new).transpose();
        let given_path = given_path.map_err(Failure::from)?;
        let can_ask = !self.yes && prompts::can_ask();
        let name = match self.named() {
            Some(name) => {
                FunctionName::parse(name, template.dependencies()).map_err(Failure::from)?
            }
            None if can_ask => prompts::name(template)?,
            None => {
                let failure = Failure::new(Exit::Usage, "the function needs a name");
                return Err(failure
                    .hint("pass a name, for example `cargo fc3 new my-function`")
                    .into());
            }
        };
        let target = match given_path {
            Some(target) => target,
            None => Destination::new(name.as_str().as_ref()).map_err(Failure::from)?,
        };

        let mut given = self.given.0.clone();
        if can_ask {
            prompts::answers(template, &mut given)?;
        }
        let answers = manifest.answer(&given).map_err(Failure::from)?;
        let assumed = assumed(manifest, &answers, &given);
        let spec = Spec { name, answers };
        let tree = render(template, &spec)?;
        let steps = NextSteps::new(&target, spec.answers.kind());

        if !self.dry_run {
            self.write(&tree, &target)?;
        }
        // This comes first, since the project exists even if the result cannot be printed.
        self.print(&spec, &target, assumed.as_deref(), &steps);
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
        Ok(())
    }

    /// The name that the user passed, directly or as the name of the directory.
    fn named(&self) -> Option<&str> {
        let name_from_path = || self.path.as_ref()?.file_name()?.to_str();
        self.name.as_deref().or_else(name_from_path)
    }

    fn write(&self, tree: &Tree, target: &Destination) -> anyhow::Result<()> {
        let asked = self.vcs == Some(Vcs::Git);
        let git = asked || self.vcs.is_none() && !git::is_in_repository(target);
        // From here on, a signal must trigger cleanup; before, it just ends the program.
        let stop = Stop::on_signals()?;
        let written = tree.write_new(target, &stop, |staged| {
            if git {
                Ok(git::init(staged, asked, &stop)?)
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
            &format!("function `{name}` (kind `{kind}`) in `{path}`"),
        );
        if let Some(workspace) = workspace_around(target) {
            hint(&workspace.breaks());
        }
        if let Some(assumed) = assumed {
            done(
                "Using",
                &format!("placeholder values: {assumed} (edit them in `s.yaml`)"),
            );
        }
        if !self.json && !self.dry_run {
            steps.print();
        }
    }
}

/// The workspace that takes the new project as a member, if there is one.
fn workspace_around(target: &Destination) -> Option<Workspace> {
    let parent = target.parent().canonicalize().ok()?;
    Workspace::around(&parent.join(target.path().file_name()?))
}

/// Lists the options of this kind that have their defaults. They name resources in the user's
/// account, which no default can know. `given` holds all options from flags and prompts.
fn assumed(
    manifest: &Manifest,
    answers: &Answers,
    given: &BTreeMap<String, String>,
) -> Option<String> {
    let asked = manifest.asked_for(answers.kind());
    let defaults = asked
        .filter(|asked| asked.only_for.is_some() && !given.contains_key(&asked.name))
        .map(|asked| format!("{} `{}`", asked.name.replace('_', " "), asked.default));
    let defaults: Vec<_> = defaults.collect();
    (!defaults.is_empty()).then(|| defaults.join(", "))
}

/// The output of `--json`.
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
