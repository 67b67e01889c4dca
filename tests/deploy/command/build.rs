//! The build action: what it runs, and that nothing is deployed without it.

use std::fs;

use libtest_mimic::Failed;

use super::deployed::Deployed;
use super::newcomer::{NAME, Newcomer, Project, quoted};
use crate::support::project;

/// Where the program lies that is deployed.
const PROGRAM: &str = "target/fc/bin/bootstrap";

/// A build that only leaves a mark.
pub(crate) const TOUCHES: &str = "touch built";

/// Whether a build left that.
pub(crate) fn is_touched(project: &Project) -> bool {
    project.file("built").exists()
}

/// A build that takes a program from elsewhere, as Docker's does.
pub(crate) fn copies(deployed: &Deployed) -> Result<String, Failed> {
    let program = quoted(&deployed.program().program)?;
    Ok(format!("mkdir -p target/fc/bin && cp {program} {PROGRAM}"))
}

/// The second `s deploy` of a project that nobody changed takes what the first one built.
pub(crate) fn nothing_again(newcomer: &Newcomer) -> Result<(), Failed> {
    let (project, first) = newcomer.first()?;
    let before = first.deployed()?.bytes()?;
    let said = |run: &str, word: &str| run.lines().any(|line| line.trim_start().starts_with(word));
    assert!(said(&first.said, "Compiling"), "{}", first.said);

    let _lock = project::lock(NAME)?;
    let second = newcomer.deploys(project, &[], &[])?;
    let after = second.deployed()?.bytes()?;
    assert!(before == after, "the program is another one");
    assert!(said(&second.said, "Finished"), "{}", second.said);
    assert!(!said(&second.said, "Compiling"), "{}", second.said);
    Ok(())
}

/// As on a system that cannot build for Linux: what `BUILD` says is run in the project's folder, in
/// the place of cargo.
pub(crate) fn by_another_command(newcomer: &Newcomer) -> Result<(), Failed> {
    let first = newcomer.deployed()?;
    let project = Project::render(NAME)?;
    let build = format!("{} && {TOUCHES}", copies(&first)?);
    let run = newcomer.deploys(&project, &[], &[("BUILD", build.as_ref())])?;
    let deployed = run.deployed()?;
    assert!(is_touched(&project), "it ran something else: {}", run.said);
    assert!(
        deployed.bytes()? == first.bytes()?,
        "it deployed something else"
    );
    assert_eq!(deployed.packed()?, first.packed()?);
    let made: Vec<_> = fs::read_dir(project.file("target"))?.collect();
    assert_eq!(made.len(), 1, "cargo ran too: {made:?}");
    Ok(())
}

/// What an earlier build left is not deployed in its place.
pub(crate) fn stops_when_another_command_fails(newcomer: &Newcomer) -> Result<(), Failed> {
    let project = Project::render(NAME)?;
    let build = format!("{} && false", copies(&newcomer.deployed()?)?);
    let run = newcomer.deploys(&project, &[], &[("BUILD", build.as_ref())])?;
    run.stopped()?;
    assert!(
        project.file(PROGRAM).exists(),
        "it ran something else: {}",
        run.said
    );
    Ok(())
}

/// The compiler's own words reach the one who deploys, and what an earlier build left is not deployed.
pub(crate) fn stops_when_the_handler_does_not_compile(newcomer: &Newcomer) -> Result<(), Failed> {
    let (first, run) = newcomer.first()?;
    let project = Project::render("broken")?;
    let stale = project.file(PROGRAM);
    fs::create_dir_all(stale.parent().expect("it lies in a folder"))?;
    fs::copy(run.deployed()?.program().program, &stale)?;
    let mut handler = fs::read_to_string(project.file("src/handler.rs"))?;
    handler.push_str("\nconst WRONG: u8 = \"a text\";\n");
    fs::write(project.file("src/handler.rs"), handler)?;
    // The crates that it needs are built there already.
    project::share_build(&project.dir(), &first.file("target"))?;
    let run = newcomer.deploys(&project, &[], &[])?;
    run.stopped()?;
    assert!(
        run.said.contains("error[E0308]: mismatched types"),
        "{}",
        run.said
    );
    Ok(())
}

/// `validation: true`: what the service would refuse after a build of a minute is refused before it.
pub(crate) fn stops_at_a_wrong_value(newcomer: &Newcomer) -> Result<(), Failed> {
    let project = Project::render(NAME)?;
    project.replace("s.yaml", "\n      timeout: 60\n", "\n      timeout: 0\n")?;
    let run = newcomer.deploys(&project, &[], &[("BUILD", TOUCHES.as_ref())])?;
    run.stopped()?;
    assert!(run.said.contains("timeout must be >= 1"), "{}", run.said);
    assert!(!is_touched(&project), "it built before: {}", run.said);
    Ok(())
}
