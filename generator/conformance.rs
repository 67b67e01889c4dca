//! The platform's contract as rules that any custom runtime can be checked against, from outside.
//!
//! A rule starts the function as often as it needs to and acts as the platform. When the function
//! breaks the contract, the rule reports what it did and what came back. Some rules need a *probe*:
//! a function, in any language, that follows instructions. [`PROBE`] describes it.

mod calls;
mod catalogue;
mod clients;
mod connections;
mod context;
mod credentials;
mod document;
mod errors;
mod events;
mod lifecycle;
mod limits;
mod listening;
mod load;
mod logs;
mod markers;
mod package;
mod processes;
mod routing;
mod rule;
mod secrets;
mod shutdown;
mod signals;
mod slow;
mod streams;
mod target;
mod verdict;
mod web;

pub use catalogue::{START, THEMES, Theme, rules, rules_by_theme};
pub use document::{PROBE, document};
pub use rule::{Level, Needs, Rule};
pub use target::{FunctionKind, Target};
pub use verdict::{Outcome, Violation};
