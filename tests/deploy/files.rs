//! What two rendered files have in common, for which nobody has to read them but we.

use libtest_mimic::Failed;
use serde_json::Value;

use super::ensure;
use super::rendered::{ARCHIVE, Answers, IMAGE, Rendered, base};

/// The last line that all files have in common; a kind's own blocks follow it.
const COMMON_END: &str = "\n      # logConfig: auto\n";

/// The two files of a kind deploy the same function, and differ from those of the base by blocks at
/// the end, which are the same in both.
pub(crate) fn agree(kind: &str) -> Result<(), Failed> {
    let no_answers = Answers::new();
    let (ours, base) = (
        Rendered::new(kind, &no_answers)?,
        Rendered::new(base(), &no_answers)?,
    );
    let block = |file: &str| -> Result<String, Failed> {
        let (ours, base) = (ours.text(file)?, base.text(file)?);
        let split = |text: &str| -> Result<(String, String), Failed> {
            let (common, own) = text.split_once(COMMON_END).ok_or("it has no log")?;
            Ok((common.to_owned(), own.to_owned()))
        };
        let ((common, own), (of_base, _)) = (split(&ours)?, split(&base)?);
        ensure(common == of_base, || {
            format!("{file} does not begin as that of the base")
        })?;
        Ok(own)
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
