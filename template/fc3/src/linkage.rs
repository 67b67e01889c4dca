//! Stops the build of a deployment binary that would not be static.

/// `cargo bootstrap` builds a static program by flags in .cargo/config.toml. Cargo ignores those flags
/// if `RUSTFLAGS` or `CARGO_ENCODED_RUSTFLAGS` is set, even to nothing. The program would then be linked to the C library of the
/// machine that built it, and older runtimes could not load it.
const _: () = {
    let is_right =
        option_env!("FUNCTION_IS_STATIC").is_none() || cfg!(target_feature = "crt-static");
    // The one of both names that cargo prefers.
    assert!(
        is_right || option_env!("CARGO_ENCODED_RUSTFLAGS").is_none(),
        "the program would not be static, since `CARGO_ENCODED_RUSTFLAGS` is set: unset it",
    );
    assert!(
        is_right,
        "the program would not be static, since `RUSTFLAGS` is set: unset it",
    );
};
