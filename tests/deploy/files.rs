//! What two rendered files have in common, for which nobody has to read them but we.

use libtest_mimic::Failed;
use serde_json::Value;

use super::ensure;
use super::rendered::{ARCHIVE, Answers, IMAGE, Rendered, base};

/// The two files of a kind deploy the same function, and differ from those of the base by one block
/// at the end, which is the same in both.
pub(crate) fn agree(kind: &str) -> Result<(), Failed> {
    let no_answers = Answers::new();
    let (ours, base) = (
        Rendered::new(kind, &no_answers)?,
        Rendered::new(base(), &no_answers)?,
    );
    let block = |file: &str| -> Result<String, Failed> {
        let (ours, base) = (ours.text(file)?, base.text(file)?);
        match ours.strip_prefix(&base) {
            Some(block) => Ok(block.to_owned()),
            None => Err(format!("{file} does not begin as that of the base").into()),
        }
    };
    let (archive, image) = (block(ARCHIVE)?, block(IMAGE)?);
    ensure(archive == image, || format!("{archive}\nis not\n{image}"))?;
    let mut lines = archive.lines();
    let said = lines.find(|line| !line.trim_start().starts_with('#'));
    ensure(said.is_none_or(|line| line == "      triggers:"), || {
        format!("the block is no trigger: {archive}")
    })?;
    same_function(&ours)
}

fn same_function(rendered: &Rendered) -> Result<(), Failed> {
    let read = |file: &str| -> Result<Value, Failed> {
        Ok(serde_saphyr::from_str(&rendered.text(file)?)?)
    };
    let (mut archive, mut image) = (read(ARCHIVE)?, read(IMAGE)?);
    let function = |document: &mut Value| document["resources"]["function"].take();
    let (mut zipped, mut packed) = (function(&mut archive), function(&mut image));
    ensure(archive == image, || {
        format!("{archive:#}\nis not\n{image:#}")
    })?;

    // Only an archive is built on the way.
    zipped
        .as_object_mut()
        .and_then(|zipped| zipped.remove("actions"));
    let ports = (
        zipped["props"]["customRuntimeConfig"]["port"].take(),
        packed["props"]["customContainerConfig"]["port"].take(),
    );
    ensure(ports.0.is_u64() && ports.0 == ports.1, || {
        format!("{ports:?}")
    })?;
    for (function, own) in [
        (&mut zipped, &["runtime", "code", "customRuntimeConfig"][..]),
        (&mut packed, &["runtime", "customContainerConfig"]),
    ] {
        let props = function["props"].as_object_mut().expect("properties");
        for key in own {
            ensure(props.remove(*key).is_some(), || {
                format!("there is no {key}")
            })?;
        }
    }
    ensure(zipped == packed, || {
        format!("{zipped:#}\nis not\n{packed:#}")
    })
}
