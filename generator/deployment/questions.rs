//! What commands ask about the functions of a file, beside the mistakes in it.

use super::Deployment;
use super::document::Node;
use super::expressions::{self, Outside};

impl Deployment {
    /// The alias of the access key to deploy with, if the file names one.
    #[must_use]
    pub fn access(&self) -> Option<&str> {
        self.document.get("access")?.text()
    }

    /// That alias with the values of an environment. One that only Serverless Devs can evaluate is as it is
    /// written.
    pub fn alias(&self, env: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut document = self.document.clone();
        let outside = Outside {
            env: &env,
            account: None,
        };
        // `check --s-yaml` reports the mistakes.
        let _mistakes = expressions::evaluate(&mut document, outside);
        let evaluated = document.get("access").and_then(Node::text);
        evaluated.or_else(|| self.access()).map(str::to_owned)
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

    /// The properties of each resource.
    fn functions(&self) -> impl Iterator<Item = &Node> {
        let resources = self.document.get("resources").into_iter();
        let resources = resources.flat_map(Node::entries);
        resources.filter_map(|(_, resource)| resource.get("props"))
    }
}

#[cfg(test)]
mod tests {
    use super::Deployment;

    #[test]
    fn an_alias_may_come_from_the_environment() {
        let alias = |access: &str| {
            let deployment = Deployment::read(&format!("access: {access}\n")).expect("YAML");
            deployment.alias(|name| (name == "WHO").then(|| "work".to_owned()))
        };
        for (access, expected) in [
            ("plain", "plain"),
            ("${env('WHO')}", "work"),
            ("${env('OTHER', 'default')}", "default"),
            ("${aliyun-cli}", "${aliyun-cli}"),
        ] {
            assert_eq!(alias(access).as_deref(), Some(expected), "{access}");
        }
        assert_eq!(
            Deployment::read("name: x\n").expect("YAML").alias(|_| None),
            None
        );
    }

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
