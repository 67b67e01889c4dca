//! The flags that answer the template's questions, made from its manifest: a question added there
//! is a flag here, with its choices, its checks and its help.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::Error;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::manifest::{Choice, KIND, Manifest, Placeholder, Rule, list_kinds};
use crate::template::Template;

/// What flags answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Given(pub(super) BTreeMap<String, String>);

fn manifest() -> &'static Manifest {
    Template::embedded().manifest()
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = manifest().placeholders().filter_map(|placeholder| {
            let name = &placeholder.name;
            // A default is no answer: on a terminal the question is still to be asked.
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

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        command.args(manifest().placeholders().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(placeholder: &'static Placeholder) -> Arg {
    let help = match &placeholder.only_for {
        None => placeholder.prompt.clone(),
        Some(kinds) => format!("{} For {} only", placeholder.prompt, list_kinds(kinds)),
    };
    Arg::new(&placeholder.name)
        .long(placeholder.flag())
        .value_name(match placeholder.rule {
            Rule::Choices(_) => placeholder.name.to_uppercase(),
            Rule::Pattern(_) => "TEXT".to_owned(),
        })
        .default_value(&placeholder.default)
        .value_parser(AnswerParser(placeholder))
        .help_heading("Answers")
        .help(help)
}

/// The question for the kind, which is an argument of its own to some verbs.
pub(super) fn kind() -> &'static Placeholder {
    let mut placeholders = manifest().placeholders();
    placeholders
        .find(|placeholder| placeholder.name == KIND)
        .expect("a manifest without a kind is refused")
}

/// Takes any text, since the manifest refuses a wrong one in better words, and knows the choices
/// only for the help and for the completion of shells.
#[derive(Clone)]
pub(super) struct AnswerParser(pub(super) &'static Placeholder);

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
        match &self.0.rule {
            Rule::Choices(choices) => Some(Box::new(choices.iter().map(possible_value))),
            Rule::Pattern(_) => None,
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
