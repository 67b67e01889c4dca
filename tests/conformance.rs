//! The platform's contract, rule by rule: every kind is held to what can be seen from outside, and
//! a probe in a kind's place to the rest.
//!
//! The kinds are found by themselves, and called with their own samples: what needs an event of
//! other bytes is asked of a probe. One function alone: `cargo test --test conformance -- oss::`, or
//! `-- probe-web::`.

mod support;

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cargo_fc3::conformance::{self, Kind, Outcome, Rule, Target};
use cargo_fc3::local;
use libtest_mimic::{Arguments, Failed, Trial};
use support::project::{self, Project};

/// How long the probes' connections are held idle, and the like: longer than the time-outs that
/// servers come with, of which 30 s is the longest we know of.
const HELD: Duration = Duration::from_secs(35);

/// How many rules are checked at a time: most of them wait, and hold no processor.
const THREADS: usize = 16;

/// The rule that needs a port of its own choice.
const NEEDS_9000: &str = "listen-on-9000";

/// What is held to the rules.
struct Function {
    name: String,
    template: String,
    /// The probe's handler, in the place of the kind's own.
    probe: Option<&'static str>,
    /// Built once, for all rules.
    target: OnceLock<Result<Target, String>>,
}

impl Function {
    fn kind(&self) -> Kind {
        if self.template == "web" {
            Kind::Web
        } else {
            Kind::Event
        }
    }

    fn new(name: String, template: String, probe: Option<&'static str>) -> Self {
        Self {
            name,
            template,
            probe,
            target: OnceLock::new(),
        }
    }

    fn target(&self) -> Result<&Target, Failed> {
        let built = self
            .target
            .get_or_init(|| self.build().map_err(|error| error.to_string()));
        Ok(built.as_ref()?)
    }

    fn build(&self) -> io::Result<Target> {
        let Some(handler) = self.probe else {
            let project = Project::render(&self.name, &self.template, &[])?;
            let events = project.events()?;
            let mut samples = events.iter();
            let sample = samples.find(|(name, _)| name == "invoke.json");
            let (_, event) = sample.ok_or_else(|| io::Error::other("no sample event"))?;
            return Ok(Target::function(
                project.build()?,
                self.kind(),
                event.as_slice(),
            ));
        };
        let protocol = include_str!("probe/protocol.rs");
        let files = [
            ("src/handler.rs", handler),
            ("src/handler/protocol.rs", protocol),
        ];
        let project = Project::render(&self.name, &self.template, &files)?;
        let mut target = Target::probe(project.build()?, self.kind());
        target.idle = HELD;
        Ok(target)
    }

    /// Whether the rule says something about this function.
    fn can_be_held_to(&self, rule: &Rule) -> bool {
        // Only of functions that claim HTTP/2, which ours do not.
        rule.id != "web-h2c"
            && rule.kind.is_none_or(|kind| kind == self.kind())
            && (self.probe.is_some() || !rule.needs_probe)
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    // The probes wait longest, so they come first and the kinds are checked beside them.
    let probes = [
        ("event", include_str!("probe/handler.rs")),
        ("web", include_str!("probe/web.rs")),
    ];
    let probes = probes.into_iter().map(|(template, handler)| {
        Function::new(
            format!("probe-{template}"),
            template.to_owned(),
            Some(handler),
        )
    });
    let kinds = project::kinds().into_iter();
    let kinds = kinds.map(|kind| Function::new(format!("kind-{kind}"), kind, None));
    let functions = probes.chain(kinds);

    let mut trials = Vec::new();
    for function in functions {
        let function = Arc::new(function);
        for rule in conformance::rules().filter(|rule| function.can_be_held_to(rule)) {
            let name = format!("{}::{}", function.name, rule.id);
            let lacking = lacking(rule);
            let function = Arc::clone(&function);
            let trial = Trial::test(name, move || holds(rule, function.target()?))
                .with_kind(lacking.unwrap_or_default())
                .with_ignored_flag(lacking.is_some());
            trials.push(trial);
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn holds(rule: &Rule, target: &Target) -> Result<(), Failed> {
    // There is one port 9000, for the tests of all processes.
    let _lock = (rule.id == NEEDS_9000)
        .then(|| project::lock("port-9000"))
        .transpose()?;
    match rule.check(target) {
        Outcome::Passed => Ok(()),
        Outcome::Failed(what) => Err(format!("{}: {what}", rule.summary).into()),
        Outcome::NotChecked(why) => Err(format!("it could not be checked: {why}").into()),
    }
}

/// What this machine lacks to check a rule.
fn lacking(rule: &Rule) -> Option<&'static str> {
    match rule.id {
        "sigterm-as-process-1" => (!local::can_start_as_process_one())
            .then_some("needs `unshare` and the right to use it"),
        NEEDS_9000 => {
            let free = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 9000)).is_ok();
            (!free).then_some("needs port 9000 to be free")
        }
        _ => None,
    }
}
