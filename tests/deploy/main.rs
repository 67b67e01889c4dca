//! What is deployed: each kind's `s.yaml` and `s.container.yaml`, read by Serverless Devs itself and
//! checked against a schema of our own, which knows more than that of the component.
//!
//! The program is found at `$SERVERLESS_DEVS`, else on `PATH`, else where `.ci/run` installs it.
//! Without it, the tests that need it are ignored. One kind alone: `cargo test --test deploy -- oss::`.

mod command;
mod files;
mod kind;
mod mistakes;
mod mutations;
mod rendered;
mod rights;
mod schema;
mod serverless;
#[path = "../support/mod.rs"]
mod support;
mod swaps;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use kind::Kind;
use libtest_mimic::{Arguments, Failed, Trial};
use rendered::{ARCHIVE, Answers, IMAGE, NAME, Rendered, base, manifest, other_answers};
use serde_json::{Map, Value};
use snapbox::{Assert, Data, IntoData};
use support::serverless::{ACCOUNT, Serverless, VERSION};
use support::sources::{self, Source};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let serverless = Serverless::find().map(Arc::new);
    if serverless.is_none() {
        println!("ignored: much of this, since Serverless Devs {VERSION} is not here");
    }
    let kinds = manifest().kinds().iter();
    let kinds: Vec<_> = kinds.map(|kind| Arc::new(Kind::new(&kind.value))).collect();
    let mut trials = Vec::new();
    for kind in &kinds {
        let name = kind.name;
        trials.push(Trial::test(format!("{name}::files"), move || {
            files::agree(name)
        }));
        trials.push(Trial::test(format!("{name}::rights"), move || {
            rights::are_the_least(name)
        }));
        let with_s = |what: &str, check: fn(&Serverless, &Kind) -> Result<(), Failed>| {
            let kind = Arc::clone(kind);
            let name = format!("{name}::{what}");
            trial(serverless.as_ref(), &name, move |s| check(s, &kind))
        };
        trials.push(with_s("archive", archive));
        trials.push(with_s("image", image));
        trials.push(with_s("other_answers", other_answers_land));
        trials.push(with_s("one_mistake", mistakes::one_is_told_to_a_user));
        if name == base() || rendered::has_trigger(name) {
            trials.push(with_s("mistakes", mistakes::are_found));
        }
    }
    let base = kinds.iter().find(|kind| kind.name == base());
    let base = base.expect("the default is a kind");
    for (name, check) in [
        (
            "mistakes_in_the_runtime",
            mistakes::of_the_runtime as fn(&_, &_) -> _,
        ),
        ("memory_fits_the_vcpus", mistakes::of_memory),
    ] {
        let base = Arc::clone(base);
        let check = move |serverless: &Serverless| check(serverless, &base);
        trials.push(trial(serverless.as_ref(), name, check));
    }
    for source in sources::all() {
        let name = source.name.to_lowercase().replace(' ', "-");
        let name = format!("sources::{name}");
        if source.pasted("").is_some() {
            let check = move |serverless: &Serverless| of_source(serverless, &source);
            trials.push(trial(serverless.as_ref(), &name, check));
        }
    }
    trials.push(Trial::test(
        "errors_of_rights",
        rights::are_named_where_they_are_missed,
    ));
    trials.extend(command::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(
    serverless: Option<&Arc<Serverless>>,
    name: &str,
    check: impl FnOnce(&Serverless) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    if let Some(serverless) = serverless.cloned() {
        return Trial::test(name, move || check(&serverless));
    }
    let missing = format!("it needs Serverless Devs {VERSION}");
    Trial::test(format!("{name} [{missing}]"), || Err(missing.into())).with_ignored_flag(true)
}

fn ensure(right: bool, why: impl FnOnce() -> String) -> Result<(), Failed> {
    if right { Ok(()) } else { Err(why().into()) }
}

/// The file that a user deploys with `s deploy`.
fn archive(serverless: &Serverless, kind: &Kind) -> Result<(), Failed> {
    let rendered = Rendered::new(kind.name, &Answers::new())?;
    serverless.verify(&rendered.file(ARCHIVE), &schema::whole())?;
    let document = kind.document(serverless)?;
    says_what_was_answered(document, kind)?;
    // What is above the function is the same for all, and has no schema.
    ensure(
        keys(document)
            == [
                "access",
                "edition",
                "name",
                "resources",
                "validation",
                "vars",
            ],
        || format!("{document:#}"),
    )?;
    let function = &document["resources"]["function"];
    ensure(
        keys(function) == ["actions", "component", "props"] && function["component"] == "fc3@",
        || format!("{function:#}"),
    )?;
    let triggers = serde_json::to_string_pretty(&function["props"]["triggers"])?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = path.join(format!("tests/snapshots/triggers/{}.json", kind.name));
    Assert::new()
        .action_env(snapbox::assert::DEFAULT_ACTION_ENV)
        .try_eq(
            None,
            triggers.into_data(),
            Data::read_from(&path, None).raw(),
        )?;
    Ok(())
}

/// The file that a user deploys with `s deploy -t s.container.yaml`.
fn image(serverless: &Serverless, kind: &Kind) -> Result<(), Failed> {
    let rendered = Rendered::new(kind.name, &Answers::new())?;
    serverless.verify(&rendered.file(IMAGE), &schema::plain())?;
    let document = serverless.preview(&rendered.file(IMAGE))?;
    says_what_was_answered(&document, kind)?;
    let container = &document["resources"]["function"]["props"]["customContainerConfig"];
    let image = format!("registry.cn-hangzhou.aliyuncs.com/my-namespace/{NAME}:1");
    ensure(container["image"] == *image, || format!("{container:#}"))
}

/// The file with a trigger of docs/sources.md, as its reader pastes it.
fn of_source(serverless: &Serverless, source: &Source) -> Result<(), Failed> {
    let rendered = Rendered::new(source.kind, &Answers::new())?;
    let pasted = source.pasted(&rendered.text(ARCHIVE)?);
    let file = rendered.file(ARCHIVE);
    fs::write(&file, pasted.ok_or("it has no trigger")?)?;
    serverless.verify(&file, &schema::whole())?;
    let document = serverless.preview(&file)?;
    mistakes::in_the_trigger(serverless, &document["resources"]["function"]["props"])
}

/// The name, and the defaults of what is asked for every kind.
fn says_what_was_answered(document: &Value, kind: &Kind) -> Result<(), Failed> {
    let props = &document["resources"]["function"]["props"];
    ensure(
        document["name"] == NAME && props["functionName"] == NAME,
        || format!("{document:#}"),
    )?;
    for name in ["region", "description"] {
        let mut asked = manifest().asked_for(kind.name);
        let default = asked
            .find(|asked| asked.name == name)
            .map(|asked| &*asked.default);
        ensure(props[name].as_str() == default, || {
            format!("{name}: {props:#}")
        })?;
    }
    let account = format!(":{ACCOUNT}");
    for trigger in props["triggers"].as_array().into_iter().flatten() {
        let source = trigger["sourceArn"].as_str();
        ensure(
            source.is_none_or(|source| source.contains(&account)),
            || format!("{trigger:#}"),
        )?;
    }
    Ok(())
}

fn keys(object: &Value) -> Vec<&str> {
    let keys = object.as_object().into_iter().flat_map(Map::keys);
    keys.map(String::as_str).collect()
}

/// Each answer is where its default was, as it was given, and nothing else is changed. It stays
/// right when every option that stands in a comment is made a part of the file.
fn other_answers_land(serverless: &Serverless, kind: &Kind) -> Result<(), Failed> {
    let answers = other_answers(kind.name);
    let rendered = Rendered::new(kind.name, &answers)?;
    let mut expected = kind.document(serverless)?.clone();
    for asked in manifest().asked_for(kind.name) {
        let times = replace(&mut expected, &asked.default, &answers[&asked.name]);
        ensure(times > 0, || {
            format!("{} is nowhere in the file", asked.name)
        })?;
    }
    let found = serverless.preview(&rendered.file(ARCHIVE))?;
    ensure(found == expected, || {
        format!("{found:#}\nis not\n{expected:#}")
    })?;

    let before = rendered.text(ARCHIVE)?;
    rendered.uncomment(ARCHIVE)?;
    ensure(rendered.text(ARCHIVE)? != before, || {
        "no option was found".to_owned()
    })?;
    Ok(serverless.verify(&rendered.file(ARCHIVE), &schema::plain())?)
}

/// Replaces a text within every text of a document, and says how often.
fn replace(document: &mut Value, old: &str, new: &str) -> usize {
    match document {
        Value::String(text) => {
            let times = text.matches(old).count();
            *text = text.replace(old, new);
            times
        }
        Value::Array(list) => list.iter_mut().map(|inner| replace(inner, old, new)).sum(),
        Value::Object(object) => object
            .values_mut()
            .map(|inner| replace(inner, old, new))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
