//! The access key that `s deploy` needs, which it asks for only after the build.

use std::env::var_os;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use crate::cli::output::hint;
use crate::cli::project::Project;

/// A key in the environment, which comes before all others if these are set.
const VARIABLES: [&str; 3] = ["AccountID", "AccessKeyID", "AccessKeySecret"];
/// The alias that Serverless Devs uses if a file names none.
const DEFAULT: &str = "default";

/// Prints a hint if Serverless Devs would find no key. It may be missing on a machine that only
/// builds, so this is no error.
pub(super) fn announce_missing(project: &Project) {
    let alias = project.access();
    let alias = alias.as_deref().unwrap_or(DEFAULT);
    // Only Serverless Devs knows what an expression stands for.
    if alias.contains("${") || is_known(project, alias) {
        return;
    }
    hint(&format!(
        "`s deploy` will find no access key with the alias `{alias}`: see the keys with `s config \
         get`, and add one with `s config add`"
    ));
}

fn is_known(project: &Project, alias: &str) -> bool {
    VARIABLES.iter().all(|name| project.is_set(name))
        || project.is_set(&format!("{alias}_serverless_devs_key"))
        || keys().is_some_and(|keys| keys.contains_key(alias))
}

/// The keys in the file of Serverless Devs, by alias. Their values are encrypted.
fn keys() -> Option<serde_json::Map<String, serde_json::Value>> {
    let set = |name: &str| var_os(name).filter(|value: &OsString| !value.is_empty());
    let home = set("serverless_devs_config_home").or_else(|| set("HOME"));
    let home = home.map(PathBuf::from).or_else(std::env::home_dir)?;
    let text = fs::read_to_string(home.join(".s/access.yaml")).ok()?;
    serde_saphyr::from_str(&text).ok()
}
