//! The handler in docs/growing.md, to which an axum service is moved, compiles in a project of the
//! kind `web`, without a warning.

use std::error::Error;

use crate::support::project::Project;

#[test]
fn a_moved_axum_service() -> Result<(), Box<dyn Error>> {
    let guide = include_str!("../../docs/growing.md");
    let (_, after) = guide.split_once("\n```rust\n").ok_or("no handler")?;
    let (handler, _) = after.split_once("```").ok_or("no end")?;
    let project = Project::render("guide-axum", "web", &[("src/handler.rs", handler)])?;
    project.cargo(&["fmt", "--check"])?;
    let lints = ["--", "-D", "warnings", "-W", "clippy::pedantic"];
    project.cargo(&[&["clippy", "--locked"][..], &lints].concat())?;
    Ok(())
}
