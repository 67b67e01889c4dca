//! What commands ask about the functions of a file, beside the mistakes in it.

use std::collections::BTreeMap;
use std::path::Path;

use super::Deployment;
use super::document::{Node, Value};
use super::expressions::{Outside, Scope};
use super::words::shown;

/// An environment variable of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// Its value.
    Known(String),
    /// The expression that has no value on this machine.
    Unknown(String),
}

impl Deployment {
    /// The alias of the access key to deploy with, if the file names one.
    #[must_use]
    pub fn access(&self) -> Option<&str> {
        self.document.get("access")?.text()
    }

    /// The runtimes of its functions, as far as the file names them literally.
    pub fn runtimes(&self) -> impl Iterator<Item = &str> {
        self.functions()
            .filter_map(|props| props.get("runtime")?.text())
    }

    /// Whether a trigger of one of its functions has this type.
    #[must_use]
    pub fn has_trigger(&self, trigger_type: &str) -> bool {
        let triggers = self.functions().filter_map(|props| props.get("triggers"));
        let mut types = triggers
            .flat_map(Node::items)
            .filter_map(|trigger| trigger.get("triggerType")?.text());
        types.any(|found| found == trigger_type)
    }

    /// The environment variables of the function whose code is in the folder `code`, or else of the
    /// first one. `env` is the environment of Serverless Devs.
    pub fn environment(
        &self,
        code: &Path,
        env: impl Fn(&str) -> Option<String>,
    ) -> BTreeMap<String, Variable> {
        let is_there = |props: &&Node| {
            let folder = props.get("code").and_then(Node::text).map(Path::new);
            folder.is_some_and(|folder| folder.strip_prefix(".").unwrap_or(folder) == code)
        };
        let found = self.functions().find(is_there);
        let Some(props) = found.or_else(|| self.functions().next()) else {
            return BTreeMap::new();
        };
        let outside = Outside {
            env: &env,
            account: None,
        };
        let mut scope = Scope::new(&self.document, outside);
        let variables = props.get("environmentVariables").into_iter();
        let evaluated = variables.flat_map(Node::entries).map(|(key, value)| {
            let known = plain(&scope.value_in(props, value));
            let unknown = || {
                value
                    .text()
                    .map_or_else(|| shown(&value.value), str::to_owned)
            };
            let variable = known.map_or_else(|| Variable::Unknown(unknown()), Variable::Known);
            (key.name.clone(), variable)
        });
        evaluated.collect()
    }

    /// The properties of each resource.
    fn functions(&self) -> impl Iterator<Item = &Node> {
        let resources = self.document.get("resources").into_iter();
        let resources = resources.flat_map(Node::entries);
        resources.filter_map(|(_, resource)| resource.get("props"))
    }
}

/// A scalar as the text that a variable has.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Flag(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::List(_) | Value::Map(_) | Value::Unknown => None,
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
        )
        .expect("YAML");
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
    }
}
