//! What the user should know about the variables of a project's function.

use crate::cli::check::arguments::SubjectArgs;
use crate::cli::output::hint;
use crate::cli::project::Variables;
use crate::text::{excerpt, printable};

/// The hint for a function that needs a variable which nothing sets.
pub(super) const HINT: &str = "Set a variable it needs in `s.yaml`, or here with `--env K=V`";

/// Prints hints before the build, which takes long, and returns the one about missing values.
pub(super) fn announce(variables: &Variables, flags: &SubjectArgs) -> Option<String> {
    let is_given = |name: &str| flags.env.iter().any(|given| given.name == name);
    if !variables.local.is_empty() {
        let names = quoted(variables.local.iter().map(String::as_str));
        hint(&format!(
            "only `.env` sets {names}: the deployed function gets a variable if `s.yaml` names it \
             in `environmentVariables`"
        ));
    }
    let mut missing = variables.missing.iter();
    let (name, expression) = missing.find(|(name, _)| !is_given(name))?;
    let more = missing.map(|(name, _)| &**name);
    let more: Vec<_> = more.filter(|name| !is_given(name)).collect();
    let flags = std::iter::once(&**name).chain(more);
    let flags: Vec<_> = flags
        .map(|name| format!("--env {}=VALUE", printable(name)))
        .collect();
    let missing = format!(
        "`s.yaml` sets `{}` to `{}`, which has no value here: pass `{}`",
        printable(name),
        excerpt(expression),
        flags.join(" ")
    );
    hint(&missing);
    Some(missing)
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{}`", printable(name))).collect();
    names.join(", ")
}
