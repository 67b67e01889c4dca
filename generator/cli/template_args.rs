//! The flags for the template's placeholders, generated from its manifest. A placeholder added
//! there becomes a flag with choices, checks and help.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::Error;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::scaffold::manifest::{Choice, Constraint, KIND, Manifest, Placeholder};
use crate::scaffold::template::Template;

/// The values of these flags.
#[derive(Debug, Clone, Default)]
pub(super) struct TemplateArgs(pub(super) BTreeMap<String, String>);

fn manifest() -> &'static Manifest {
    Template::embedded().manifest()
}

impl FromArgMatches for TemplateArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let names = manifest()
            .placeholders()
            .map(|placeholder| &placeholder.name);
        let given = names.filter_map(|name| {
            // A default does not count: on a terminal, the prompt must still appear.
            if matches.value_source(name) != Some(ValueSource::CommandLine) {
                return None;
            }
            Some((name.clone(), matches.get_one::<String>(name)?.clone()))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

impl Args for TemplateArgs {
    /// The manifest takes milliseconds to read, which only the commands that need it shall take.
    fn augment_args(command: Command) -> Command {
        command.defer(|command| command.args(flags()))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// One flag for each placeholder name. Those for every kind come first.
fn flags() -> Vec<Arg> {
    let (common, special): (Vec<_>, Vec<_>) = manifest()
        .placeholders()
        .partition(|placeholder| placeholder.only_for.is_none());
    let mut flags: Vec<_> = common.into_iter().map(flag).collect();
    let mut names = Vec::new();
    for placeholder in &special {
        if !names.contains(&&placeholder.name) {
            names.push(&placeholder.name);
            let asking = special
                .iter()
                .filter(|other| other.name == placeholder.name);
            flags.push(special_flag(placeholder, asking.copied()));
        }
    }
    flags
}

fn flag(placeholder: &'static Placeholder) -> Arg {
    Arg::new(&placeholder.name)
        .long(placeholder.flag())
        .value_name(match placeholder.constraint {
            Constraint::Choices(_) => placeholder.name.to_uppercase(),
            Constraint::Pattern(_) => "TEXT".to_owned(),
        })
        .default_value(&placeholder.default)
        .value_parser(AnswerParser(placeholder))
        .help_heading("Template options")
        .help(&placeholder.prompt)
}

/// The flag of a placeholder of some kinds. Each kind has its own prompt and default.
fn special_flag(
    first: &'static Placeholder,
    asking: impl Iterator<Item = &'static Placeholder>,
) -> Arg {
    let lines = asking.map(|placeholder| {
        let kind = placeholder.only_for.as_deref().unwrap_or_default();
        format!(
            "{kind}: {} [default: {}]",
            placeholder.prompt, placeholder.default
        )
    });
    Arg::new(&first.name)
        .long(first.flag())
        .value_name("TEXT")
        .help_heading("Options for specific kinds")
        .help(lines.collect::<Vec<_>>().join("\n"))
}

/// The kind of function as an argument.
#[derive(Debug, Clone)]
pub(super) struct KindArg(pub(super) String);

impl FromArgMatches for KindArg {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = matches.get_one::<String>(KIND);
        Ok(Self(given.unwrap_or(&kind().default).clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for KindArg {
    fn augment_args(command: Command) -> Command {
        command.defer(|command| {
            command.arg(
                Arg::new(KIND)
                    .help("Kind of function (see `cargo fc3 kinds`)")
                    .value_name(KIND.to_uppercase())
                    .default_value(&kind().default)
                    .value_parser(AnswerParser(kind()))
                    .hide_possible_values(true),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The placeholder for the kind.
pub(super) fn kind() -> &'static Placeholder {
    manifest().kind()
}

/// Accepts any text, since the manifest rejects an invalid one with a better message. The choices
/// are known only for help and shell completion.
#[derive(Clone)]
struct AnswerParser(&'static Placeholder);

impl TypedValueParser for AnswerParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue>>> {
        match &self.0.constraint {
            Constraint::Choices(choices) => Some(Box::new(choices.iter().map(possible_value))),
            Constraint::Pattern(_) => None,
        }
    }
}

fn possible_value(choice: &'static Choice) -> PossibleValue {
    let value = PossibleValue::new(&choice.value);
    if choice.about().is_empty() {
        value
    } else {
        value.help(choice.about())
    }
}
