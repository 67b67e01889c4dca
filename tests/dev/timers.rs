//! Timer triggers: told, and fired with `--timers`.

use serde_json::{Value, json};

use crate::Check;
use crate::stage::{S_YAML, Stage};

pub(crate) const CHECKS: &[Check] = &[
    ("they_are_told_and_do_not_fire_by_default", told),
    ("they_fire_as_s_yaml_says", fire),
];

/// `s.yaml` with a timer that fires every second, and more of its settings.
fn with_timers(timers: &[(&str, &str, &str)]) -> String {
    let timers = timers.iter().map(|(name, cron, more)| {
        format!(
            "        - triggerName: {name}\n          triggerType: timer\n          triggerConfig: \
             {{ cronExpression: \"{cron}\", payload: some text, {more} }}\n"
        )
    });
    format!("{S_YAML}      triggers:\n{}", timers.collect::<String>())
}

const SECOND: &str = "* * * * * *";
const NIGHTLY: &str = "CRON_TZ=Asia/Shanghai 0 30 2 1 1 *";
const ENABLED: &str = "enable: true";

fn told() {
    let stage = Stage::new();
    stage.write(
        "s.yaml",
        &with_timers(&[
            ("second", SECOND, ENABLED),
            ("nightly", NIGHTLY, ENABLED),
            ("resting", SECOND, "enable: false"),
            ("wrong", "${env('WRONG')}", ENABLED),
        ]),
    );
    stage.write(".env", "WRONG=@daily\n");
    let mut command = stage.command(&["--no-watch"]);
    let mut dev = crate::dev::Dev::start(command.env("TZ", "America/New_York"), &stage.dir());
    let resting = "hint: the timer `resting` of `hello` does not fire: it has no `enable: true`";
    assert_eq!(dev.line("resting"), resting);
    let wrong = dev.line("hint: the timer `wrong` of `hello` does not fire: ");
    assert!(wrong.contains("@daily"), "{wrong}");
    let line = dev.line("Skipping timers: `second` (");
    // Half past two in Shanghai, on the day before in New York. Close to it, the day is told otherwise.
    let (_, nightly) = line.split_once("`nightly` (").expect("the other one");
    let days = ["today ", "tomorrow ", "on "];
    assert!(days.iter().any(|day| nightly.starts_with(day)), "{line}");
    assert!(
        nightly.ends_with(" at 13:30); fire them with `--timers`"),
        "{line}"
    );
    drop(dev);

    let mut dev = stage.serve(&["--no-watch"]);
    let timers = dev
        .events()
        .into_iter()
        .find(|event| event["event"] == "timers");
    let timers = timers.expect("it is told before the first build");
    assert_eq!(timers["fire"], false);
    let names = timers["timers"].as_array().expect("a list").iter();
    let names: Vec<_> = names
        .map(|timer| (&timer["function"], &timer["trigger"]))
        .collect();
    let (hello, second, nightly) = (json!("hello"), json!("second"), json!("nightly"));
    assert_eq!(names, [(&hello, &second), (&hello, &nightly)]);
    assert!(timers["timers"][0]["next_ms"].is_f64(), "{timers}");
    // The moments of more than one second pass.
    for _ in 0..3 {
        assert!(!dev.told("sleep 500").is_empty());
        dev.event_that("the call", |event| event["trigger"] == "sync");
    }
    let fired = dev
        .events()
        .into_iter()
        .find(|event| event["trigger"] == "timer");
    assert_eq!(fired, None);
}

fn fire() {
    let stage = Stage::new();
    let rest = ("resting", SECOND, "enable: false");
    stage.write("s.yaml", &with_timers(&[("first", SECOND, ENABLED), rest]));
    let mut dev = stage.serve(&["--timers"]);
    let told = dev
        .events()
        .into_iter()
        .find(|event| event["event"] == "timers");
    assert_eq!(told.expect("it is told")["fire"], true);
    let fired = |event: &Value, name: &str| {
        event["event"] == "invoked" && event["trigger"] == "timer" && event["target"] == name
    };
    let logged = dev.event_that("its event", |event| {
        let line = event["line"].as_str().unwrap_or_default();
        line.starts_with("timer {") && line.contains(r#""triggerName":"first""#)
    });
    let line = logged["line"].as_str().expect("a text");
    assert!(line.contains(r#""payload":"some text""#), "{line}");
    let call = dev.event_that("a call", |event| fired(event, "first"));
    assert_eq!(
        (&call["function"], &call["status"]),
        (&json!("hello"), &json!("succeeded"))
    );

    stage.write("s.yaml", &with_timers(&[("second", SECOND, ENABLED)]));
    let told = dev.event("timers");
    assert_eq!(told["timers"][0]["trigger"], "second");
    dev.event_that("a call", |event| fired(event, "second"));
    let begun = |event: &Value| event["began_ms"].as_f64().expect("a time");
    let events = dev.events();
    let first = events
        .iter()
        .filter(|event| fired(event, "first"))
        .map(begun);
    let second = events
        .iter()
        .filter(|event| fired(event, "second"))
        .map(begun);
    let (last, next) = (first.fold(0.0, f64::max), second.fold(f64::MAX, f64::min));
    assert!(last < next, "`first` fires at {last}, `second` at {next}");
    let resting = events.iter().find(|event| fired(event, "resting"));
    assert_eq!(resting, None);
}
