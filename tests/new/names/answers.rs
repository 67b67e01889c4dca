//! What one kind asks, answered: any text that its rule allows, and texts that it does not.

use std::collections::BTreeMap;

use cargo_fc3::scaffold::manifest::Constraint;
use cargo_fc3::scaffold::template::Template;
use proptest::prelude::*;

use super::said::{project_of, says_what_was_said, yaml};

pub(crate) fn a_kind() -> impl Strategy<Value = String> {
    let kinds = Template::embedded().manifest().kinds();
    prop::sample::select(
        kinds
            .iter()
            .map(|kind| kind.value.clone())
            .collect::<Vec<_>>(),
    )
}

/// A kind, and answers to what it alone asks: any texts that the manifest's expressions describe.
fn a_kind_with_answers() -> impl Strategy<Value = BTreeMap<String, String>> {
    a_kind().prop_flat_map(|kind| {
        let asked = Template::embedded().manifest().asked_for(&kind);
        let own = asked.filter(|placeholder| placeholder.only_for.is_some());
        let answers: Vec<_> = own
            .map(|placeholder| {
                let Constraint::Pattern(pattern) = &placeholder.constraint else {
                    panic!("{} has choices: try them here", placeholder.name);
                };
                // White space in front is dropped, and the rest may be no answer.
                let answer = matching(pattern.as_str());
                let answer = answer.prop_filter("begins with white space", |answer| {
                    !answer.starts_with(char::is_whitespace)
                });
                (Just(placeholder.name.clone()), answer)
            })
            .collect();
        (Just(kind), answers).prop_map(|(kind, answers)| {
            let kind = ("kind".to_owned(), kind);
            answers.into_iter().chain([kind]).collect()
        })
    })
}

/// Any text that a whole expression describes. Strategies know no anchors.
pub(crate) fn matching(pattern: &str) -> impl Strategy<Value = String> + use<> {
    let pattern = pattern.strip_prefix('^').expect("an anchor");
    let pattern = pattern.strip_suffix('$').expect("an anchor");
    prop::string::string_regex(pattern).expect("an expression that generates")
}

/// Whether a text is in some text of a document.
fn is_somewhere(text: &str, document: &serde_json::Value) -> bool {
    use serde_json::Value;
    match document {
        Value::String(held) => held.contains(text),
        Value::Array(list) => list.iter().any(|inner| is_somewhere(text, inner)),
        Value::Object(object) => object.values().any(|inner| is_somewhere(text, inner)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_a_kind_is_told_is_where_it_is_deployed(given in a_kind_with_answers()) {
        let (spec, tree) = project_of("hello", &given);
        says_what_was_said(&spec, &tree);
        for path in ["s.yaml", "s.container.yaml"] {
            let mut deployment: serde_json::Value = yaml(&tree, path);
            let triggers = deployment["resources"]["function"]["props"]["triggers"].take();
            let own = spec.answers.iter().filter(|(name, _)| given.contains_key(*name));
            for (name, answer) in own.filter(|(name, _)| *name != "kind") {
                prop_assert!(is_somewhere(answer, &triggers), "{}: {:?} {:#}", path, name, triggers);
            }
        }
    }
}

/// Of each question: answers that a source allows, however odd, and such as it does not. A manifest
/// that takes what nobody can deploy tells its user too late.
const ODD: [(&str, &str, &[&str], &[&str]); 6] = [
    (
        "timer",
        "cron",
        &[
            "*/5 * * * * *",
            "0 0 8 1,15 * ?",
            "0 0 0-6/2 ? JAN-MAR MON-FRI",
            "59 59 23 31 12 7",
            "CRON_TZ=America/Argentina/Buenos_Aires 0 0 8 * * *",
            "@every 5m",
            "@every 1.5h",
            "@every 2h45m",
        ],
        &[
            "- / , * * *",
            "0 8 * * *",
            "0 0 8 * * * *",
            "60 0 8 * * *",
            "0 0 24 * * *",
            "0 0 8 0 * *",
            "0 0 8 32 * *",
            "0 0 8 * 13 *",
            "0 0 8 * ? *",
            "0 0 8 * * 8",
            "0 0 8 * * MONDAY",
            "0,, 0 8 * * *",
            "0- 0 8 * * *",
            "*/0 0 8 * * *",
            "CRON_TZ= 0 0 8 * * *",
            "0 0 8 * FOO *",
            "0 0 8 ? * */2",
            "0 0 8 L * ?",
            "@every 0m",
            "@every 5d",
        ],
    ),
    (
        "sls",
        "logstore",
        &["fc-trigger-log", "a-trigger", "ab"],
        &["a", "-ab", "ab_", "A-log"],
    ),
    (
        "oss",
        "prefix",
        &["", "a/b c/日本"],
        &["/a", "it's", "a\\b"],
    ),
    (
        "kafka",
        "group",
        &["my-group", "__a", "-1-", "GID_x"],
        &["___", "--", "ab", "my group"],
    ),
    (
        "eventbridge",
        "source",
        &[
            "acs.oss",
            "/my/app?x=1&y=%20#z",
            "urn:uuid:6e8bc430",
            "mailto:me@example.com",
            "a/(b)*~$!+,;=",
        ],
        &["", "it's", "a b", "<x>", "a\"b", "$x", "?x"],
    ),
    (
        "cdn",
        "domain",
        &["example.com", "*.example.com", ".example.com", "xn--fiq.cn"],
        &[
            "example",
            "*example.com",
            "..example.com",
            "a.*.com",
            "*",
            "Example.com",
        ],
    ),
];

#[test]
fn a_rule_is_that_of_the_source() {
    let manifest = Template::embedded().manifest();
    for (kind, name, right, wrong) in ODD {
        let mut asked = manifest.asked_for(kind);
        let asked = asked.find(|asked| asked.name == name).expect(name);
        for answer in right {
            assert_eq!(asked.accept(answer).as_deref(), Ok(*answer), "{name}");
        }
        for answer in wrong {
            assert!(asked.accept(answer).is_err(), "{name}: {answer:?}");
        }
    }
}

/// In its own log store the trigger would call itself for ever.
#[test]
fn the_log_of_a_trigger_is_never_what_it_watches() {
    let longest = "x".repeat(55);
    for logstore in ["my-logstore", "fc-trigger-log", "x-trigger", &longest] {
        let given = [("kind", "sls"), ("logstore", logstore)];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (_, tree) = project_of("hello", &BTreeMap::from(given));
        for path in ["s.yaml", "s.container.yaml"] {
            let deployment: serde_json::Value = yaml(&tree, path);
            let config =
                &deployment["resources"]["function"]["props"]["triggers"][0]["triggerConfig"];
            let log = config["logConfig"]["logstore"].as_str().expect("a text");
            assert_eq!(config["sourceConfig"]["logstore"], logstore, "{path}");
            assert!(log != logstore && log.len() <= 63, "{path}: {log}");
        }
    }
}
