//! Files with one mistake each. Those that newcomers made come first.

/// A file with one mistake: the kind, what is replaced by what, the text at the place that is reported,
/// and the message.
pub(super) struct Mistake {
    pub(super) kind: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) at: &'static str,
    pub(super) says: &'static str,
}

const fn mistake(
    kind: &'static str,
    from: &'static str,
    to: &'static str,
    at: &'static str,
    says: &'static str,
) -> Mistake {
    Mistake {
        kind,
        from,
        to,
        at,
        says,
    }
}

pub(super) const MISTAKES: &[Mistake] = &[
    mistake(
        "event",
        "functionName: \"function\"",
        "functionName: 1st",
        "1st",
        "`functionName` is `1st`; expected a letter or `_`, then up to 63 letters, digits, `_` and `-`",
    ),
    mistake(
        "event",
        "access: default",
        "acces: default",
        "acces:",
        "unknown key `acces`; did you mean `access`?",
    ),
    mistake(
        "event",
        "    actions:",
        "    actins:",
        "actins:",
        "unknown key `actins`; did you mean `actions`?",
    ),
    mistake(
        "event",
        "component: fc3@",
        "component: fc3",
        "fc3\n",
        "`component` is `fc3`, so that Serverless Devs would load the folder `fc3` beside this file; \
         expected `fc3@`",
    ),
    mistake(
        "event",
        "cpu: 0.35",
        "cpu: 0.33",
        "0.33",
        "`cpu` is `0.33`; expected a multiple of 0.05, such as 0.35",
    ),
    mistake(
        "event",
        "memorySize: 512",
        "memorySize: 4096",
        "4096",
        "`memorySize` is `4096` with `cpu: 0.35`; expected 384 to 1408, which is 1 to 4 GB for each vCPU",
    ),
    mistake(
        "event",
        "handler: initialize\n          timeout: 60",
        "handler: initialize\n          timeout: 900",
        "900",
        "`timeout` is `900`; expected at most 300",
    ),
    mistake(
        "event",
        "environmentVariables:",
        "environmentVariable:",
        "environmentVariable:",
        "unknown key `environmentVariable`; did you mean `environmentVariables`?",
    ),
    mistake(
        "timer",
        "cronExpression: \"0 0 8 * * *\"",
        "cronExpression: '0 8 * * *'",
        "'0 8 * * *'",
        "`cronExpression` is `0 8 * * *`; expected an interval such as `@every 5m`, or six fields: \
         second, minute, hour, day of the month, month and day of the week, such as `0 0 8 * * *`",
    ),
    mistake(
        "timer",
        "cronExpression: \"0 0 8 * * *\"",
        "cronExpression: '0 0 8 L * ?'",
        "'0 0 8 L * ?'",
        "`cronExpression` is `0 0 8 L * ?`: `L` is not supported: Function Compute has no `L`, `W` or `#`",
    ),
    mistake(
        "timer",
        "cronExpression: \"0 0 8 * * *\"",
        "cronExpression: CRON_TZ=Asia/Shanghia 0 0 8 * * *",
        "CRON_TZ",
        "`cronExpression` is `CRON_TZ=Asia/Shanghia 0 0 8 * * *`: `Asia/Shanghia` is not a time zone; \
         did you mean `Asia/Shanghai`?",
    ),
    mistake(
        "event",
        "RUST_LOG: info",
        "FC_LOG: info",
        "FC_LOG",
        "`FC_LOG` is not a valid name in `environmentVariables`; expected a letter, then letters, \
         digits and `_`; names that begin with `FC_` are reserved",
    ),
    mistake(
        "event",
        "RUST_LOG: info",
        "TOKIO_WORKER_THREADS: 2",
        "2\n",
        "`TOKIO_WORKER_THREADS` is the number `2`; expected text: put it in quotes",
    ),
    mistake(
        "event",
        "diskSize: 512",
        "diskSize: '512'",
        "'512'",
        "`diskSize` is the text `512`; expected a whole number without quotes",
    ),
    mistake(
        "event",
        "instanceConcurrency: 20",
        "instanceConcurrency: 500",
        "500",
        "`instanceConcurrency` is `500`; expected at most 200",
    ),
    mistake(
        "event",
        "'cn-hangzhou')}",
        "'cn-hangzou')}",
        "${vars.region}",
        "`region` is `cn-hangzou`; did you mean `cn-hangzhou`?",
    ),
    mistake(
        "event",
        "region: ${vars.region}",
        "region: ${vars.regoin}",
        "${vars.regoin}",
        "`vars` does not define `regoin`; did you mean `region`?",
    ),
    mistake(
        "event",
        "runtime: custom.debian11",
        "runtime: custom.debian13",
        "custom.debian13",
        "`runtime` is `custom.debian13`; did you mean `custom.debian12`?",
    ),
    mistake(
        "event",
        "      code: ./target/fc/bin\n",
        "",
        "props:",
        "`code` is missing in `props` (needed with `runtime: custom.debian11`)",
    ),
    mistake(
        "event",
        "edition: 3.0.0",
        "edition: 1.0.0",
        "1.0.0",
        "`edition` is `1.0.0`; expected `3.0.0`",
    ),
    mistake(
        "event",
        "resources:",
        "services:",
        "edition:",
        "`resources` is missing: the file describes no function",
    ),
    mistake(
        "event",
        "    props:",
        "    prop:",
        "function:\n",
        "`props` is missing in `function`",
    ),
    mistake(
        "event",
        "      diskSize: 512",
        "      nasConfig: { userId: 0, groupId: 0, mountPoints: [{ serverAddr: 'a:/', mountDir: /a }] }\n      \
         diskSize: 512",
        "{ userId",
        "`nasConfig` needs `vpcConfig`: a file system is reached through its VPC",
    ),
    mistake(
        "event",
        "cpu: 0.35",
        "cpu: 0.35\n      cpu: 0.5",
        "cpu: 0.5",
        "cannot read the YAML: duplicate mapping key: cpu",
    ),
    mistake(
        "web",
        "authType: anonymous",
        "authType: nobody",
        "nobody",
        "`authType` is `nobody`; expected one of `anonymous`, `function`, `jwt`",
    ),
    mistake(
        "web",
        "[GET, POST, PUT",
        "[GET, POST, GET",
        "GET, DELETE",
        "`methods` lists `GET` twice",
    ),
    mistake(
        "web",
        "      triggers:\n",
        "      triggers:\n        - triggerName: second\n          triggerType: http\n          \
         triggerConfig: { authType: function, methods: [GET] }\n",
        "http\n          triggerConfig:\n",
        "a function has at most one HTTP trigger for each version or alias",
    ),
    mistake(
        "timer",
        "triggerType: timer",
        "triggerType: oss",
        "triggerName: timer",
        "`sourceArn` is missing in `triggers` (needed with `triggerType: oss`)",
    ),
    mistake(
        "oss",
        "acs:oss:${vars.region}",
        "acs:oss:cn-beijing",
        "\"acs:oss:cn-beijing",
        "`sourceArn` names the region `cn-beijing`, but the function is in `cn-hangzhou`; both must be \
         the same",
    ),
    mistake(
        "oss",
        "- oss:ObjectCreated:PutObject\n",
        "- ObjectCreated:PutObject\n",
        "ObjectCreated:PutObject\n",
        "`events` is `ObjectCreated:PutObject`; did you mean `oss:ObjectCreated:PutObject`?",
    ),
    mistake(
        "sls",
        "logstore: \"my-logstore-trigger\"",
        "logstore: my-logstore",
        "my-logstore\n            # Text",
        "`logConfig` names the Logstore that the trigger reads, so that it would call the function again \
         and again; use another Logstore",
    ),
    mistake(
        "sls",
        "triggerInterval: 60",
        "triggerInterval: 1",
        "1\n",
        "`triggerInterval` is `1`; expected at least 3",
    ),
    mistake(
        "mns-topic",
        "notifyContentFormat: JSON",
        "notifyContentFormat: XML",
        "XML",
        "`notifyContentFormat` is `XML`; expected one of `JSON`, `STREAM`",
    ),
    mistake(
        "cdn",
        "eventName: LogFileCreated",
        "eventName: LogFileMade",
        "LogFileMade",
        "`eventName` is `LogFileMade`; did you mean `LogFileCreated`?",
    ),
    mistake(
        "tablestore",
        "triggerConfig: {}",
        "triggerConfig: { enable: true }",
        "enable: true",
        "unknown key `enable`; no key is expected here",
    ),
    mistake(
        "eventbridge",
        "'{\"source\":",
        "'{source:",
        "'{source:",
        "`eventRuleFilterPattern` is not a JSON object: ",
    ),
    mistake(
        "kafka",
        "TimeBasedWindow: 10",
        "TimeBasedWindow: 60",
        "60",
        "`TimeBasedWindow` is `60`; expected at most 15",
    ),
    mistake(
        "rocketmq",
        "eventSourceType: RocketMQ",
        "eventSourceType: RabbitMQ",
        "eventSourceParameters:",
        "`sourceRabbitMQParameters` is missing in `eventSourceParameters` (needed with \
         `eventSourceType: RabbitMQ`)",
    ),
    mistake(
        "rabbitmq",
        "eventSchema: CloudEvents",
        "eventSchema: CloudEvents\n                concurrency: 2",
        "concurrency",
        "`concurrency` does not apply with `eventSourceType: RabbitMQ`",
    ),
];
