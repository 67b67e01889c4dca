//! Colours, which mean nothing that the words do not say.

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;

/// What went wrong.
pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What to do about it.
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// What was done.
pub(super) const DONE: Style = AnsiColor::Green.on_default().bold();
/// What to type.
pub(super) const LITERAL: Style = AnsiColor::Cyan.on_default();
/// The colours of help.
pub(super) const STYLES: Styles = Styles::styled()
    .header(DONE)
    .usage(DONE)
    .literal(HINT)
    .placeholder(LITERAL)
    .error(ERROR)
    .valid(HINT)
    .invalid(ERROR);
