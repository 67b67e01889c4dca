//! The results of a part: tables in Markdown, and goals.

use std::fmt::Write as _;

/// A table. Its first row is the header.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(ToString::to_string).collect()])
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    /// The table in Markdown, with numbers aligned to the right.
    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::new();
        for (at, row) in self.0.iter().enumerate() {
            let _ = writeln!(text, "| {} |", row.join(" | "));
            if at == 0 {
                let _ = writeln!(text, "|---|{}", "---:|".repeat(row.len() - 1));
            }
        }
        text
    }
}

/// A goal and the measured figure.
pub(crate) struct Goal {
    measure: String,
    limit: f64,
    /// Whether the limit is the least, not the most.
    is_least: bool,
    measured: f64,
    unit: &'static str,
}

impl Goal {
    /// The goal that `measured` is at most `limit`.
    pub(crate) fn at_most(limit: f64, measured: f64, measure: impl Into<String>) -> Self {
        Self {
            measure: measure.into(),
            limit,
            is_least: false,
            measured,
            unit: "",
        }
    }

    /// The goal that `measured` is at least `limit`.
    pub(crate) fn at_least(limit: f64, measured: f64, measure: impl Into<String>) -> Self {
        Self {
            is_least: true,
            ..Self::at_most(limit, measured, measure)
        }
    }

    /// The same with a unit.
    pub(crate) fn of(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// Figures are shown with three digits, and compared with three.
    pub(crate) fn is_met(&self) -> bool {
        let [measured, limit] = [self.measured, self.limit].map(|figure| (figure * 1e3).round());
        if self.is_least {
            measured >= limit
        } else {
            measured <= limit
        }
    }

    /// The goal in one line.
    pub(crate) fn to_line(&self) -> String {
        let Self {
            measure,
            limit,
            is_least,
            measured,
            unit,
        } = self;
        let bound = if *is_least { "at least" } else { "at most" };
        format!("{measure}: {measured:.3}{unit}, {bound} {limit}{unit}")
    }
}

/// The results of a part.
#[derive(Default)]
pub(crate) struct Report {
    /// Tables and their explanations.
    pub(crate) text: String,
    /// Its goals.
    pub(crate) goals: Vec<Goal>,
}

impl Report {
    /// A section with a table.
    pub(crate) fn new(title: &str, about: &str, table: &Table) -> Self {
        let mut report = Self::default();
        report.section(title, about, table);
        report
    }

    /// One more section.
    pub(crate) fn section(&mut self, title: &str, about: &str, table: &Table) {
        let table = table.to_markdown();
        let _ = write!(self.text, "\n## {title}\n\n{about}\n\n{table}");
    }

    pub(crate) fn goal(&mut self, goal: Goal) {
        self.goals.push(goal);
    }
}

/// A table of all goals.
pub(crate) fn goals(goals: &[Goal]) -> String {
    let mut table = Table::new(&["Measure", "Goal", "Measured", "Met"]);
    for goal in goals {
        let met = if goal.is_met() { "yes" } else { "no" };
        table.row([
            goal.measure.clone(),
            format!(
                "{} {}{}",
                if goal.is_least { "≥" } else { "≤" },
                goal.limit,
                goal.unit
            ),
            format!("{:.3}{}", goal.measured, goal.unit),
            met.to_owned(),
        ]);
    }
    format!("\n## Goals\n\n{}", table.to_markdown())
}
