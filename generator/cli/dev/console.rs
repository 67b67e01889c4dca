//! What the console shows beside the feed: the functions as they are deployed, and their samples.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::cli::project::samples::Sample;
use crate::cli::project::{ProjectFunctions, Samples};
use crate::cli::projects::Projects;
use crate::console::Source;
use crate::deployment::{FunctionConfig, TriggerConfig, TriggerKind};
use crate::emulator::{FunctionCompute, NextTimer};

/// The functions that are deployed now.
pub(super) struct Shown {
    /// What the page is called.
    title: String,
    /// The directory of each project.
    projects: Vec<PathBuf>,
    functions: Mutex<Vec<Function>>,
    /// Lists the timers.
    timers: OnceLock<Timetable>,
    /// Whether they fire.
    fires: bool,
}

type Timetable = Box<dyn Fn() -> Vec<NextTimer> + Send + Sync>;

/// A function, with the URL of its HTTP trigger once it is deployed.
struct Function {
    /// The number of its project, whose samples it gets.
    project: usize,
    config: FunctionConfig,
    is_http: bool,
    url: Option<String>,
}

impl Shown {
    pub(super) fn new(projects: &Projects, fires: bool) -> Self {
        let title = projects.root().file_name().unwrap_or_default();
        let folders = projects.all().iter();
        Self {
            title: title.to_string_lossy().into_owned(),
            projects: folders.map(|project| project.dir().to_owned()).collect(),
            functions: Mutex::default(),
            timers: OnceLock::new(),
            fires,
        }
    }

    /// Shows the timers of a service.
    pub(super) fn show_timers_of(&self, service: &FunctionCompute) {
        let _first = self.timers.set(Box::new(service.timetable()));
    }

    /// Shows these functions of each project from now on. `url` is where HTTP clients reach them.
    pub(super) fn replace<'a>(
        &self,
        projects: impl Iterator<Item = &'a ProjectFunctions>,
        url: impl Fn(&str) -> Option<String>,
    ) {
        let functions = projects.enumerate().flat_map(|(project, functions)| {
            let own = functions.own.iter();
            own.map(move |function| (project, &function.config))
        });
        let shown = functions.map(|(project, config)| {
            let is_http = |trigger: &TriggerConfig| matches!(trigger.kind, TriggerKind::Http(_));
            let is_http = config.triggers.iter().any(is_http);
            let url = url(&config.name).filter(|_| is_http);
            Function {
                project,
                config: config.clone(),
                is_http,
                url,
            }
        });
        *self.functions() = shown.collect();
    }

    fn functions(&self) -> MutexGuard<'_, Vec<Function>> {
        self.functions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The samples of all projects, each with the number of its project.
    fn samples(&self) -> Vec<(usize, Sample)> {
        let projects = self.projects.iter().enumerate();
        let samples = projects.flat_map(|(project, dir)| {
            let samples = Samples::in_project(dir).into_iter();
            samples.map(move |sample| (project, sample))
        });
        samples.collect()
    }
}

impl Source for Shown {
    fn state(&self) -> Value {
        let functions = self.functions();
        let functions = functions.iter().map(|function| {
            let Function {
                project,
                config,
                is_http,
                url,
            } = function;
            json!({
                "name": config.name,
                "project": project,
                "is_http": is_http,
                "url": url,
                "memory_mb": config.memory_mb,
                "timeout_ms": config.timeout.map(|timeout| timeout.as_millis()),
                "concurrency": config.concurrency,
            })
        });
        let samples = self.samples();
        let samples = samples.iter().map(|(project, sample)| {
            let size = fs::metadata(&sample.file).map_or(0, |file| file.len());
            json!({
                "name": sample.name,
                "project": project,
                "path": path_of(*project, &sample.name),
                "size": size,
            })
        });
        let timers = self.timers.get().map_or_else(Vec::new, |list| list());
        let timers = timers.iter().map(|timer| {
            let next = timer
                .next
                .and_then(|next| next.duration_since(UNIX_EPOCH).ok());
            json!({
                "function": timer.function,
                "name": timer.trigger,
                "next_ms": next.map(|next| next.as_millis()),
            })
        });
        json!({
            "project": self.title,
            "version": env!("CARGO_PKG_VERSION"),
            "functions": functions.collect::<Vec<_>>(),
            "samples": samples.collect::<Vec<_>>(),
            "timers": timers.collect::<Vec<_>>(),
            "timers_fire": self.fires,
        })
    }

    fn sample(&self, path: &str) -> Option<Vec<u8>> {
        let mut samples = self.samples().into_iter();
        let (_, sample) =
            samples.find(|(project, sample)| path_of(*project, &sample.name) == path)?;
        fs::read(&sample.file).ok()
    }
}

/// A path for any name of a sample.
fn path_of(project: usize, name: &str) -> String {
    format!("{project}-{}", URL_SAFE_NO_PAD.encode(name))
}
