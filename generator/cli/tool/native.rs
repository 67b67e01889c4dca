//! Crates that need a C library or a tool to build one, recognized by the messages of the linker and of
//! build scripts.

use crate::cli::failure::{Exit, Failure};

/// A C library that crates link.
struct Library {
    name: &'static str,
    /// The names of its static libraries, without `lib` and `.a`.
    archives: &'static [&'static str],
    /// The beginnings of its symbols.
    symbols: &'static [&'static str],
    hint: &'static str,
}

/// The first match is the reason, since libpq also needs OpenSSL's symbols, and both may need zlib's.
const LIBRARIES: [Library; 7] = [
    Library {
        name: "libpq",
        archives: &["pq", "pgcommon", "pgport"],
        symbols: &["PQ", "pg_", "pqsecure_"],
        hint: "build it with the program: `cargo add pq-sys --features bundled`. Or use a client in Rust, \
               such as `sqlx` or `tokio-postgres`",
    },
    Library {
        name: "librdkafka",
        archives: &["rdkafka"],
        symbols: &["rd_kafka_"],
        hint: "build it with the program: `rdkafka` does so unless `dynamic-linking` is enabled",
    },
    Library {
        name: "SQLite",
        archives: &["sqlite3"],
        symbols: &["sqlite3_"],
        hint: "build it with the program: `cargo add libsqlite3-sys --features bundled`",
    },
    Library {
        name: "the MySQL client",
        archives: &["mysqlclient", "mariadb", "mariadbclient"],
        symbols: &["mysql_"],
        hint: "use a client in Rust, such as `sqlx` or `mysql_async`",
    },
    Library {
        name: "libcurl",
        archives: &["curl"],
        symbols: &["curl_"],
        hint: "build it with the program: `cargo add curl --features static-curl`. Or use `reqwest` with \
               rustls",
    },
    OPENSSL,
    Library {
        name: "zlib",
        archives: &["z"],
        symbols: &["inflate", "deflate", "crc32", "adler32"],
        hint: "install it: `apt install zlib1g-dev`. Or build it with the program: `cargo add libz-sys \
               --features static`",
    },
];

const OPENSSL: Library = Library {
    name: "OpenSSL",
    archives: &["ssl", "crypto"],
    symbols: &["SSL_", "EVP_", "X509_", "BIO_", "CRYPTO_", "OPENSSL_"],
    hint: "use rustls instead, for example by the feature `rustls` of `reqwest`. Or install OpenSSL: `apt \
           install libssl-dev pkg-config`. Or build it with the program: `cargo add openssl --features \
           vendored`",
};

/// The message of a build script, its meaning, and a hint.
const SCRIPTS: [(&str, &str, &str); 8] = [
    (
        "Could not find directory of OpenSSL installation",
        "OpenSSL is not installed",
        OPENSSL.hint,
    ),
    (
        "is `cmake` not installed?",
        "CMake is not installed",
        "install it: `apt install cmake`",
    ),
    (
        "Missing dependency: cmake",
        "CMake is not installed",
        "install it: `apt install cmake`",
    ),
    (
        "pkg-config command could not be found",
        "`pkg-config` is not installed",
        "install it, with the library that the crate needs: `apt install pkg-config`",
    ),
    (
        "failed to find tool \"c++\"",
        "no C++ compiler is installed",
        "install one: `apt install g++`",
    ),
    (
        "is `make` not installed?",
        "`make` is not installed",
        "install it: `apt install make`",
    ),
    (
        "Could not find `protoc`",
        "the compiler of Protocol Buffers is not installed",
        "install it: `apt install protobuf-compiler`",
    ),
    (
        "Unable to find libclang",
        "libclang is not installed",
        "install it: `apt install libclang-dev`",
    ),
];

/// The reason, if a C library or its tool is one.
pub(super) fn diagnose(messages: &str) -> Option<Failure> {
    let script = SCRIPTS.iter().find(|(said, ..)| messages.contains(said));
    if let Some((_, message, hint)) = script {
        let message = format!("{message}, which a crate needs to build or find its C library");
        return Some(Failure::new(Exit::Machine, message).hint(*hint));
    }
    missing_package(messages)
        .or_else(|| missing_archive(messages))
        .or_else(|| undefined_symbols(messages))
}

/// A library that `pkg-config` does not know.
fn missing_package(messages: &str) -> Option<Failure> {
    let (_, rest) = messages.split_once("The system library `")?;
    let (package, _) = rest.split_once('`')?;
    let name = package.trim_start_matches("lib");
    let known = LIBRARIES
        .iter()
        .find(|library| library.archives.contains(&name));
    let message = format!("the C library `{package}` is not installed");
    Some(Failure::new(Exit::Machine, message).hint(known.map_or_else(
        || format!("install the package that has the file `{package}.pc`"),
        |library| library.hint.to_owned(),
    )))
}

/// A library of which the linker found no static form.
fn missing_archive(messages: &str) -> Option<Failure> {
    const SAID: [&str; 3] = [
        "unable to find library -l",
        "cannot find -l",
        "could not find native static library `",
    ];
    let mut found = SAID.iter().filter_map(|said| messages.split_once(said));
    let (_, rest) = found.next()?;
    let name = rest.split([':', '\n', '`']).next()?.trim();
    let known = LIBRARIES
        .iter()
        .find(|library| library.archives.contains(&name));
    let message = format!("the static library `lib{name}.a` is not installed");
    Some(Failure::new(Exit::Machine, message).hint(known.map_or_else(
        || {
            format!(
                "install the package that has the file `lib{name}.a`, or use a crate in Rust alone"
            )
        },
        |library| library.hint.to_owned(),
    )))
}

/// A library whose static form needs others, which the linker was not given.
fn undefined_symbols(messages: &str) -> Option<Failure> {
    const SAID: [&str; 2] = ["undefined symbol: ", "undefined reference to `"];
    let symbols = || {
        let lines = messages.lines();
        lines.filter_map(|line| SAID.iter().find_map(|said| line.split_once(said)))
    };
    symbols().next()?;
    let is_needed_by = |library: &&Library| {
        let mut archives = library.archives.iter();
        archives.any(|name| {
            messages.contains(&format!("/lib{name}.a\n"))
                || messages.contains(&format!("/lib{name}.a("))
        })
    };
    let lacks = |library: &&Library| {
        let begins = |symbol: &str| {
            library
                .symbols
                .iter()
                .any(|begin| symbol.starts_with(begin))
        };
        symbols().any(|(_, symbol)| begins(symbol))
    };
    let library = LIBRARIES.iter().find(is_needed_by);
    let library = library.or_else(|| LIBRARIES.iter().find(lacks))?;
    let message = format!("the linker does not find all that {} needs", library.name);
    Some(Failure::new(Exit::Machine, message).hint(library.hint))
}

#[cfg(test)]
mod tests {
    use super::diagnose;

    fn hint(messages: &str) -> String {
        let failure = diagnose(messages).unwrap_or_else(|| panic!("not recognized: {messages}"));
        format!("{failure:?}")
    }

    #[test]
    fn libpq_lacks_the_libraries_that_it_needs() {
        let newer_linker = "  = note: rust-lld: error: undefined symbol: SSL_CTX_new\n          >>> referenced by \
                      fe-secure-openssl.o:(initialize_SSL) in archive /usr/lib/x86_64-linux-gnu/libpq.a\n";
        let older_linker = "  = note: /usr/bin/ld.bfd: /usr/lib/x86_64-linux-gnu/libpq.a(fe-connect.o): in function \
                     `sslVerifyProtocolVersion':\n (.text+0x930): undefined reference to `pg_strcasecmp'\n";
        for messages in [newer_linker, older_linker] {
            assert!(hint(messages).contains("pq-sys --features bundled"));
        }
    }

    #[test]
    fn a_symbol_alone_names_its_library() {
        let messages =
            "rust-lld: error: undefined symbol: SSL_CTX_new\n>>> referenced by openssl.rs\n";
        assert!(hint(messages).contains("rustls"));
        assert!(diagnose("rust-lld: error: undefined symbol: my_own_function\n").is_none());
    }

    #[test]
    fn a_library_or_a_tool_is_not_installed() {
        let all = [
            ("rust-lld: error: unable to find library -lpq\n", "pq-sys"),
            ("ld: cannot find -lother: No such file\n", "`libother.a`"),
            (
                "error: could not find native static library `other`, perhaps an -L flag is missing?\n",
                "`libother.a`",
            ),
            (
                "Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed",
                "libssl-dev",
            ),
            (
                "The system library `libpq` required by crate `pq-sys` was not found.",
                "pq-sys --features",
            ),
            (
                "The system library `other` required by crate `x` was not found.",
                "`other.pc`",
            ),
            (
                "failed to execute command: No such file or directory (os error 2)\nis `cmake` not \
                 installed?",
                "apt install cmake",
            ),
            (
                "The pkg-config command could not be found.\n",
                "apt install pkg-config",
            ),
        ];
        for (messages, advice) in all {
            assert!(hint(messages).contains(advice), "{messages}");
        }
    }
}
