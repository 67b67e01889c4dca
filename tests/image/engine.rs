//! What builds an image and runs it.

use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use crate::buildah::Buildah;
use crate::image::Image;
use crate::running::Running;
use crate::service::Service;

/// Something that builds a Dockerfile and runs what comes out of it.
pub(crate) trait Engine: Send + Sync {
    /// `docker build` with all that this machine needs, to which options and the folder are added.
    ///
    /// # Errors
    /// When the engine cannot be made ready.
    fn build(&self) -> io::Result<Command>;

    /// Writes a built image into an archive, as `docker save` does.
    ///
    /// # Errors
    /// What the engine says.
    fn save(&self, name: &str, archive: &Path) -> io::Result<()>;

    /// Starts an image by its own settings, with its port in `FC_CUSTOM_LISTEN_PORT` and no other
    /// variable.
    ///
    /// # Errors
    /// When it does not answer.
    fn start(&self, image: &Image) -> io::Result<Running>;

    /// Forgets an image, if it has it.
    fn remove(&self, name: &str);
}

/// The engine of this machine, or what it lacks.
pub(crate) fn find() -> Result<Arc<dyn Engine>, String> {
    if let Some(service) = Service::find() {
        return Ok(Arc::new(service));
    }
    Ok(Arc::new(Buildah::find()?))
}

/// Builds what is in a folder, and gives all that was said.
pub(crate) fn build(engine: &dyn Engine, options: &[&str], folder: &Path) -> io::Result<String> {
    let mut command = engine.build()?;
    command.args(options).arg(folder);
    let output = crate::support::project::succeed(&mut command)?;
    Ok(said(&output))
}

/// Both streams of a program that has ended.
pub(crate) fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said + &String::from_utf8_lossy(&output.stderr)
}
