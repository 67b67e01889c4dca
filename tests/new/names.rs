//! Whatever name and answers are accepted, the project is one: its files parse, and say what was
//! said. Whatever is refused leaves nothing, and the hint is accepted.

mod accepted;
mod answers;
mod said;
mod schedules;
