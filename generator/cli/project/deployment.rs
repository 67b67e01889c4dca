//! Reads literal values from a project's `s.yaml`. Expressions are not evaluated.

use serde_json::Value;

/// The `s.yaml` of a project.
pub(in crate::cli) struct Deployment(Value);

impl Deployment {
    /// Reads a file. One that is not valid says nothing.
    pub(in crate::cli) fn read(yaml: &str) -> Self {
        // As in YAML 1.2, which Serverless Devs reads: `yes` and `on` are texts.
        let options = serde_saphyr::options! { strict_booleans: true };
        let document = serde_saphyr::from_str_with_options(yaml, options);
        Self(document.unwrap_or_default())
    }

    /// The runtimes of its functions.
    pub(in crate::cli) fn runtimes(&self) -> impl Iterator<Item = &str> {
        self.functions()
            .filter_map(|props| props["runtime"].as_str())
    }

    /// Whether a trigger of one of its functions has this type.
    pub(in crate::cli) fn has_trigger(&self, trigger_type: &str) -> bool {
        let triggers = self
            .functions()
            .filter_map(|props| props["triggers"].as_array());
        let mut types = triggers.flatten().map(|trigger| &trigger["triggerType"]);
        types.any(|found| found == trigger_type)
    }

    /// The properties of each resource.
    fn functions(&self) -> impl Iterator<Item = &Value> {
        let resources = self.0["resources"].as_object().into_iter().flatten();
        resources.map(|(_, resource)| &resource["props"])
    }
}

#[cfg(test)]
mod tests {
    use super::Deployment;

    #[test]
    fn only_what_is_there_counts() {
        let deployment = Deployment::read(
            "resources:
  one:
    props:
      runtime: custom.debian12 # new
      triggers:
        - triggerName: x
          triggerType: http
        # - triggerType: oss
        - triggerTypes: sls
          note: 'triggerType: kafka'
        - { triggerType: \"timer\" }
  other:
    props:
      runtime: 'custom.debian10'
      triggers: ${file('triggers.yaml')}
",
        );
        for (name, is_there) in [
            ("http", true),
            ("timer", true),
            ("oss", false),
            ("kafka", false),
        ] {
            assert_eq!(deployment.has_trigger(name), is_there, "{name}");
        }
        let runtimes: Vec<_> = deployment.runtimes().collect();
        assert_eq!(runtimes, ["custom.debian12", "custom.debian10"]);
        assert_eq!(Deployment::read("resources: [").runtimes().count(), 0);
    }
}
