//! What is read from a file that says everything, and from files that say nothing.

mod kinds;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{
    AsyncConfig, FunctionConfig, HealthCheck, HttpTrigger, SessionAffinity, SessionKey,
    TimerTrigger, TriggerConfig, TriggerKind, Variable,
};
use crate::deployment::Deployment;
use crate::platform::METHODS;

const EVERYTHING: &str = "
edition: 3.0.0
vars:
  region: ${env('REGION', 'cn-hangzhou')}
  limits: { time: 30 }
  variables: { STAGE: \"${env('STAGE')}\", TEAM: a }
resources:
  function:
    component: fc3@
    props:
      region: ${vars.region}
      functionName: hello-${vars.region}
      runtime: custom.debian12
      code: ./target/./fc/bin/
      memorySize: 1024
      timeout: ${vars.limits.time}
      instanceConcurrency: 20
      environmentVariables:
        LEVEL: info
        WORKERS: 2
        EMPTY:
        ACCOUNT: ${config('AccountID')}
      customRuntimeConfig:
        command: [/code/bootstrap]
        args: [--verbose]
        port: 8080
        healthCheckConfig: { httpGetUrl: /health, periodSeconds: 10, failureThreshold: 0 }
      instanceLifecycleConfig:
        initializer: { handler: initialize, timeout: 60 }
        preStop: { handler: pre-stop }
      sessionAffinity: HEADER_FIELD
      sessionAffinityConfig: { affinityHeaderFieldName: x-session, sessionTTLInSeconds: 600 }
      asyncInvokeConfig:
        maxAsyncRetryAttempts: 1
        destinationConfig:
          onFailure: { destination: \"acs:mns:${vars.region}:1:/queues/failures/messages\" }
      triggers:
        - triggerName: nightly
          triggerType: timer
          triggerConfig: { cronExpression: '@every 5m', enable: true, payload: clean }
        - triggerName: web
          triggerType: http
          triggerConfig: { authType: function, methods: [GET, POST] }
        - triggerName: files
          triggerType: oss
          triggerConfig: {}
  domain:
    component: fc3-domain
    props: { functionName: not-a-function }
  other:
    component: fc3
    props:
      functionName: ${config('Name')}
      code: { src: other }
      environmentVariables: ${vars.variables}
      sessionAffinity: GENERATED_COOKIE
      sessionAffinityConfig: '{\"sessionIdleTimeoutInSeconds\": 90}'
";

fn read(yaml: &str) -> Vec<FunctionConfig> {
    let deployment = Deployment::read(yaml).expect("YAML");
    deployment.evaluated(|name| (name == "REGION").then(|| "cn-beijing".to_owned()))
}

/// A function of which nothing is known but its resource and its line.
fn nothing(resource: &str, line: u64) -> FunctionConfig {
    FunctionConfig {
        resource: resource.to_owned(),
        line,
        name: resource.to_owned(),
        region: None,
        code: None,
        memory_mb: None,
        timeout: None,
        concurrency: None,
        environment: BTreeMap::new(),
        command: Vec::new(),
        args: Vec::new(),
        health_check: None,
        initializer: None,
        pre_stop: None,
        session_affinity: None,
        triggers: Vec::new(),
        asynchronous: AsyncConfig::default(),
    }
}

fn known(name: &str, value: &str) -> (String, Variable) {
    (name.to_owned(), Variable::Known(value.to_owned()))
}

fn unknown(name: &str, expression: &str) -> (String, Variable) {
    (name.to_owned(), Variable::Unknown(expression.to_owned()))
}

fn trigger(name: &str, kind: TriggerKind) -> TriggerConfig {
    TriggerConfig {
        name: name.to_owned(),
        kind,
    }
}

#[test]
fn everything_is_read() {
    let seconds = Duration::from_secs;
    let first = FunctionConfig {
        name: "hello-cn-beijing".to_owned(),
        region: Some("cn-beijing".to_owned()),
        code: Some(PathBuf::from("target/fc/bin")),
        memory_mb: Some(1024),
        timeout: Some(seconds(30)),
        concurrency: Some(20),
        environment: BTreeMap::from([
            known("LEVEL", "info"),
            known("WORKERS", "2"),
            known("EMPTY", ""),
            unknown("ACCOUNT", "${config('AccountID')}"),
        ]),
        health_check: Some(HealthCheck {
            path: "/health".to_owned(),
            initial_delay: Duration::ZERO,
            period: seconds(10),
            timeout: seconds(1),
            failures: 3,
            successes: 1,
        }),
        initializer: Some(seconds(60)),
        pre_stop: Some(seconds(3)),
        session_affinity: Some(SessionAffinity {
            key: SessionKey::Header("x-session".to_owned()),
            lifetime: seconds(600),
            idle: seconds(1800),
            sessions_per_instance: 20,
        }),
        triggers: vec![
            trigger(
                "nightly",
                TriggerKind::Timer(TimerTrigger {
                    expression: Some("@every 5m".to_owned()),
                    payload: "clean".to_owned(),
                    enabled: true,
                }),
            ),
            trigger(
                "web",
                TriggerKind::Http(HttpTrigger {
                    methods: ["GET", "POST"].map(str::to_owned).to_vec(),
                }),
            ),
            trigger("files", TriggerKind::Other("oss".to_owned())),
        ],
        asynchronous: AsyncConfig {
            max_retries: 1,
            max_age: seconds(86_400),
            on_success: None,
            on_failure: Some("acs:mns:cn-beijing:1:/queues/failures/messages".to_owned()),
        },
        command: vec!["/code/bootstrap".to_owned()],
        args: vec!["--verbose".to_owned()],
        ..nothing("function", 12)
    };
    let second = FunctionConfig {
        code: Some(PathBuf::from("other")),
        environment: BTreeMap::from([unknown("STAGE", "${vars.variables}"), known("TEAM", "a")]),
        session_affinity: Some(SessionAffinity {
            key: SessionKey::Cookie,
            lifetime: seconds(21_600),
            idle: seconds(90),
            sessions_per_instance: 20,
        }),
        ..nothing("other", 50)
    };
    assert_eq!(read(EVERYTHING), [first, second]);
}

#[test]
fn a_value_that_the_platform_rejects_is_missing() {
    let function = |props: &str| {
        let yaml = format!("resources:\n  f:\n    component: fc3\n    props: {{ {props} }}\n");
        read(&yaml)
    };
    for wrong in [
        "",
        "functionName: 1st",
        "functionName: ''",
        "functionName: a/b",
        "region: 7",
        "code: [a]",
        "memorySize: 127",
        "memorySize: 32769",
        "memorySize: '512'",
        "timeout: 0",
        "timeout: 86401",
        "timeout: 1.5",
        "timeout: -1",
        "instanceConcurrency: 0",
        "instanceConcurrency: 201",
        "environmentVariables: [A]",
        "customRuntimeConfig: { command: /code/bootstrap, port: 65536 }",
        "customRuntimeConfig: { port: 0, healthCheckConfig: { httpGetUrl: health } }",
        "customRuntimeConfig: { healthCheckConfig: { periodSeconds: 1 } }",
        "instanceLifecycleConfig: { initializer: true, preStop: }",
        "sessionAffinity: NONE",
        "sessionAffinity: HEADER_FIELD",
        "sessionAffinity: HEADER_FIELD, sessionAffinityConfig: '['",
        "triggers: { triggerType: timer }",
        "triggers: [1, { triggerName: a }, { triggerType: 1 }, { triggerType: '' }]",
        "asyncInvokeConfig: { maxAsyncRetryAttempts: 9, maxAsyncEventAgeInSeconds: 0 }",
        "asyncInvokeConfig: { destinationConfig: { onFailure: acs } }",
    ] {
        assert_eq!(function(wrong), [nothing("f", 2)], "{wrong}");
    }
    let sessions = function(
        "sessionAffinity: MCP_SSE, sessionAffinityConfig: { sessionConcurrencyPerInstance: 201 }",
    );
    let sessions = sessions[0].session_affinity.clone().expect("it is known");
    let path = "/sse".to_owned();
    assert_eq!(sessions.key, SessionKey::McpSse { path });
    assert_eq!(sessions.sessions_per_instance, 20);
    let longest = function("instanceLifecycleConfig: { initializer: { timeout: 301 } }");
    assert_eq!(longest[0].initializer, Some(Duration::from_secs(3)));
    let bare = function("triggers: [{ triggerType: timer }, { triggerType: http }]");
    let kinds: Vec<_> = bare[0]
        .triggers
        .iter()
        .map(|trigger| &trigger.kind)
        .collect();
    let timer = TimerTrigger {
        expression: None,
        payload: String::new(),
        enabled: false,
    };
    let http = HttpTrigger {
        methods: METHODS.map(str::to_owned).to_vec(),
    };
    assert_eq!(
        kinds,
        [&TriggerKind::Timer(timer), &TriggerKind::Http(http)]
    );
}

#[test]
fn variables_without_end_have_no_value() {
    let wide = (0..40)
        .map(|_| "'${vars.a}'")
        .collect::<Vec<_>>()
        .join(", ");
    let functions = read(&format!(
        "vars: {{ a: [{wide}], b: '${{vars.b}}' }}
resources:
  f:
    component: fc3
    props: {{ triggers: '${{vars.a}}', region: '${{vars.b}}' }}
"
    ));
    assert_eq!(functions, [nothing("f", 3)]);
}

#[test]
fn the_environment_is_that_of_the_folder() {
    let deployment = Deployment::read(EVERYTHING).expect("YAML");
    let names = |code: &str| {
        let variables = deployment.environment(Path::new(code), |_| None);
        variables.into_keys().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("other"), "STAGE TEAM");
    assert_eq!(names("target/fc/bin"), "ACCOUNT EMPTY LEVEL WORKERS");
    assert_eq!(names("elsewhere"), "ACCOUNT EMPTY LEVEL WORKERS");
    let empty = Deployment::read("edition: 3.0.0").expect("YAML");
    assert_eq!(empty.environment(Path::new("."), |_| None), BTreeMap::new());
}
