//! Reads values from a project's `s.yaml`. Expressions are evaluated only in environment variables.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::PACKAGE;
use super::expression::Scope;

/// The `s.yaml` of a project.
pub(in crate::cli) struct Deployment(Value);

/// An environment variable in `s.yaml`.
pub(super) enum Variable {
    /// Its value.
    Known(String),
    /// The expression that has no value on this machine.
    Unknown(String),
}

impl Deployment {
    /// Reads a file. One that is not valid says nothing.
    pub(in crate::cli) fn read(yaml: &str) -> Self {
        // As in YAML 1.2, which Serverless Devs reads: `yes` and `on` are texts.
        let options = serde_saphyr::options! { strict_booleans: true };
        let document = serde_saphyr::from_str_with_options(yaml, options);
        Self(document.unwrap_or_default())
    }

    /// The alias of the access key to deploy with, if the file names one.
    pub(super) fn access(&self) -> Option<&str> {
        self.0["access"].as_str()
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

    /// The environment variables of the function that this project builds. `variable` is the
    /// environment of Serverless Devs.
    pub(super) fn environment(
        &self,
        variable: impl Fn(&str) -> Option<String>,
    ) -> BTreeMap<String, Variable> {
        let is_built_here = |props: &&Value| {
            let code = props["code"].as_str().map(Path::new);
            code.is_some_and(|code| code.strip_prefix(".").unwrap_or(code) == Path::new(PACKAGE))
        };
        let built_here = self.functions().find(is_built_here);
        let Some(props) = built_here.or_else(|| self.functions().next()) else {
            return BTreeMap::new();
        };
        let scope = Scope {
            document: &self.0,
            props,
            variable: &variable,
        };
        let variables = props["environmentVariables"].as_object();
        let evaluated = variables.into_iter().flatten().map(|(name, value)| {
            let evaluated = scope.text(value).map_or_else(
                || {
                    Variable::Unknown(
                        value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned),
                    )
                },
                Variable::Known,
            );
            (name.clone(), evaluated)
        });
        evaluated.collect()
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
