//! The cost of an edit of `src/handler.rs`: in a project as it is rendered now, and in one from before
//! the runtime was a crate of its own, where an edit compiled the whole server again.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::cargo::{cargo, succeed};
use crate::options::Options;
use crate::process::spent;
use crate::report::{Goal, Report, Table};
use crate::stats::{figure, median, ratios, spread};
use crate::{function, places};

/// The last commit before the runtime became a crate.
const BEFORE: &str = "c3a594a93c8f068eacbcf9a978f29864b9b7ce24";

/// The commands of an author after an edit, each with the goal for its time relative to that commit.
const COMMANDS: [(&str, f64); 4] = [
    ("check", 0.37),
    ("build", 0.58),
    ("test", 0.50),
    ("bootstrap", 0.74),
];

/// The cost of one command after each edit.
#[derive(Default)]
struct Costs {
    /// Seconds until the command ended.
    waited: Vec<f64>,
    /// Seconds of CPU time.
    cpu: Vec<f64>,
    /// The most compiler runs after one edit.
    compiled: u64,
}

/// Edits both projects in turn.
pub(crate) fn run(options: &Options) -> Result<Report> {
    let Some(before) = older()? else {
        eprintln!(
            "skipped edits: this clone does not have the commit {BEFORE}; try `git fetch --unshallow`"
        );
        return Ok(Report::default());
    };
    let projects = [
        Project::new(function::render("edited", "event", None)?)?,
        Project::new(function::render_by(before, "edited-before", "event", None)?)?,
    ];
    let mut table = Table::new(&[
        "Command",
        "before, s",
        "now, s",
        "now / before",
        "CPU time, now / before",
        "compiler runs before",
        "now",
    ]);
    let mut goals = Vec::new();
    let mut compiled = 0;
    for (command, goal) in COMMANDS {
        eprintln!("edits, each followed by `cargo {command}`");
        let [now, before] = measure(command, &projects, options.rounds)?;
        let waited = ratios(&now.waited, &before.waited);
        table.row([
            format!("`cargo {command}`"),
            format!("{:.2}", median(&before.waited)),
            format!("{:.2}", median(&now.waited)),
            spread(&waited),
            spread(&ratios(&now.cpu, &before.cpu)),
            before.compiled.to_string(),
            now.compiled.to_string(),
        ]);
        let measure =
            format!("`cargo {command}` after an edit, relative to before the runtime was a crate");
        goals.push(Goal::at_most(goal, median(&waited), measure));
        compiled = compiled.max(now.compiled);
    }
    let about = format!(
        "The median of {} edits of `src/handler.rs`, in a project as it is rendered now and in one of \
         the commit {}, before the runtime was a crate.",
        options.rounds,
        &BEFORE[..7],
    );
    goals.push(Goal::at_most(
        1.0,
        figure(compiled),
        "compiler runs after an edit",
    ));
    let mut report = Report::new("After an edit", &about, &table);
    report.goals = goals;
    Ok(report)
}

/// The command line of that commit, which is missing in a shallow clone.
fn older() -> Result<Option<Command>> {
    let root = places::root();
    let commit = format!("{BEFORE}^{{commit}}");
    let mut git = Command::new("git");
    if succeed(git.args(["cat-file", "-e", &commit]).current_dir(&root)).is_err() {
        return Ok(None);
    }
    eprintln!("building the command line of {BEFORE}");
    let installed = places::made("before")?;
    let repository = format!("file://{}", root.display());
    let args = ["install", "--debug", "--locked", "--git", &repository];
    let mut install = cargo(&args, &root);
    install.args(["--rev", BEFORE, "--root"]).arg(&installed);
    succeed(install.arg("cargo-fc3"))?;
    Ok(Some(Command::new(installed.join("bin/cargo-fc3"))))
}

/// Edits the projects in turn, and runs a command after each edit. The first run of each is not
/// counted, because it compiles everything.
fn measure(command: &str, projects: &[Project; 2], rounds: usize) -> Result<[Costs; 2]> {
    let mut costs = [Costs::default(), Costs::default()];
    for round in 0..=rounds {
        for (project, costs) in projects.iter().zip(&mut costs) {
            project.edit(round)?;
            let mut cargo = cargo(&[command, "--message-format=json"], &project.folder);
            let (cpu, begun) = (spent()?, Instant::now());
            let output = succeed(&mut cargo)?;
            let waited = begun.elapsed();
            let cpu = spent()?.saturating_sub(cpu);
            if round > 0 {
                costs.waited.push(waited.as_secs_f64());
                costs.cpu.push(cpu.as_secs_f64());
                let compiled = compiled(&String::from_utf8_lossy(&output.stdout));
                costs.compiled = costs.compiled.max(compiled);
            }
        }
    }
    Ok(costs)
}

/// A project whose handler is edited.
struct Project {
    folder: PathBuf,
    /// The two parts of the handler's file. An edit adds a statement between them.
    handler: (String, String),
}

impl Project {
    fn new(folder: PathBuf) -> Result<Self> {
        const BODY: &str = "-> Result<Bytes> {\n";
        let text = fs::read_to_string(folder.join("src/handler.rs"))?;
        let (head, rest) = text.split_once(BODY).context("an unknown handler")?;
        let handler = (format!("{head}{BODY}"), rest.to_owned());
        Ok(Self { folder, handler })
    }

    /// Changes what the handler does, so that the compiler has to generate its code again.
    fn edit(&self, number: usize) -> Result<()> {
        let (head, rest) = &self.handler;
        let edited = format!("{head}        std::hint::black_box({number});\n{rest}");
        Ok(fs::write(self.folder.join("src/handler.rs"), edited)?)
    }
}

/// The number of compiler runs that cargo reports.
fn compiled(messages: &str) -> u64 {
    let artifact = |line: &&str| line.starts_with(r#"{"reason":"compiler-artifact""#);
    let artifacts = messages.lines().filter(artifact);
    artifacts
        .map(|line| u64::from(line.contains(r#""fresh":false"#)))
        .sum()
}
