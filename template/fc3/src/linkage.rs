//! Stops the build of a deployment binary that would not be static.

/// `cargo bootstrap` builds a static program by flags in .cargo/config.toml. Cargo ignores those flags
/// if `RUSTFLAGS` is set, even to nothing. The program would then be linked to the C library of the
/// machine that built it, and older runtimes could not load it.
const _: () = assert!(
    option_env!("FUNCTION_IS_STATIC").is_none() || cfg!(target_feature = "crt-static"),
    "the program would not be static, since `RUSTFLAGS` is set: unset it",
);
