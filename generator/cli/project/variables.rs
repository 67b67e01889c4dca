//! The environment variables of a project's function: those that `s.yaml` sets, and those of `.env`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{DEPLOYMENT, PACKAGE, dot_env};
use crate::deployment::{Deployment, Variable};

/// Variables in `.env` that are for Serverless Devs and the build, not for the function. Its access
/// key must not reach a program that only needs a table name.
const NOT_FOR_THE_FUNCTION: [&str; 7] = [
    "BUILD",
    "FUNCTION_IMAGE",
    "FUNCTION_REGION",
    "AccountID",
    "AccessKeyID",
    "AccessKeySecret",
    "SecurityToken",
];

/// The environment variables of a function.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Variables {
    /// Their values by name.
    pub(in crate::cli) set: BTreeMap<String, String>,
    /// Variables of `s.yaml` without a value on this machine, with the expression in the file.
    pub(in crate::cli) missing: BTreeMap<String, String>,
    /// Variables that only `.env` sets, so that the deployed function does not get them.
    pub(in crate::cli) local: Vec<String>,
}

impl Variables {
    /// Reads the variables of the project in a directory.
    pub(super) fn of(project: &Path) -> Self {
        let text = |name| fs::read_to_string(project.join(name)).unwrap_or_default();
        let outside = |name: &str| std::env::var(name).ok();
        Self::read(&text(DEPLOYMENT), &text(".env"), outside)
    }

    /// `outside` has the variables of this process, which come before those of `.env`.
    fn read(deployment: &str, env: &str, outside: impl Fn(&str) -> Option<String>) -> Self {
        let set = dot_env::read(env, &outside);
        let env = |name: &str| outside(name).or_else(|| set.get(name).cloned());
        // A file that cannot be read says nothing here.
        let evaluated = Deployment::read(deployment);
        let evaluated = evaluated.map(|file| file.environment(Path::new(PACKAGE), env));
        Self::new(deployment, set, evaluated.unwrap_or_default())
    }

    /// The variables that `.env` sets, and over them those that a function of the file has.
    pub(super) fn new(
        deployment: &str,
        mut set: BTreeMap<String, String>,
        evaluated: BTreeMap<String, Variable>,
    ) -> Self {
        set.retain(|name, _| !NOT_FOR_THE_FUNCTION.contains(&&**name));
        let local = set.keys().filter(|name| !deployment.contains(&***name));
        let local = local.cloned().collect();
        let mut missing = BTreeMap::new();
        for (name, value) in evaluated {
            match value {
                Variable::Known(value) => {
                    set.insert(name, value);
                }
                Variable::Unknown(expression) => {
                    set.remove(&name);
                    missing.insert(name, expression);
                }
            }
        }
        Self {
            set,
            missing,
            local,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Variables;

    #[test]
    fn the_deployment_and_the_file_beside_it_are_read_together() {
        let deployment = "
vars:
  stage: ${env('STAGE', 'test')}
  loop: ${vars.loop}
resources:
  other:
    props: { code: ./other, environmentVariables: { OTHER: x } }
  function:
    props:
      code: ./target/fc/bin/
      region: cn-hangzhou
      environmentVariables:
        RUST_LOG: info
        WORKERS: 2
        IS_ON: true
        TABLE: ${vars.stage}-table in ${this.props.region}
        DB_URL: ${env('DB_URL')}
        SECRET: \"${env(\\\"SECRET\\\")}\"
        USER: ${env('USER_NAME')}
        LOOP: ${vars.loop}
        FILE: ${file('x')}
        BUILD: ${env('BUILD')}
";
        let env =
            "DB_URL=db://x\nUSER_NAME=file\nBUILD=cargo fc3 build\nAccessKeySecret=x\nMINE=1\n";
        let outside = |name: &str| (name == "USER_NAME").then(|| "outside".to_owned());
        let read = Variables::read(deployment, env, outside);
        let set: Vec<_> = read.set.iter().map(|(k, v)| (&**k, &**v)).collect();
        let expected = [
            ("BUILD", "cargo fc3 build"),
            ("DB_URL", "db://x"),
            ("IS_ON", "true"),
            ("MINE", "1"),
            ("RUST_LOG", "info"),
            ("TABLE", "test-table in cn-hangzhou"),
            ("USER", "outside"),
            ("USER_NAME", "file"),
            ("WORKERS", "2"),
        ];
        assert_eq!(set, expected);
        let missing: Vec<_> = read.missing.keys().collect();
        assert_eq!(missing, ["FILE", "LOOP", "SECRET"]);
        assert_eq!(read.missing["SECRET"], "${env(\"SECRET\")}");
        assert_eq!(read.local, ["MINE"]);
    }

    #[test]
    fn no_file_sets_nothing() {
        assert_eq!(Variables::read("", "", |_| None), Variables::default());
        let broken = Variables::read("resources: [", "", |_| None);
        assert_eq!(broken, Variables::default());
    }
}
