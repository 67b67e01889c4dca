//! What is deployed is one static file, or it is not built at all.

/// `cargo bootstrap` asks for a static program, as .cargo/config.toml tells. Cargo forgets what is
/// asked there when `RUSTFLAGS` is set, even to nothing, and the program would be linked to the C
/// library of the machine that built it, which no older runtime can load.
const _: () = assert!(
    option_env!("FUNCTION_IS_STATIC").is_none() || cfg!(target_feature = "crt-static"),
    "the program would not be static, since `RUSTFLAGS` is set: unset it",
);
