//! What a part found: a table in Markdown, and which goals were met.

use std::fmt::Write as _;

/// A table, whose first row heads it.
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(ToString::to_string).collect()])
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    /// The table in Markdown, its numbers to the right.
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

/// A goal, and what was measured of it.
pub(crate) struct Goal {
    measure: String,
    limit: f64,
    measured: f64,
    unit: &'static str,
}

impl Goal {
    /// That `measured` is at most `limit`.
    pub(crate) fn at_most(limit: f64, measured: f64, measure: impl Into<String>) -> Self {
        Self {
            measure: measure.into(),
            limit,
            measured,
            unit: "",
        }
    }

    /// The same of a quantity that has a unit.
    pub(crate) fn of(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// What is shown with three digits is compared with as many.
    pub(crate) fn is_met(&self) -> bool {
        (self.measured * 1e3).round() <= (self.limit * 1e3).round()
    }

    /// One line about it.
    pub(crate) fn to_line(&self) -> String {
        let Self {
            measure,
            limit,
            measured,
            unit,
        } = self;
        format!("{measure}: {measured:.3}{unit}, at most {limit}{unit}")
    }
}

/// What a part found.
#[derive(Default)]
pub(crate) struct Report {
    /// Tables and what is said of them.
    pub(crate) text: String,
    /// The goals it knows of.
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

/// All goals in a table.
pub(crate) fn goals(goals: &[Goal]) -> String {
    let mut table = Table::new(&["Measure", "Goal", "Measured", "Met"]);
    for goal in goals {
        let met = if goal.is_met() { "yes" } else { "no" };
        table.row([
            goal.measure.clone(),
            format!("≤ {}{}", goal.limit, goal.unit),
            format!("{:.3}{}", goal.measured, goal.unit),
            met.to_owned(),
        ]);
    }
    format!("\n## Goals\n\n{}", table.to_markdown())
}
