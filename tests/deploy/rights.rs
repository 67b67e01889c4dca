//! The policies that each kind's `TRIGGER.md` gives to paste: the rights of what is deployed, and no
//! more.

use std::fs;
use std::path::Path;

use libtest_mimic::Failed;
use serde_json::Value;

use super::ensure;

/// The role with which a trigger calls the function, which the component creates.
const ROLES: [(&str, &str); 5] = [
    ("oss", "aliyunosseventnotificationrole"),
    ("log", "aliyunlogetlrole"),
    ("mns_topic", "aliyunmnsnotificationrole"),
    ("cdn_events", "aliyuncdneventnotificationrole"),
    ("tablestore", "aliyuntablestorestreamnotificationrole"),
];

/// The services of the linked roles that the component creates for a source, beside the one that
/// calls functions.
const SERVICES: [(&str, &[&str]); 5] = [
    ("Default", &["source-cms", "source-actiontrail"]),
    ("MNS", &["sendevent-mns"]),
    ("RocketMQ", &["source-rocketmq"]),
    ("RabbitMQ", &["source-rabbitmq"]),
    ("Kafka", &["source-kafka", "connect-vpc"]),
];

pub(crate) fn are_the_least(kind: &str) -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join(format!("template/kinds/{kind}/TRIGGER.md")))?;
    let (_, section) = page
        .split_once("\n## Permissions to deploy\n")
        .ok_or("no section")?;
    let (_, policy) = section.split_once("```json\n").ok_or("no policy")?;
    let (policy, _) = policy.split_once("```").ok_or("no end")?;
    let policy: Value = serde_json::from_str(policy)?;
    ensure(policy["Version"] == "1", || format!("{policy:#}"))?;
    let triggers = fs::read_to_string(root.join(format!("tests/snapshots/triggers/{kind}.json")))?;
    let triggers: Value = serde_json::from_str(&triggers)?;
    let trigger = &triggers[0];

    let mut allowed = Vec::new();
    for statement in policy["Statement"].as_array().ok_or("no statements")? {
        ensure(statement["Effect"] == "Allow", || format!("{statement:#}"))?;
        for action in texts(&statement["Action"]) {
            // Everywhere, nothing may be changed but what a condition names.
            let reads = ["fc:Get*", "fc:List*", "ram:CheckServiceLinkedRoleExistence"];
            let is_narrow = statement["Resource"] != "*"
                || reads.contains(&action)
                || statement["Condition"].is_object();
            ensure(is_narrow && !action.ends_with(":*"), || {
                format!("{statement:#}")
            })?;
            allowed.push(action);
        }
    }
    let may = |action: &str| allowed.contains(&action);
    ensure(may("fc:CreateFunction") && may("fc:UpdateFunction"), || {
        format!("{allowed:?}")
    })?;
    ensure(may("fc:CreateTrigger") == trigger.is_object(), || {
        format!("{allowed:?}")
    })?;

    let text = policy.to_string();
    for (trigger_type, role) in ROLES {
        let is_needed = trigger["triggerType"] == trigger_type;
        ensure(text.contains(role) == is_needed, || {
            format!("{role}: {policy:#}")
        })?;
        ensure(
            !is_needed || may("ram:CreateRole") && may("ram:PassRole"),
            || text.clone(),
        )?;
    }
    let source = &trigger["triggerConfig"]["eventSourceConfig"]["eventSourceType"];
    let services = SERVICES.iter().find(|(name, _)| source == name);
    ensure(services.is_some() == source.is_string(), || {
        format!("{source} is new")
    })?;
    let mut services: Vec<_> = services.map_or(vec![], |(_, services)| {
        [&["sendevent-fc"], *services].concat()
    });
    let condition = &policy["Statement"][3]["Condition"]["StringEquals"]["ram:ServiceName"];
    let mut named: Vec<_> = texts(condition);
    services.sort_unstable();
    named.sort_unstable();
    let services: Vec<_> = services
        .iter()
        .map(|service| format!("{service}.eventbridge.aliyuncs.com"))
        .collect();
    ensure(named == services, || {
        format!("{named:?} is not {services:?}")
    })
}

/// The table of errors leads to the policy, in both languages.
pub(crate) fn are_named_where_they_are_missed() -> Result<(), Failed> {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("template");
    for page in ["DEPLOY.md.liquid", "DEPLOY.zh-CN.md.liquid"] {
        let page = fs::read_to_string(template.join(page))?;
        for error in ["`NoPermission`", "`no permission to check role`"] {
            let row = page
                .lines()
                .find(|line| line.starts_with('|') && line.contains(error));
            ensure(row.is_some(), || format!("no row for {error}"))?;
        }
        let link = "(TRIGGER.md#permissions-to-deploy)";
        ensure(page.contains(link), || format!("no link to {link}"))?;
    }
    Ok(())
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    let list = value.as_array().into_iter().flatten();
    value
        .as_str()
        .into_iter()
        .chain(list.filter_map(Value::as_str))
        .collect()
}
