//! The Dockerfile of a project, built and run: by Docker or podman where one answers, else by buildah
//! upon a stand-in for the official image of Rust (see `base`). Where none can be had, all of it is
//! ignored.
//!
//! One kind is built, all of them with `CARGO_FC3_IMAGES=all`.

mod base;
mod buildah;
mod edit;
mod engine;
mod image;
mod lint;
mod mirror;
mod of_kind;
mod running;
mod service;
#[path = "../support/mod.rs"]
mod support;
mod verb;

use std::process::ExitCode;
use std::sync::Arc;

use engine::Engine;
use libtest_mimic::{Arguments, Failed, Trial};
use of_kind::OfKind;
use support::project;

/// A name, and what is looked at.
type Check<T> = (&'static str, fn(&T) -> Result<(), Failed>);

/// The kind that is built when not all are.
const KIND: &str = "event";

/// What holds for the image of every kind.
const OF_KIND: [Check<OfKind>; 5] = [
    ("is_small", of_kind::is_small),
    ("holds_what_it_needs_alone", of_kind::holds_what_it_needs),
    ("says_how_it_is_run", of_kind::says_how_it_is_run),
    ("answers_its_events", of_kind::answers_its_events),
    ("gives_its_program_alone", of_kind::gives_its_program),
];

/// What holds for the Dockerfile, whatever the kind.
const OF_DOCKERFILE: [Check<dyn Engine>; 3] = [
    (
        "an_edit_compiles_its_own_crates",
        edit::compiles_its_own_crates,
    ),
    ("crates_come_from_the_mirror", mirror::is_asked),
    ("the_command_line_builds_by_it", verb::builds),
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each waits for the one engine.
    arguments.test_threads.get_or_insert(1);
    let engine = engine::find();
    if let Err(missing) = &engine {
        println!("ignored: the image, since {missing}");
    }
    let is_all = std::env::var_os("CARGO_FC3_IMAGES").is_some_and(|images| images == "all");
    let kinds = if is_all {
        project::kinds()
    } else {
        vec![KIND.to_owned()]
    };
    let mut trials = Vec::new();
    for kind in kinds {
        let of_kind = engine.as_ref().map(|engine| OfKind::new(&kind, engine));
        let of_kind = of_kind.map(Arc::new);
        for (what, check) in OF_KIND {
            let name = format!("{kind}::{what}");
            trials.push(trial(&name, of_kind.clone(), move |of_kind| {
                check(&of_kind)
            }));
        }
    }
    for (what, check) in OF_DOCKERFILE {
        let engine = engine.as_ref().map(Arc::clone);
        trials.push(trial(what, engine, move |engine| check(&*engine)));
    }
    let hadolint = lint::find();
    if let Err(missing) = &hadolint {
        println!("ignored: the Dockerfile's lint, since {missing}");
    }
    for (what, check) in lint::CHECKS {
        trials.push(trial(what, hadolint.as_ref().cloned(), move |hadolint| {
            check(&hadolint)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A trial, which is ignored without what it needs.
fn trial<T: Send + 'static>(
    name: &str,
    needed: Result<T, &String>,
    check: impl FnOnce(T) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    match needed {
        Ok(needed) => Trial::test(name, move || check(needed)),
        Err(missing) => {
            let why = missing.clone();
            Trial::test(format!("{name} [{missing}]"), || Err(why.into())).with_ignored_flag(true)
        }
    }
}
