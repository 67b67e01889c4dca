//! Every function in docs/sources.md as its reader meets it: put into a project of the kind
//! named there, formatted, linted, tested, built, started as the platform starts it, and called with
//! the sample beside it.

mod support;

use std::error::Error;
use std::fs;
use std::time::Duration;

use cargo_fc3::local::{Instance, Settings};
use serde_json::Value;
use support::project::Project;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const DOCUMENT: &str = include_str!("../docs/sources.md");

/// Where `triggers` stands in s.yaml.
const TRIGGERS: &str = "\n      triggers:\n";

#[test]
fn dts() -> Result<()> {
    Source::find("DTS")?.works()
}

#[test]
fn mqtt() -> Result<()> {
    Source::find("MQTT")?.works()
}

#[test]
fn datahub() -> Result<()> {
    Source::find("DataHub")?.works()
}

#[test]
fn iot_platform() -> Result<()> {
    Source::find("IoT Platform")?.works()
}

#[test]
fn each_source_has_its_test_above() {
    let names: Vec<_> = sections()
        .filter_map(|section| section.lines().next())
        .collect();
    assert_eq!(names, ["DTS", "MQTT", "DataHub", "IoT Platform"]);
}

#[test]
fn no_secret_is_written_down() {
    let passwords = DOCUMENT.lines().filter(|line| line.contains("Password:"));
    let passwords: Vec<&str> = passwords.map(str::trim).collect();
    assert_eq!(passwords, ["Password: ${env('DTS_PASSWORD')}"]);
}

/// The parts of the document, each with its title in the first line.
fn sections() -> impl Iterator<Item = &'static str> {
    DOCUMENT.split("\n## ").skip(1)
}

/// One part of the document.
struct Source {
    /// Its title.
    name: &'static str,
    /// The kind of project that it starts from.
    kind: &'static str,
    /// What is put into that: paths and contents.
    files: Vec<(&'static str, &'static str)>,
    /// What replaces the triggers in `s.yaml`.
    trigger: Option<&'static str>,
    /// What a call with the sample writes to the log.
    log: &'static str,
}

impl Source {
    fn find(name: &'static str) -> Result<Self> {
        let section = sections().find(|section| section.lines().next() == Some(name));
        let section = section.ok_or("there is no such section")?;
        let new = block(section, "sh").ok_or("no command makes the project")?;
        let (_, kind) = new.split_once("--kind ").ok_or("it names no kind")?;
        let files = section.split("\n### `").skip(1).filter_map(|part| {
            let (path, contents) = part.split_once("`\n")?;
            let contents = block(contents, "rust").or_else(|| block(contents, "json"));
            Some((path, contents?))
        });
        Ok(Self {
            name,
            kind: kind.trim_end(),
            files: files.collect(),
            trigger: block(section, "yaml"),
            log: block(section, "text").ok_or("it does not tell what the log says")?,
        })
    }

    fn sample(&self) -> Result<&'static str> {
        let mut files = self.files.iter();
        let sample = files.find(|(path, _)| path.starts_with("events/"));
        Ok(sample.ok_or("it has no sample")?.1)
    }

    fn works(&self) -> Result<()> {
        let name = format!("source-{}", self.name.to_lowercase().replace(' ', "-"));
        let project = Project::render(&name, self.kind, &self.files)?;
        project.cargo(&["fmt", "--check"])?;
        let lints = ["--", "-D", "warnings", "-W", "clippy::pedantic"];
        project.cargo(&[&["clippy", "--locked", "--all-targets"][..], &lints].concat())?;
        let tested = String::from_utf8(project.cargo(&["test", "--locked"])?.stdout)?;
        let ran = "handler::tests::the_sample_is_handled ... ok";
        assert!(tested.contains(ran), "{tested}");
        self.trigger_fits_into(&project)?;

        let instance = Instance::start(&project.build()?, &Settings::default())?;
        let answer = instance.invoke(self.sample()?.as_bytes())?;
        assert!(!answer.failed(), "{}", answer.text());
        assert_eq!((answer.status, answer.text().as_ref()), (200, ""));
        for said in self.log.lines() {
            let limit = Duration::from_secs(20);
            let line = instance
                .logs()
                .wait_for(limit, |line| line.text.contains(said));
            assert!(line.is_some(), "{said}: {}", instance.logs().text());
        }
        for other in ["{}", "[]", "[{}]", r#"{"name": "Ferris"}"#] {
            let answer = instance.invoke(other.as_bytes())?;
            assert!(answer.failed(), "{other}");
            let error: Value = serde_json::from_slice(&answer.body)?;
            assert_eq!(error["errorType"], "EventError", "{other}: {error}");
        }
        Ok(())
    }

    /// Pasted as the document says, it is the one trigger of a file that is still YAML.
    fn trigger_fits_into(&self, project: &Project) -> Result<()> {
        let Some(trigger) = self.trigger else {
            return Ok(());
        };
        let file = fs::read_to_string(project.dir.join("s.yaml"))?;
        let before = file.split(TRIGGERS).next().unwrap_or_default().trim_end();
        let file: Value = serde_saphyr::from_str(&format!("{before}\n{trigger}\n"))?;
        let props = &file["resources"]["function"]["props"];
        assert_eq!(props["functionName"], project.name.as_str());
        let [trigger] = props["triggers"]
            .as_array()
            .ok_or("no triggers")?
            .as_slice()
        else {
            return Err("it is not one trigger".into());
        };
        assert_eq!(trigger["triggerType"], "eventbridge");
        let from = &trigger["triggerConfig"]["eventSourceConfig"];
        let kind = from["eventSourceType"]
            .as_str()
            .ok_or("no type of source")?;
        let settings = &from["eventSourceParameters"][format!("source{kind}Parameters")];
        assert_eq!(settings["RegionId"], "${vars.region}", "{from}");
        Ok(())
    }
}

/// The first block of code in a language.
fn block<'a>(text: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("```{language}\n"))?;
    // What a file holds ends in a line's end, so that stays.
    rest.find("\n```").map(|end| &rest[..=end])
}
