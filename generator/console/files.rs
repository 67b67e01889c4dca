//! The files of the page. They are the same for everybody, so they need no token.

/// A file: its path below the prefix, its type, and its content.
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) content: &'static str,
}

macro_rules! file {
    ($path:literal, $type:literal, $file:literal) => {
        File {
            path: $path,
            content_type: $type,
            content: include_str!(concat!("page/", $file)),
        }
    };
}

macro_rules! script {
    ($file:literal) => {
        file!($file, "text/javascript; charset=utf-8", $file)
    };
}

macro_rules! style {
    ($file:literal) => {
        file!($file, "text/css; charset=utf-8", $file)
    };
}

/// All files. The page itself is at the prefix.
pub(super) const FILES: &[File] = &[
    file!("", "text/html; charset=utf-8", "index.html"),
    file!("icon.svg", "image/svg+xml", "icon.svg"),
    style!("calls.css"),
    style!("colours.css"),
    style!("form.css"),
    style!("layout.css"),
    style!("log.css"),
    style!("parts.css"),
    script!("access.js"),
    script!("calls.js"),
    script!("dom.js"),
    script!("feed.js"),
    script!("format.js"),
    script!("language.js"),
    script!("log.js"),
    script!("main.js"),
    script!("notices.js"),
    script!("plot.js"),
    script!("reply.js"),
    script!("requests.js"),
    script!("send.js"),
    script!("status.js"),
    script!("timers.js"),
    script!("words.js"),
];
