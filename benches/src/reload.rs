//! The time from an edit to the first new answer, under `cargo fc3 dev` and `cargo lambda watch`, with
//! a client that calls all the time.

mod edited;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::cargo::{cargo, succeed};
use crate::options::Options;
use crate::report::{Goal, Report, Table};
use crate::serving::{self, Serving, Tool};
use crate::stats::{median, ratios, spread};
use crate::{cpus, function};
use edited::Edited;

/// The goals: the seconds that `dev` may need more than the build, and its share of the time of
/// `cargo lambda watch`.
const MORE: f64 = 0.150;
const SHARE: f64 = 0.4;

/// The time between the last answer and the next edit, as of an author who has looked at it.
const LOOK: Duration = Duration::from_millis(1500);
/// After this time, an edit counts as missed.
const MISSED: Duration = Duration::from_secs(30);

/// The kinds of function, with the text that an edit replaces by the new answer: in our project, and
/// in that of the peer.
const KINDS: [Kind; 2] = [
    Kind {
        name: "event",
        ours: ("Ok(event)", "Ok(Bytes::from(\"{}\"))"),
        peer: "lambda",
        theirs: ("Ok(event)", "Ok(Value::from(\"{}\"))"),
    },
    Kind {
        name: "web",
        ours: ("\"Hello from Rust on Function Compute\\n\"", "\"{}\""),
        peer: "lambda-web",
        theirs: ("\"Hello from Rust on AWS Lambda\\n\"", "\"{}\""),
    },
];

struct Kind {
    name: &'static str,
    ours: (&'static str, &'static str),
    peer: &'static str,
    theirs: (&'static str, &'static str),
}

/// The seconds of each round.
#[derive(Default)]
struct Times {
    build: Vec<f64>,
    dev: Vec<f64>,
    watch: Vec<f64>,
    missed_by_dev: usize,
    missed_by_watch: usize,
    failed_calls: usize,
}

/// Measures both kinds.
pub(crate) fn run(options: &Options) -> Result<Report> {
    cpus::unpin()?;
    let cli = serving::cli()?;
    let lambda = serving::lambda();
    let mut table = Table::new(&[
        "Function",
        "`cargo build`, s",
        "`cargo fc3 dev`, s",
        "more than the build, s",
        "failed calls",
        "`cargo lambda watch`, s",
        "dev to it",
        "edits missed by dev",
        "by watch",
    ]);
    let mut goals = Vec::new();
    for kind in &KINDS {
        let times = measure(kind, &cli, lambda.as_deref(), options.rounds)?;
        let more: Vec<_> = times
            .dev
            .iter()
            .zip(&times.build)
            .map(|(dev, build)| dev - build)
            .collect();
        let mut cells = vec![
            kind.name.to_owned(),
            format!("{:.2}", median(&times.build)),
            format!("{:.2}", median(&times.dev)),
            spread(&more),
            times.failed_calls.to_string(),
        ];
        goals.push(
            Goal::at_most(
                MORE,
                median(&more),
                format!(
                    "an edit of `{}` under `dev`, more than `cargo build`",
                    kind.name
                ),
            )
            .of(" s"),
        );
        if times.watch.is_empty() {
            cells.extend(["–".to_owned(), "–".to_owned()]);
        } else {
            let share = ratios(&times.dev, &times.watch);
            cells.extend([format!("{:.2}", median(&times.watch)), spread(&share)]);
            goals.push(Goal::at_most(
                SHARE,
                median(&share),
                format!("the same, relative to `cargo lambda watch`, {}", kind.name),
            ));
        }
        cells.push(times.missed_by_dev.to_string());
        cells.push(times.missed_by_watch.to_string());
        table.row(cells);
    }
    let about = format!(
        "The median of {} edits of `src/handler.rs`, each made 1.5 s after the last answer, in turn with \
         the same edit of a copy that `cargo build` builds. The client calls all the time. An edit without \
         a new answer within {} s is missed.",
        options.rounds,
        MISSED.as_secs()
    );
    let mut report = Report::new("After an edit, under dev", &about, &table);
    report.goals = goals;
    Ok(report)
}

/// Edits the three projects in turn. The first round is not counted.
fn measure(kind: &Kind, cli: &Path, lambda: Option<&Path>, rounds: usize) -> Result<Times> {
    let name = format!("reload-{}", kind.name);
    let own = Edited::new(function::render(&name, kind.name, None)?, kind.ours)?;
    // Cargo locks a target directory while it builds, so the build has one of its own.
    let name = format!("reload-{}-built", kind.name);
    let built = Edited::new(function::render(&name, kind.name, None)?, kind.ours)?;
    let peer = lambda.map(|program| {
        anyhow::Ok((
            program,
            Edited::new(serving::peer(kind.peer)?, kind.theirs)?,
        ))
    });
    let peer = peer.transpose()?;

    eprintln!("starting `cargo fc3 dev` with `{}`", kind.name);
    let dev = Serving::start(&Tool::Dev(cli), kind.name, own.folder(), &[])?;
    let watch = match &peer {
        Some((program, edited)) => {
            eprintln!("starting `cargo lambda watch` with `{}`", kind.peer);
            let tool = Tool::Watch(program);
            Some((
                Serving::start(&tool, kind.name, edited.folder(), &[])?,
                edited,
            ))
        }
        None => None,
    };
    let mut times = Times::default();
    for round in 0..=rounds {
        let text = format!("answer {round}");
        let alone = {
            built.edit(&text)?;
            let begun = Instant::now();
            succeed(&mut cargo(&["build"], built.folder()))?;
            begun.elapsed().as_secs_f64()
        };
        let (by_dev, failed) = edit_and_wait(&own, &dev, &text)?;
        let by_watch = match &watch {
            Some((running, edited)) => Some(edit_and_wait(edited, running, &text)?.0),
            None => None,
        };
        if round == 0 {
            continue;
        }
        times.failed_calls += failed;
        times.missed_by_dev += usize::from(by_dev.is_none());
        times.missed_by_watch += usize::from(by_watch == Some(None));
        let limit = MISSED.as_secs_f64();
        times.build.push(alone);
        times.dev.push(by_dev.unwrap_or(limit));
        times
            .watch
            .extend(by_watch.map(|time| time.unwrap_or(limit)));
    }
    dev.end()?;
    if let Some((watch, _)) = watch {
        watch.end()?;
    }
    Ok(times)
}

/// Calls for a while, edits, and calls until the new answer comes. Returns the seconds from the edit
/// to it, and the number of calls that failed.
fn edit_and_wait(edited: &Edited, running: &Serving, text: &str) -> Result<(Option<f64>, usize)> {
    let mut failed = 0;
    let looked = Instant::now();
    while looked.elapsed() < LOOK {
        failed += usize::from(running.call().is_err());
        thread::sleep(Duration::from_millis(10));
    }
    edited.edit(text)?;
    let begun = Instant::now();
    while begun.elapsed() < MISSED {
        match running.call() {
            Ok(answer) if answer.contains(text) => {
                return Ok((Some(begun.elapsed().as_secs_f64()), failed));
            }
            Ok(_) => {}
            Err(_) => failed += 1,
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok((None, failed))
}
