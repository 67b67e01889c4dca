//! The platform's contract as rules that any custom runtime can be held to, from outside.
//!
//! A rule starts the function as often as it needs to, plays the platform against it, and tells
//! what it sent and what came back when the contract is not kept. Some rules need a function that
//! does as it is asked, a *probe*, in any language; [`PROBE`] says what it does.

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
