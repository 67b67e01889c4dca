//! The questions that a person is asked on a terminal, answered through one.

#![cfg(unix)]

mod talk;

use crate::support::disk;
use talk::Talk;

const ENTER: &str = "\r";
const DOWN: &str = "\x1b[B";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const ESC: &str = "\x1b";
const SHOW_CURSOR: &str = "\x1b[?25h";

#[test]
fn everything_can_be_asked() {
    let mut talk = Talk::new(&[]);
    talk.sees("Name of the function").types("MyFn").types(ENTER);
    // A wrong name is told, with a right one, and asked again.
    talk.sees("neither kebab-case nor snake_case").sees("my-fn");
    talk.types(&"\x7f".repeat(4)).types("hello").types(ENTER);
    talk.sees("Kind of function").types(DOWN).types(ENTER);
    talk.sees("Region").types(ENTER);
    talk.sees("Runtime").types(ENTER);
    talk.sees("in one line").types("say \"hi\"").types(ENTER);
    talk.sees("It contains characters that are not allowed: `\"`")
        .types("\x7f")
        .types(&"\x7f".repeat(7))
        .types("Hi")
        .types(ENTER);
    talk.sees("Created");
    assert!(talk.ends().success());
    let answers = talk.answers("hello");
    assert_eq!(answers["kind"].as_str(), Some("json"));
    assert_eq!(answers["region"].as_str(), Some("cn-hangzhou"));
    assert_eq!(answers["description"].as_str(), Some("Hi"));
}

#[test]
fn what_a_flag_answers_is_not_asked() {
    let mut talk = Talk::new(&["hello", "--kind", "web", "--runtime", "custom"]);
    talk.sees("Region")
        .types(ENTER)
        .sees("in one line")
        .types(ENTER)
        .sees("Created");
    assert!(talk.ends().success());
    let answers = talk.answers("hello");
    assert_eq!(answers["kind"].as_str(), Some("web"));
    assert_eq!(answers["runtime"].as_str(), Some("custom"));
    assert_eq!(answers["description"].as_str(), Some("A function in Rust"));
}

/// Each question by the rule of the kind that was chosen, in the order of the manifest.
#[test]
fn a_kind_asks_what_it_needs() {
    let common = ["--region", "cn-hangzhou", "--runtime", "custom"];
    let mut talk = Talk::new(
        &[
            &["hello", "--kind", "kafka", "--description", "x"],
            &common[..],
        ]
        .concat(),
    );
    talk.sees("Kafka instance ID").types(ENTER);
    talk.sees("Kafka topic").types("my.topic").types(ENTER);
    talk.sees("It contains characters that are not allowed: `.`")
        .types(&"\x7f".repeat(8))
        .types("orders")
        .types(ENTER);
    talk.sees("Consumer group").types(ENTER);
    talk.sees("Created");
    assert!(talk.ends().success());
    let answers = talk.answers("hello");
    assert_eq!(answers["topic"].as_str(), Some("orders"));
    assert_eq!(answers["group"].as_str(), Some("my-group"));
    assert!(!answers.contains_key("queue"), "{answers}");
}

/// The kind that is chosen does not ask what a flag answers.
#[test]
fn a_flag_of_another_kind_is_told_before_more_is_asked() {
    let mut talk = Talk::new(&["hello", "--bucket", "my-bucket"]);
    talk.sees("Kind of function").types(ENTER);
    talk.sees("`--bucket` applies to the kind `oss`, not to the kind `event`");
    assert_eq!(talk.ends().code(), Some(2));
    assert!(disk::names(talk.path()).is_empty());
}

/// Another kind allows it, so that it was not wrong before.
#[test]
fn an_answer_that_the_chosen_kind_refuses_is_told_before_more_is_asked() {
    let mut talk = Talk::new(&["hello", "--topic", "1st"]);
    talk.sees("Kind of function")
        .types("mns-topic")
        .types(ENTER);
    talk.sees("invalid topic `1st`: it must not begin with `1`");
    assert_eq!(talk.ends().code(), Some(2));
    assert!(!talk.all.contains("Region"), "{:?}", talk.all);
    assert!(disk::names(talk.path()).is_empty());
}

#[test]
fn nothing_is_asked_with_yes() {
    let mut talk = Talk::new(&["hello", "--yes"]);
    talk.sees("Created");
    assert!(talk.ends().success());
    assert_eq!(talk.answers("hello")["kind"].as_str(), Some("event"));
}

#[test]
fn a_place_that_is_taken_is_told_before_anything_is_asked() {
    let mut talk = Talk::new(&["hello", "--path", "."]);
    talk.sees("error: `.` does not name a new directory");
    assert_eq!(talk.ends().code(), Some(2));
}

/// On a terminal escapes come through, so that here they must not be there.
#[test]
fn a_wrong_value_is_told_before_anything_is_asked_and_does_not_reach_the_terminal() {
    for (args, shown) in [
        (
            ["--kind", "\u{1b}]0;x\u{7}"],
            "invalid kind `\\u{1b}]0;x\\u{7}`",
        ),
        (["--region", "\u{7}"], "invalid region `\\u{7}`"),
        (
            ["--description", "\u{1b}c"],
            "invalid description `\\u{1b}c`",
        ),
        (["--vcs", "\u{1b}c"], "invalid value `\\u{1b}c` for `--vcs`"),
        (["--\u{1b}c", "x"], "--\\u{1b}c"),
    ] {
        let mut talk = Talk::with(&args, |command| {
            command.env_remove("NO_COLOR").env_remove("CI");
        });
        talk.sees(shown);
        while talk.more() {}
        let raw = ["\u{7}", "\u{1b}]", "\u{1b}c"];
        assert!(
            raw.iter().all(|acts| !talk.all.contains(acts)),
            "{:?}",
            talk.all
        );
        assert_eq!(talk.ends().code(), Some(2));
        assert!(disk::names(talk.path()).is_empty(), "{args:?}");
    }
}

#[test]
fn esc_ctrl_c_and_ctrl_d_leave_every_question_and_write_nothing() {
    for key in [ESC, CTRL_C, CTRL_D] {
        for (args, question) in [
            (&[][..], "Name of the function"),
            (&["hello"], "Kind of function"),
            (&["hello", "--kind", "web"], "Region"),
            (
                &[
                    "hello",
                    "--kind",
                    "web",
                    "--region",
                    "us-east-1",
                    "--runtime",
                    "custom",
                ],
                "in one line",
            ),
        ] {
            let mut talk = Talk::new(args);
            talk.sees(question).types(key);
            talk.sees(SHOW_CURSOR)
                .sees("cancelled; nothing was written");
            assert_eq!(talk.ends().code(), Some(130), "{question}");
            assert!(disk::names(talk.path()).is_empty(), "{question}");
        }
    }
}

/// No escape reaches a terminal that would only print it.
#[test]
fn a_terminal_that_only_prints_lines_gets_plain_questions() {
    let mut talk = Talk::dumb(&[]);
    talk.sees("Name of the function: ").types("MyFn\n");
    talk.sees("neither kebab-case nor snake_case").sees("my-fn");
    talk.sees("Name of the function: ").types("hello\n");
    talk.sees("Kind of function")
        .sees("2  json")
        .sees("[event]: ");
    talk.types("none\n").sees("Choose a number from 1 to ");
    talk.sees("[event]: ").types("2\n");
    talk.sees("Region")
        .sees("[cn-hangzhou]: ")
        .types("us-east-1\n");
    talk.sees("Runtime").sees("]: ").types("\n");
    talk.sees("in one line").sees("]: ").types("say \"hi\"\n");
    talk.sees("It contains characters that are not allowed: `\"`");
    talk.sees("]: ").types("Hi\n").sees("Created");
    assert!(talk.ends().success());
    assert!(!talk.all.contains('\u{1b}'), "{:?}", talk.all);
    let answers = talk.answers("hello");
    assert_eq!(answers["kind"].as_str(), Some("json"));
    assert_eq!(answers["region"].as_str(), Some("us-east-1"));
    assert_eq!(answers["description"].as_str(), Some("Hi"));
}

#[test]
fn ctrl_d_leaves_a_plain_question_and_writes_nothing() {
    for (args, question) in [
        (&[][..], "Name of the function: "),
        (&["hello"], "[event]: "),
        (&["hello", "--kind", "web"], "[cn-hangzhou]: "),
    ] {
        let mut talk = Talk::dumb(args);
        talk.sees(question).types(CTRL_D);
        talk.sees("cancelled; nothing was written");
        assert_eq!(talk.ends().code(), Some(130), "{question}");
        assert!(disk::names(talk.path()).is_empty(), "{question}");
    }
}
