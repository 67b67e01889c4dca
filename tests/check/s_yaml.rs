//! Deployment configurations: what is right in them, and what is not, each with its place.

mod mistakes;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{check_in, scratch};
use crate::support::project::{CLI, kinds};
use crate::support::sources;
use mistakes::MISTAKES;

/// The two files of a project.
const FILES: [&str; 2] = ["s.yaml", "s.container.yaml"];

/// A new project of a kind, in a folder of its own.
fn new(folder: &Path, kind: &str) {
    let made = Command::new(CLI)
        .args([
            "new", "function", "--kind", kind, "--vcs", "none", "--yes", "--path",
        ])
        .arg(folder)
        .output()
        .expect("the CLI runs");
    assert!(made.status.success(), "{made:?}");
}

/// Where a text stands, as editors count: behind another one if it is there, else where it is first.
fn place(text: &str, behind: &str, at: &str) -> String {
    let behind = text.find(behind).filter(|_| !behind.is_empty());
    let after = behind.and_then(|start| Some(start + text[start..].find(at)?));
    let offset = after.or_else(|| text.find(at));
    let before = &text[..offset.unwrap_or_else(|| panic!("no {at:?} in\n{text}"))];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, str::len) + 1;
    format!("{line}:{column}")
}

pub(crate) fn every_kind_is_right() {
    let scratch = scratch();
    for kind in kinds() {
        let folder = scratch.path().join(&kind);
        new(&folder, &kind);
        let said = check_in(&folder, &["--s-yaml"]);
        assert_eq!(said.code, Some(0), "{kind}: {}", said.stderr);
        let checked = "Checked `s.yaml` and `s.container.yaml`: no mistakes\n";
        assert_eq!((&*said.stdout, &*said.stderr), ("", checked), "{kind}");
    }
}

/// Every block that stands in a comment is right when it is made a part of the file: alone, or with
/// the VPC that a file system needs, and all of them together.
pub(crate) fn every_commented_block_is_right() {
    let scratch = scratch();
    let mut found = BTreeSet::new();
    for kind in kinds() {
        let folder = scratch.path().join(&kind);
        new(&folder, &kind);
        let mut tried = Vec::new();
        for name in FILES {
            let text = fs::read_to_string(folder.join(name)).expect("it is there");
            let blocks = blocks(&text);
            let network = blocks.iter().find(|block| block.contains("# vpcConfig:"));
            let mut all = text.clone();
            for block in &blocks {
                let mut alone = text.replacen(block, &uncommented(block), 1);
                if block.contains("# nasConfig:") {
                    let network = network.expect("there is a network");
                    alone = alone.replacen(network, &uncommented(network), 1);
                }
                tried.push(alone);
                all = all.replacen(block, &uncommented(block), 1);
                let key = block.trim_start().trim_start_matches("# ");
                found.insert(key.split(':').next().expect("a key").to_owned());
            }
            tried.push(all.clone());
            let is_asynchronous = ["event", "json", "timer", "oss"].contains(&&*kind);
            assert_eq!(all.contains("onFailure:"), is_asynchronous, "{kind}");
            assert_eq!(all.contains("customDomain:"), kind == "web", "{kind}");
        }
        are_right(&folder, &tried);
    }
    for key in [
        "vpcConfig",
        "nasConfig",
        "scalingConfig",
        "asyncInvokeConfig",
        "customDomain",
        "role",
    ] {
        assert!(found.contains(key), "{key} is not in {found:?}");
    }
}

/// The blocks of a file that stand in comments, each with its first key and what is below it.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let option = line.trim_start().strip_prefix("# ");
        let key = option
            .and_then(|option| option.split_once(':'))
            .map(|(key, _)| key);
        let is_key = key.is_some_and(|key| {
            let key = key.trim_start().trim_start_matches("- ");
            !key.is_empty()
                && key
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || char == '_')
        });
        let is_first = option.is_some_and(|option| !option.starts_with(' '));
        match (is_key, is_first) {
            (true, true) => blocks.push(line.to_owned()),
            (true, false) if is_open => blocks.last_mut().expect("it is open").push_str(line),
            _ => {}
        }
        is_open = is_key && (is_first || is_open);
    }
    blocks
}

fn uncommented(block: &str) -> String {
    let lines = block.split_inclusive('\n');
    lines.map(|line| line.replacen("# ", "", 1)).collect()
}

/// One run checks all of them.
fn are_right(folder: &Path, files: &[String]) {
    let mut arguments = vec!["--s-yaml".to_owned()];
    for (at, text) in files.iter().enumerate() {
        let name = format!("{at}.yaml");
        fs::write(folder.join(&name), text).expect("it is written");
        arguments.push(name);
    }
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let said = check_in(folder, &arguments);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

/// The files of docs/growing.md, and a mistake in the one that extends another.
pub(crate) fn every_file_of_the_guide_is_right() {
    let scratch = scratch();
    let guide = include_str!("../../docs/growing.md");
    let files: Vec<_> = guide
        .split("\n```yaml\n")
        .skip(1)
        .map(|after| {
            let (file, _) = after.split_once("```").expect("an end");
            file
        })
        .collect();
    assert_eq!(files.len(), 3);
    for file in &files {
        fs::write(scratch.path().join("s.yaml"), file).expect("it is written");
        let said = check_in(scratch.path(), &["--s-yaml", "s.yaml"]);
        assert_eq!(said.code, Some(0), "{}\n{file}", said.stderr);
    }
    let wrong = files[1].replace("cpu: 1", "cpus: 1");
    fs::write(scratch.path().join("s.yaml"), wrong).expect("it is written");
    let said = check_in(scratch.path(), &["--s-yaml", "s.yaml"]);
    assert!(
        said.stderr
            .contains("unknown key `cpus`; did you mean `cpu`?"),
        "{}",
        said.stderr
    );
}

/// The triggers of docs/sources.md, as their readers paste them.
pub(crate) fn every_source_is_right() {
    let scratch = scratch();
    for source in sources::all() {
        let folder = scratch.path().join(source.name);
        new(&folder, source.kind);
        let text = fs::read_to_string(folder.join("s.yaml")).expect("it is there");
        if let Some(pasted) = source.pasted(&text) {
            fs::write(folder.join("s.yaml"), pasted).expect("it is written");
            let said = check_in(&folder, &["--s-yaml"]);
            assert_eq!(said.code, Some(0), "{}: {}", source.name, said.stderr);
        }
    }
}

/// Each is reported alone, at its place, in both files that have it.
pub(crate) fn every_mistake_is_found() {
    let scratch = scratch();
    let mut kinds: Vec<_> = MISTAKES.iter().map(|mistake| mistake.kind).collect();
    kinds.dedup();
    for kind in kinds {
        let folder = scratch.path().join(kind);
        if !folder.exists() {
            new(&folder, kind);
        }
    }
    for mistake in MISTAKES {
        let folder = scratch.path().join(mistake.kind);
        let mut tried = 0;
        for name in FILES {
            let right = fs::read_to_string(folder.join(name)).expect("it is there");
            let wrong = right.replacen(mistake.from, mistake.to, 1);
            if wrong == right {
                continue;
            }
            tried += 1;
            fs::write(folder.join("wrong.yaml"), &wrong).expect("it is written");
            let said = check_in(&folder, &["--s-yaml", "wrong.yaml"]);
            let place = place(&wrong, mistake.to, mistake.at);
            let line = format!("  wrong.yaml:{place}: {}", mistake.says);
            assert_eq!(said.code, Some(1), "{line}: {}", said.stderr);
            assert!(
                said.stderr.contains(&line),
                "{line}\nis not in\n{}",
                said.stderr
            );
        }
        assert!(
            tried > 0,
            "{:?} is in no file of {}",
            mistake.from,
            mistake.kind
        );
    }
}

/// What only Serverless Devs knows may be anything, and another component's resources are its own.
pub(crate) fn what_is_not_known_is_not_refused() {
    let scratch = scratch();
    let file = "\
edition: 3.0.0
name: known
vars:
  size: { cpu: 1, memory: 2048 }
  name: known-${env('STAGE', 'dev')}
resources:
  function:
    component: fc3
    props:
      region: ${env('FUNCTION_REGION')}
      functionName: ${vars.name}
      runtime: custom.debian12
      code: ./code
      cpu: ${vars.size.cpu}
      memorySize: ${vars.size.memory}
      timeout: ${json(file('limits.json')).timeout}
      environmentVariables: ${json(file('variables.json'))}
      triggers: ${json(file('triggers.json'))}
      vpcConfig:
        vpcId: vpc-1
        vSwitchIds: [vsw-1]
        securityGroupId: sg-1
      nasConfig: auto
      tags:
        - { key: team, value: a }
      role: ''
      logConfig: auto|enableRequestMetrics=false
      provisionConfig: { target: 1 }
  domain:
    component: fc3-domain
    props: { anything: 1 }
";
    fs::write(scratch.path().join("s.yaml"), file).expect("it is written");
    let child = "extend: s.yaml\nresources:\n  function:\n    component: fc3\n    props:\n      \
                 timeout: 30\n";
    fs::write(scratch.path().join("dev.yaml"), child).expect("it is written");
    let said = check_in(scratch.path(), &["--s-yaml", "s.yaml", "dev.yaml"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

/// More than 4 KB of names and values together.
pub(crate) fn the_environment_has_a_size() {
    let scratch = scratch();
    new(&scratch.path().join("event"), "event");
    let right = fs::read_to_string(scratch.path().join("event/s.yaml")).expect("it is there");
    for (size, code) in [(4096, 0), (4097, 1)] {
        // `RUST_LOG` and `info` count too.
        let value = "x".repeat(size - "RUST_LOGinfoBIG".len());
        let variables = format!("RUST_LOG: info\n        BIG: {value}");
        let file = right.replacen("RUST_LOG: info", &variables, 1);
        fs::write(scratch.path().join("s.yaml"), file).expect("it is written");
        let said = check_in(scratch.path(), &["--s-yaml", "s.yaml"]);
        assert_eq!(said.code, Some(code), "{}", said.stderr);
        let is_told = said.stderr.contains(
            "`environmentVariables` has 4097 bytes in names and values; the maximum is 4096",
        );
        assert_eq!(is_told, code == 1, "{}", said.stderr);
    }
}

/// `check` and `build` look at both files first: nothing is compiled.
pub(crate) fn a_mistake_ends_check_and_build_first() {
    for (verb, file) in [("check", "s.yaml"), ("build", "s.container.yaml")] {
        let scratch = scratch();
        let folder = scratch.path().join("function");
        new(&folder, "event");
        let right = fs::read_to_string(folder.join(file)).expect("it is there");
        fs::write(folder.join(file), right.replace("cpu: 0.35", "cpu: 0.33"))
            .expect("it is written");
        let output = Command::new(CLI)
            .arg(verb)
            .current_dir(&folder)
            .env("NO_COLOR", "1")
            .output()
            .expect("the CLI runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{verb}: {said}");
        let expected = format!("error: a mistake in the deployment configuration\n  {file}:");
        assert!(said.starts_with(&expected), "{verb}: {said}");
        assert!(!folder.join("target").exists(), "{verb} built something");
    }
}

/// The words of a whole report, of a file that is not there, and of a file that is not text.
pub(crate) fn reports() {
    let scratch = scratch();
    let file = "edition: 3.0.0\nname: x\nresources:\n  f:\n    component: fc3@\n    props:\n      \
                region: mars\n      cpu: 0.33\n";
    fs::write(scratch.path().join("s.yaml"), file).expect("it is written");
    check_in(scratch.path(), &["--s-yaml", "s.yaml"]).is(1, "s-yaml-mistakes", &[]);
    // What follows from a wrong runtime is no second mistake.
    let kind = scratch.path().join("event");
    new(&kind, "event");
    let right = fs::read_to_string(kind.join("s.yaml")).expect("it is there");
    let wrong = right.replacen("runtime: custom", "runtime: rust", 1);
    fs::write(kind.join("s.yaml"), wrong).expect("it is written");
    check_in(&kind, &["--s-yaml", "s.yaml"]).is_refused(1, "a mistake in the deployment");
    check_in(scratch.path(), &["--s-yaml", "nosuch.yaml"])
        .is_refused(2, "cannot read `nosuch.yaml`: ");
    fs::write(scratch.path().join("s.yaml"), b"a: \xff").expect("it is written");
    check_in(scratch.path(), &["--s-yaml", "s.yaml"]).is_refused(1, "`s.yaml` is not UTF-8");
}
