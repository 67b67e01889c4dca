//! Verbs that do not exist, as people who know other tools type them.

use clap::CommandFactory;
use regex::Regex;

use crate::support::scratch::Scratch;

/// Verbs, and the command that does their job.
const ELSEWHERE: [(&str, &str); 15] = [
    ("call", "cargo fc3 invoke"),
    ("send", "s invoke -f events/invoke.json"),
    ("run", "cargo fc3 dev"),
    ("watch", "cargo fc3 dev"),
    ("deploy", "s deploy"),
    ("logs", "s logs"),
    ("remove", "s remove"),
    ("delete", "s remove"),
    ("info", "s info"),
    ("test", "cargo test"),
    ("lint", "cargo fc3 check"),
    ("package", "cargo fc3 build --zip FILE"),
    ("init", "cargo fc3 new NAME"),
    ("update", "cargo update"),
    ("templates", "cargo fc3 kinds"),
];

/// Runs a command with an unknown verb, and returns its whole message.
fn message(args: &[&str]) -> String {
    let rejected = Scratch::new().fc3(args).code(2).stdout_eq("");
    String::from_utf8(rejected.get_output().stderr.clone()).expect("text")
}

#[test]
fn a_verb_of_another_tool_is_answered_with_the_command_that_does_its_job() {
    for (verb, command) in ELSEWHERE {
        let text = message(&[verb]);
        let error = format!("error: there is no command `cargo fc3 {verb}`\nhint: ");
        assert!(text.starts_with(&error), "{text}");
        assert!(text.contains(&format!("`{command}`")), "{text}");
        assert_eq!(message(&["help", verb]), text);
        assert_eq!(message(&[verb, "--flag", "value"]), text);
    }
}

#[test]
fn a_kind_instead_of_a_verb_is_answered_with_new() {
    let text = message(&["mns-topic"]);
    assert!(
        text.ends_with("`cargo fc3 new NAME --kind mns-topic`\n"),
        "{text}"
    );
}

#[test]
fn a_misspelled_verb_is_answered_with_the_nearest_one_and_any_other_with_the_help() {
    assert!(message(&["chek"]).ends_with("hint: did you mean `cargo fc3 check`?\n"));
    let text = message(&["xyz\u{1b}[1m"]);
    assert_eq!(
        text,
        "error: there is no command `cargo fc3 xyz\\u{1b}[1m`\n\
         hint: list all commands with `cargo fc3 help`\n"
    );
}

#[test]
fn the_hints_name_only_commands_that_exist() {
    let cli = cargo_fc3::cli::Cli::command();
    let named = Regex::new("`cargo fc3 ([a-z]+)").expect("an expression");
    for (verb, _) in ELSEWHERE {
        let text = message(&[verb]);
        let hint = text.split_once("hint: ").expect("a hint").1;
        for named in named.captures_iter(hint) {
            let exists = cli.find_subcommand(&named[1]).is_some();
            assert!(exists, "{verb}: {hint}");
        }
    }
}
