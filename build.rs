//! The template is embedded by a macro that does not notice new files, so cargo is told to look.

fn main() {
    println!("cargo::rerun-if-changed=template");
}
