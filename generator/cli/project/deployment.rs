//! Reads literal values from a project's `s.yaml`. Expressions are not evaluated.

/// The values of a key, wherever it occurs.
pub(in crate::cli) fn values<'a>(
    deployment: &'a str,
    key: &'a str,
) -> impl Iterator<Item = &'a str> {
    deployment.lines().filter_map(move |line| {
        let said = line.split('#').next().unwrap_or_default().trim();
        let said = said.trim_start_matches("- ").strip_prefix(key)?;
        Some(said.strip_prefix(':')?.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn only_what_is_there_is_a_value() {
        let deployment = "triggers:
  - triggerName: x
    triggerType: http # the only one
  - triggerType: 'timer'
  # triggerType: oss
  triggerTypes: sls
  note: triggerType: kafka
";
        let found: Vec<_> = values(deployment, "triggerType").collect();
        assert_eq!(found, ["http", "timer"]);
    }
}
