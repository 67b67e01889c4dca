//! The files of all kinds, and what is left of them after random changes.

use std::path::Path;

use proptest::prelude::*;
use regex::Regex;

use super::{EVERYTHING, read};
use crate::deployment::Deployment;

/// The files of all kinds with text for their placeholders, with and without their comments, and the
/// file above.
fn files() -> Vec<String> {
    let kinds = Path::new(env!("CARGO_MANIFEST_DIR")).join("template/kinds");
    let placeholder = Regex::new(r"\{\{[a-z-]+\}\}").expect("an expression");
    let comment = Regex::new(r"(?m)^( +)# ( *-? *\w+:)").expect("an expression");
    let mut files = vec![EVERYTHING.to_owned()];
    for kind in kinds.read_dir().expect("the kinds") {
        let folder = kind.expect("a kind").path();
        for name in ["s.yaml.liquid", "s.container.yaml.liquid"] {
            let text = std::fs::read_to_string(folder.join(name)).expect("a file");
            let text = placeholder.replace_all(&text, "x").into_owned();
            files.push(comment.replace_all(&text, "$1$2").into_owned());
            files.push(text);
        }
    }
    files
}

#[test]
fn the_files_of_all_kinds_say_how_to_run_them() {
    for file in files().iter().skip(1) {
        let functions = read(file);
        let [function] = &*functions else {
            panic!("one function, not {functions:?}");
        };
        let is_whole = function.name == "x"
            && function.timeout.is_some()
            && function.concurrency.is_some()
            && function.memory_mb.is_some()
            && function.initializer.is_some()
            && function.pre_stop.is_some()
            && function.environment.contains_key("RUST_LOG");
        assert!(is_whole, "{function:?}");
    }
}

/// A change of one line: its value, its indent, or the whole line.
fn change(line: &str, change: usize, value: &str) -> String {
    let key = line.split_once(':').map_or(line, |(key, _)| key);
    match change {
        0 => String::new(),
        1 => format!("{key}: {value}"),
        2 => format!("{key}: {{ {value}: {value} }}"),
        3 => format!("{key}: [{value}, {value}]"),
        4 => format!("  {line}"),
        5 => format!("{line}\n{line}"),
        _ => line.replace("# ", ""),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Reading never fails, and what it finds is within the platform's limits.
    #[test]
    fn changed_files_are_read(
        file in prop::sample::select(files()),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), 0..7_usize, r"[-0-9]{1,20}|'[0-9]*'|[a-z./]{0,9}|\$\{vars\.[a-z]+\}|'\$\{[ -&(-~]{0,9}\}?'|\{\}|\[\]|~|true|9e99|\.inf"),
            1..5,
        ),
    ) {
        let mut lines: Vec<_> = file.lines().map(str::to_owned).collect();
        for (at, kind, value) in changes {
            let line = at.get_mut(&mut lines);
            *line = change(line, kind, &value);
        }
        if let Ok(deployment) = Deployment::read(&lines.join("\n")) {
            for function in deployment.evaluated(|_| None) {
                let timeout = function.timeout.map_or(1, |timeout| timeout.as_secs());
                prop_assert!((1..=86_400).contains(&timeout));
                prop_assert!((1..=200).contains(&function.concurrency.unwrap_or(1)));
                prop_assert!((128..=32_768).contains(&function.memory_mb.unwrap_or(128)));
                prop_assert!(function.asynchronous.max_retries <= 8);
            }
            let mistakes = deployment.mistakes(|_| false);
            prop_assert!(mistakes.iter().all(|mistake| mistake.line() > 0));
        }
    }
}
