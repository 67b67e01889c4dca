//! The error for a verb that does not exist. Many people try the verbs of similar tools first, so
//! the hint names what does the same job here.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::cli::failure::{Exit, Failure};
use crate::scaffold::template::Template;
use crate::text::excerpt;

/// Verbs of cargo and of similar tools, each group with what does the job here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (
        &["call", "send"],
        "call the function with `cargo fc3 invoke`; call a deployed function with `s invoke -f \
         events/invoke.json`",
    ),
    (
        &["local", "run", "serve", "start", "watch"],
        "run the function in this directory with `cargo fc3 dev`; `cargo fc3 try` runs a temporary one",
    ),
    (
        &["deploy", "publish", "push", "release", "up"],
        "deploy with Serverless Devs: run `s deploy` in the project",
    ),
    (
        &["log", "logs", "tail"],
        "read the log of a deployed function with `s logs`, which needs `logConfig` in `s.yaml`",
    ),
    (
        &["delete", "destroy", "down", "remove", "rm", "undeploy"],
        "delete a deployed function with `s remove`",
    ),
    (
        &["info", "status"],
        "show a deployed function with `s info`",
    ),
    (
        &["diff", "plan"],
        "show what a deployment would change with `s plan`",
    ),
    (
        &["t", "test"],
        "test the handler with `cargo test`; `cargo fc3 check` tests the running function",
    ),
    (
        &["lint", "validate", "verify"],
        "check the function against the platform's contract with `cargo fc3 check`",
    ),
    (
        &["bundle", "package", "zip"],
        "write the package with `cargo fc3 build --zip FILE`",
    ),
    (
        &["add", "create", "generate", "init"],
        "create a project in a new directory with `cargo fc3 new NAME`",
    ),
    (
        &["update", "upgrade"],
        "update the dependencies with `cargo update`; for a newer runtime, replace the directory \
         `fc3` with that of a new project from `cargo fc3 new NAME`",
    ),
    (
        &["list", "ls", "templates"],
        "list the kinds of function with `cargo fc3 kinds`",
    ),
    (&["version"], "print the version with `cargo fc3 --version`"),
];

/// The error for an unknown verb, if clap found one.
pub(super) fn failure(error: &Error) -> Option<Failure> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let similar = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(verbs)) => verbs.first(),
        _ => None,
    };
    let message = format!("there is no command `cargo fc3 {}`", excerpt(verb));
    let hint = known(verb).unwrap_or_else(|| match similar {
        Some(similar) => format!("did you mean `cargo fc3 {similar}`?"),
        None => "list all commands with `cargo fc3 help`".to_owned(),
    });
    Some(Failure::new(Exit::Usage, message).hint(hint))
}

/// The hint for the verb of another tool, or for a kind of function instead of a verb.
fn known(verb: &str) -> Option<String> {
    let mut elsewhere = ELSEWHERE.iter();
    if let Some((_, hint)) = elsewhere.find(|(verbs, _)| verbs.contains(&verb)) {
        return Some((*hint).to_owned());
    }
    let mut kinds = Template::embedded().manifest().kinds().iter();
    let kind = kinds.find(|kind| kind.value == verb)?;
    Some(format!(
        "create a function of this kind with `cargo fc3 new NAME --kind {}`",
        kind.value
    ))
}
