//! The platform's contract as rules that any custom runtime can be held to, from outside.
//!
//! A rule starts the function as often as it needs to, plays the platform against it, and tells
//! what it sent and what came back when the contract is not kept.
//!
//! # The probe protocol
//!
//! Some rules need a function that does as it is asked: a *probe*, in any language. A probe
//! answers `POST /invoke`. An event that is a JSON object with a string `probe` asks for:
//!
//! | `probe` | other members | what it does |
//! |---|---|---|
//! | `echo` | `text` | answers the text |
//! | `fail` | `message` | fails with the message |
//! | `panic` | `message` | ends this call as a bug would: a panic, an uncaught exception |
//! | `sleep` | `ms` | prints `probe sleeps ID`, waits, prints `probe slept ID`, answers `slept`; `ID` is the request id |
//! | `block` | `ms` | prints `probe blocks ID`, then holds its thread for so long |
//! | `meet` | `count` | prints `probe meets ID`, waits until so many calls do this, logs `probe met ID` at the level `INFO`, answers a JSON object: `before` and `after`, its `context` at both times |
//! | `context` | | answers a JSON object: `requestId`, `functionName`, `region`, `accountId`, `memoryMb`, `timeoutSeconds`, `remainingMs`, `qualifier`, `versionId`, `retryCount`, `traceParent`, `traceState`, `baggage`, `logProject`, `logStore`, `taskId`, `credentials` (`accessKeyId`, `accessKeySecret`, `securityToken`); what is not known is `null` |
//! | `debug` | | logs the context and the credentials as the language shows values, and answers that |
//! | `secret-error` | | fails with the same as its message |
//! | `log` | `text`, `times` (1) | logs the text so often at the level `INFO` |
//! | `print` | `text` | prints the text as a line |
//! | `counts` | | answers `{"init": n, "stop": n}`: how often each was begun |
//!
//! Any other event comes back byte for byte. `init` prints the line `probe init` and `stop` the
//! line `probe stop`. `PROBE_INIT` makes `init` fail (`fail`, `fail-once`), panic (`panic-once`)
//! or wait (`slow:MS`); `PROBE_STOP` makes `stop` wait (`slow:MS`).
//!
//! A web probe also answers clients: any method on `/echo/…` (JSON of `method`, `path`, `query`,
//! `headers` as a list of pairs, `bodyHex`), `GET /context`, `GET /health`, `GET /panic`, any
//! method on `/status/CODE` (that status, `x-probe: status`, and the body `status CODE` where the
//! status may have one), `GET /stream` (the chunks `one\n`, `two\n`, `three\n`; each after the
//! first waits for a `POST /stream/next`), `GET /stream/panic` (the chunk `one\n`, then it logs
//! `probe streams` at the level `INFO` and panics), and `GET /upgrade` (101 to the protocol `echo`, which
//! sends every byte back). All else is 404 with the body `no route: TARGET`.

mod ask;
mod clients;
mod connections;
mod context;
mod credentials;
mod errors;
mod events;
mod lifecycle;
mod limits;
mod listening;
mod load;
mod logs;
mod markers;
mod routing;
mod secrets;
mod shutdown;
mod signals;
mod slow;
mod streams;
mod target;
mod web;

pub use target::Target;
use target::{Unmet, Verdict};

/// How much a rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Calls fail in production when it is not kept.
    Must,
    /// Something is lost or at risk when it is not kept.
    Should,
    /// Good to know.
    Info,
}

/// What calls the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Events.
    Event,
    /// HTTP clients, and events.
    Web,
}

/// What came out of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The contract is kept.
    Passed,
    /// It is not: what was sent, and what came back.
    Failed(String),
    /// It could not be tried, and why.
    NotChecked(String),
}

/// One rule of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name, which never changes.
    pub id: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What breaks in production when it is not kept.
    pub summary: &'static str,
    /// The page that says so.
    pub source: &'static str,
    /// The kind of function that it is about, or every kind.
    pub kind: Option<Kind>,
    /// Whether only a probe can be checked.
    pub needs_probe: bool,
    run: fn(&Target) -> Verdict,
}

impl Rule {
    const fn new(
        level: Level,
        id: &'static str,
        source: &'static str,
        summary: &'static str,
        run: fn(&Target) -> Verdict,
    ) -> Self {
        Self {
            id,
            level,
            summary,
            source,
            kind: None,
            needs_probe: false,
            run,
        }
    }

    const fn probe(mut self) -> Self {
        self.needs_probe = true;
        self
    }

    const fn only(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Holds a function to the rule.
    #[must_use]
    pub fn check(&self, target: &Target) -> Outcome {
        match self.kind {
            Some(Kind::Event) if target.kind != Kind::Event => {
                return Outcome::NotChecked("it is about event functions".into());
            }
            Some(Kind::Web) if target.kind != Kind::Web => {
                return Outcome::NotChecked("it is about web functions".into());
            }
            _ if self.needs_probe && !target.probe => {
                return Outcome::NotChecked("needs the probe".into());
            }
            _ => {}
        }
        match (self.run)(target) {
            Ok(()) => Outcome::Passed,
            Err(Unmet::Failed(what)) => Outcome::Failed(what),
            Err(Unmet::NotChecked(why)) => Outcome::NotChecked(why),
        }
    }
}

/// All rules, by theme.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        listening::RULES,
        connections::RULES,
        slow::RULES,
        clients::RULES,
        events::RULES,
        limits::RULES,
        errors::RULES,
        lifecycle::RULES,
        routing::RULES,
        context::RULES,
        credentials::RULES,
        secrets::RULES,
        load::RULES,
        markers::RULES,
        logs::RULES,
        web::RULES,
        streams::RULES,
        shutdown::RULES,
        signals::RULES,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_can_be_told_apart_and_cites_a_page() {
        let mut seen = HashSet::new();
        for rule in rules() {
            assert!(seen.insert(rule.id), "{} is there twice", rule.id);
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(plain), "{}", rule.id);
            assert!(rule.source.starts_with("https://"), "{}", rule.id);
            assert!(
                !rule.summary.is_empty() && !rule.summary.ends_with('.'),
                "{}",
                rule.id
            );
        }
    }
}
