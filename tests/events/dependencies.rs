//! The decoders are compiled with what the kinds' projects are compiled with.

use std::fs;
use std::path::Path;

use decoders::decoders;
use toml::Table;

fn manifest(path: &Path) -> Option<Table> {
    let text = fs::read_to_string(path).ok()?;
    Some(
        text.parse()
            .expect("a manifest, also with its placeholders"),
    )
}

pub(crate) fn all_depend_on_what_the_kinds_state() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ours = manifest(&root.join("tests/decoders/Cargo.toml")).expect("a manifest");
    let template = root.join("template");
    let base = manifest(&template.join("Cargo.toml.liquid")).expect("a manifest");
    let kinds = decoders().iter().filter_map(|decoder| {
        manifest(
            &template
                .join("kinds")
                .join(decoder.kind)
                .join("Cargo.toml.liquid"),
        )
    });
    for stated in kinds.chain([base]) {
        let stated = stated["dependencies"].as_table().expect("dependencies");
        for (name, version) in stated {
            assert_eq!(ours["dependencies"].get(name), Some(version), "{name}");
        }
    }
}
