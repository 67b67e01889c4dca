//! The server without a fault and with each one, held to the rules.

use std::env;
use std::net::{Ipv4Addr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use cargo_fc3::conformance::{self, FunctionKind, Needs, Outcome, Rule, THEMES, Target};
use cargo_fc3::emulator::{self, Launch};
use cargo_fc3::platform::DEFAULT_PORT;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::faults::{self, Expected, Witness};
use crate::server::{FAULT, KIND, SERVE};
use crate::support::project;

/// The rule that needs a port of its own choice.
const NEEDS_9000: &str = "listen-on-9000";

/// How many trials are made at a time: most of them wait, and hold no processor.
const THREADS: usize = 12;

/// How long what never comes is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// The variable that says `all` where each fault is to be held to all rules, which takes long.
const HELD_TO: &str = "CARGO_FC3_WITNESSES";

/// Rules that every fault is held to: one of most themes.
const CHEAP: [&str; 12] = [
    "listen-in-time",
    "idle-connection",
    "half-closed-client",
    "any-content-type",
    "event-over-limit",
    "error-told",
    "pre-stop-answered",
    "control-path-invoke",
    "context-case",
    "log-form",
    "web-answers",
    "sigterm-exits",
];

/// Rules that take much of a processor; only those faults are held to them that are about them.
const DEAR: [&str; 6] = [
    "bare-connects",
    "keep-alive",
    "event-in-chunks",
    "event-of-32-mib",
    "log-whole-writes",
    "web-requests",
];

/// Runs them.
pub(crate) fn run() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let mut trials = vec![Trial::test("every_rule_has_a_witness", has_witness)];
    for witness in faults::witnesses() {
        let name = format!("fault::{}", witness.fault.name());
        let lacking = rule(witness.rule).and_then(lacking);
        let trial = Trial::test(name, move || found_out(&witness));
        trials.push(lacks(trial, lacking));
    }
    for kind in [FunctionKind::Event, FunctionKind::Web] {
        for rule in rules_of(kind) {
            let name = format!("right::{}::{}", kind_name(kind), rule.id);
            let trial = Trial::test(name, move || kept(rule, kind));
            trials.push(lacks(trial, lacking(rule)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn lacks(trial: Trial, lacking: Option<&'static str>) -> Trial {
    trial
        .with_kind(lacking.unwrap_or_default())
        .with_ignored_flag(lacking.is_some())
}

/// The rules about what is started; those about packages have witnesses of their own.
fn rules() -> impl Iterator<Item = &'static Rule> {
    conformance::rules().filter(|rule| rule.needs != Needs::Package)
}

fn rules_of(kind: FunctionKind) -> impl Iterator<Item = &'static Rule> {
    rules().filter(move |rule| rule.kind.is_none_or(|of| of == kind))
}

fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

fn kind_name(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Event => "event",
        FunctionKind::Web => "web",
    }
}

/// The server, with the variables that make it what is asked for.
fn target(kind: FunctionKind, fault: Option<&str>) -> Result<Target, Failed> {
    let launch = Launch::new(env::current_exe()?).arg(SERVE);
    let mut target = Target::probe(launch, kind);
    let own = &mut target.settings.env;
    own.push((KIND.into(), kind_name(kind).into()));
    own.extend(fault.map(|fault| (FAULT.into(), fault.into())));
    target.idle = Duration::from_millis(200);
    Ok(target)
}

/// Without a fault, the server keeps the rule.
fn kept(rule: &Rule, kind: FunctionKind) -> Result<(), Failed> {
    match check(rule, &target(kind, None)?)? {
        Outcome::Passed => Ok(()),
        Outcome::Failed(what) => Err(format!("{}: {what}", rule.summary).into()),
        Outcome::NotChecked(why) | Outcome::Unsupported(why) => {
            Err(format!("it could not be checked: {why}").into())
        }
    }
}

/// A server with a fault fails its rule and what follows from it, and passes all others.
fn found_out(witness: &Witness) -> Result<(), Failed> {
    let mut right = target(witness.kind, Some(&witness.fault.name()))?;
    right.idle = witness.idle;
    let mut wrong = right.clone();
    // What never comes is not waited for as long as what must come.
    wrong.patience = PATIENCE;
    wrong.settings.start_limit = witness.start_limit;
    let mut told = Vec::new();
    for rule in rules_of(witness.kind).filter(|rule| uses_idle_time(rule, witness)) {
        let id = rule.id;
        let expected = witness.expected(id);
        let target = match expected {
            Expected::Pass => &right,
            Expected::Failure | Expected::NotChecked => &wrong,
        };
        match (check(rule, target)?, expected) {
            (Outcome::Passed, Expected::Pass) | (Outcome::NotChecked(_), Expected::NotChecked) => {}
            // One that does not start breaks every rule, which is the witness of none.
            (Outcome::Failed(what), Expected::Failure)
                if what.action != "started the function" || witness.rule.starts_with("listen-") => {
            }
            (Outcome::Passed, _) => told.push(format!("{id} passes, which is no {expected:?}")),
            (Outcome::Failed(what), _) => told.push(format!("{id} fails: {what}")),
            (Outcome::NotChecked(why) | Outcome::Unsupported(why), _) => {
                told.push(format!("{id} is not checked: {why}"));
            }
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    Err(told.join("\n").into())
}

/// Whether a server with a fault is held to a rule: to all of them, or to those that it breaks, to
/// the others of their theme but for the dear ones, and to some that cost little.
fn uses_idle_time(rule: &Rule, witness: &Witness) -> bool {
    let needs_9000 = rule.id == NEEDS_9000 && rule.id != witness.rule;
    if lacking(rule).is_some() || needs_9000 {
        return false;
    }
    if env::var(HELD_TO).is_ok_and(|held| held == "all") {
        return true;
    }
    let has = |rules: &[Rule], id: &str| rules.iter().any(|rule| rule.id == id);
    let in_theme = THEMES
        .iter()
        .any(|theme| has(theme.rules, rule.id) && has(theme.rules, witness.rule));
    let is_near = in_theme && !DEAR.contains(&rule.id);
    is_near || witness.names(rule.id) || CHEAP.contains(&rule.id)
}

/// Holds a server to a rule.
fn check(rule: &Rule, target: &Target) -> Result<Outcome, Failed> {
    // There is one port 9000, for the tests of all processes; who ignores the port that is told
    // takes it too.
    let _lock = rule
        .id
        .starts_with("listen-on-")
        .then(|| project::lock("port-9000"))
        .transpose()?;
    Ok(rule.check(target))
}

fn has_witness() -> Result<(), Failed> {
    let without = rules()
        .map(|rule| rule.id)
        .filter(|id| faults::witnesses().all(|witness| witness.rule != *id));
    let without = without.collect::<Vec<_>>();
    let unknown = faults::witnesses().filter(|witness| rule(witness.rule).is_none());
    let unknown = unknown.map(|witness| witness.rule).collect::<Vec<_>>();
    if without.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    Err(format!("without a witness: {without:?}; no such rules: {unknown:?}").into())
}

/// What this machine lacks to check a rule.
fn lacking(rule: &Rule) -> Option<&'static str> {
    match rule.id {
        "sigterm-as-process-1" | "orphans-collected" => (!emulator::can_start_as_process_one())
            .then_some("needs `unshare` and the right to use it"),
        NEEDS_9000 => TcpStream::connect((Ipv4Addr::LOCALHOST, DEFAULT_PORT))
            .is_ok()
            .then_some("needs port 9000 to be free"),
        _ => None,
    }
}
