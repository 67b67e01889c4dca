//! What an instance starts.

use std::path::{Path, PathBuf};

use crate::deployment::FunctionConfig;
use crate::emulator::settings::Launch;
use crate::package::BOOTSTRAP;

/// The directory of the code in an instance.
const CODE: &str = "/code";

/// The command of a function whose code is in a directory: the one that is configured, or `bootstrap`.
/// What is below `/code` in an instance is in this directory.
pub(in crate::emulator) fn start_command(config: &FunctionConfig, code: &Path) -> Launch {
    let mut words = config.command.iter().chain(&config.args);
    let program = match config.command.first() {
        Some(_) => words.next().map_or("", |word| word),
        None => {
            return words.fold(Launch::new(code.join(BOOTSTRAP)), |launch, word| {
                launch.arg(local(word, code))
            });
        }
    };
    let program = if program.contains('/') {
        let below = below_code(program).unwrap_or(program);
        // An absolute path replaces the directory.
        code.join(below)
    } else {
        PathBuf::from(program)
    };
    words.fold(Launch::new(program), |launch, word| {
        launch.arg(local(word, code))
    })
}

/// A word of a command as it is on this machine.
fn local(word: &str, code: &Path) -> std::ffi::OsString {
    match below_code(word) {
        Some("") => code.into(),
        Some(rest) => code.join(rest).into(),
        None => word.into(),
    }
}

/// The rest of a path below the directory of the code.
fn below_code(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(CODE)?;
    if rest.is_empty() {
        return Some(rest);
    }
    // A second slash would make an absolute path of the rest.
    rest.strip_prefix('/')
        .map(|rest| rest.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn command(config: &serde_json::Value) -> (PathBuf, Vec<std::ffi::OsString>) {
        let config = FunctionConfig::of_api(&json!({ "customRuntimeConfig": config }));
        let launch = start_command(&config, Path::new("/here"));
        (launch.program, launch.args)
    }

    #[test]
    fn what_is_below_code_is_in_the_directory() {
        let plain = command(&json!({}));
        assert_eq!(plain, (PathBuf::from("/here/bootstrap"), vec![]));
        let own = command(&json!({ "command": ["/code/bin/run"], "args": ["/code/x", "-v"] }));
        let expected = vec!["/here/x".into(), "-v".into()];
        assert_eq!(own, (PathBuf::from("/here/bin/run"), expected));
        let slashes = command(&json!({ "command": ["/code//run"], "args": ["/code/"] }));
        assert_eq!(slashes, (PathBuf::from("/here/run"), vec!["/here".into()]));
        let relative = command(&json!({ "command": ["./run"] }));
        assert_eq!(relative.0, PathBuf::from("/here/./run"));
        let looked_up = command(&json!({ "command": ["python3", "/code/app.py"] }));
        assert_eq!(
            looked_up,
            (PathBuf::from("python3"), vec!["/here/app.py".into()])
        );
        let system = command(&json!({ "command": ["/bin/sh", "/codes"] }));
        assert_eq!(system, (PathBuf::from("/bin/sh"), vec!["/codes".into()]));
    }
}
