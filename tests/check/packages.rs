//! The rules about a package: each has a package that breaks it, and nothing breaks a rule but what
//! is wrong. One alone: `cargo test --test check -- in-a-folder`.

mod elf;
mod garbage;
mod good;
mod tools;
mod witnesses;
mod zip;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use cargo_fc3::conformance::{self, Needs, Outcome, Rule, Violation};
use cargo_fc3::package::Package;
use good::{GOOD, Good};
use libtest_mimic::{Failed, Trial};
use witnesses::Witness;

type Check = fn() -> Result<(), Failed>;

const TOOLS: [(&str, &str, Check); 4] = [
    ("zip", "zip-in-the-folder", tools::zip_in_the_folder),
    ("zip", "zip-of-the-folder", tools::zip_of_the_folder),
    (
        "python3",
        "python-without-modes",
        tools::python_without_modes,
    ),
    ("python3", "python-with-a-text", tools::python_with_a_text),
];

const GARBAGE: [(&str, Check); 4] = [
    ("any-bytes", garbage::any_bytes),
    ("a-damaged-package", garbage::a_damaged_package),
    ("any-start", garbage::any_start),
    ("what-was-put-in", garbage::what_was_put_in),
];

/// The trials of this module.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        Trial::test("package::each-rule-has-a-witness", done(each_has_a_witness)),
        Trial::test(
            "package::other-rules-are-not-checked",
            done(others_are_not_checked),
        ),
    ];
    for witness in witnesses::all() {
        let name = format!("package::witness::{}", witness.name);
        trials.push(Trial::test(name, done(|| breaks_what_it_should(witness))));
    }
    for good in GOOD {
        let name = format!("package::good::{}", good.name);
        trials.push(Trial::test(name, || breaks_nothing(good)));
    }
    for (name, check) in GARBAGE {
        trials.push(Trial::test(format!("package::garbage::{name}"), check));
    }
    for (tool, name, check) in TOOLS {
        let here = answers(tool);
        let lacking = if here {
            String::new()
        } else {
            format!(" [needs `{tool}`]")
        };
        let trial = Trial::test(format!("package::tool::{name}{lacking}"), check);
        trials.push(trial.with_ignored_flag(!here));
    }
    trials
}

/// A check that only asserts.
fn done(check: impl FnOnce() + Send + 'static) -> impl FnOnce() -> Result<(), Failed> + Send {
    || {
        check();
        Ok(())
    }
}

fn answers(tool: &str) -> bool {
    let mut command = Command::new(tool);
    command.arg("--version").stdin(Stdio::null());
    command.output().is_ok_and(|output| output.status.success())
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    conformance::rules().filter(|rule| rule.needs == Needs::Package)
}

/// The rules that a package breaks, and how.
pub(crate) fn broken(package: &[u8]) -> Vec<(&'static str, Violation)> {
    let package = Package::read(package);
    let failed = |rule: &'static Rule| match rule.check_package(&package) {
        Outcome::Failed(failure) => Some((rule.id, failure)),
        Outcome::Passed | Outcome::NotChecked(_) | Outcome::Unsupported(_) => None,
    };
    rules().filter_map(failed).collect()
}

fn each_has_a_witness() {
    let broken: BTreeSet<_> = witnesses::all()
        .flat_map(|witness| witness.breaks)
        .collect();
    let rules: BTreeSet<_> = rules().map(|rule| &rule.id).collect();
    assert_eq!(broken, rules);
}

/// Nothing is started for a package, so no rule about a function may pass.
fn others_are_not_checked() {
    let package = Package::read(&(GOOD[0].package)());
    for rule in conformance::rules().filter(|rule| rule.needs != Needs::Package) {
        let outcome = rule.check_package(&package);
        assert!(matches!(outcome, Outcome::NotChecked(_)), "{}", rule.id);
    }
}

fn breaks_what_it_should(witness: &Witness) {
    let package = (witness.package)();
    let broken = broken(&package);
    let ids: Vec<_> = broken.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, witness.breaks, "{broken:?}");
    assert_eq!(broken[0].1.result, witness.came);
    // Where nothing can be read, only that is told, and no rule is kept.
    if Package::read(&package).contents.is_err() {
        let package = Package::read(&package);
        let passed = rules().find(|rule| rule.check_package(&package) == Outcome::Passed);
        assert!(passed.is_none(), "{passed:?}");
    }
}

fn breaks_nothing(good: &Good) -> Result<(), Failed> {
    let package = Package::read(&(good.package)());
    let mut unchecked = Vec::new();
    for rule in rules() {
        match rule.check_package(&package) {
            Outcome::Passed => {}
            Outcome::Failed(failure) => return Err(format!("{}: {failure}", rule.id).into()),
            Outcome::NotChecked(_) | Outcome::Unsupported(_) => unchecked.push(rule.id),
        }
    }
    assert_eq!(unchecked, good.unchecked.concat());
    Ok(())
}
