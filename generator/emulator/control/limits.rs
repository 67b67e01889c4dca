//! What the platform accepts of a function's configuration:
//! [`page::LIMITS`](crate::platform::page::LIMITS) and [`page::CREATE`](crate::platform::page::CREATE).

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use crate::deployment::is_function_name;
use crate::emulator::api_error::ApiError;
use crate::platform::{CONCURRENCY_LIMIT, ENVIRONMENT_LIMIT, MEMORY_LIMITS, NAME_LIMIT};

type Config = Map<String, Value>;

/// Runtimes that need a handler and their own launcher, which this machine does not have.
const BUILT_IN: [&str; 9] = [
    "nodejs",
    "python",
    "java",
    "go",
    "php",
    "dotnetcore",
    "dotnet",
    "ruby",
    "swift",
];

/// Checks the name of a function, an alias or a trigger.
pub(super) fn check_name(field: &str, name: &str) -> Result<(), ApiError> {
    if is_function_name(name) {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "`{field}` must be 1 to {NAME_LIMIT} letters, digits, `_` and `-`, and begin with a letter or `_`"
    )))
}

/// Checks a whole configuration.
pub(super) fn check(config: &Config) -> Result<(), ApiError> {
    runtime(config)?;
    number(config, "timeout", &(1.0..=86_400.0), 1.0)?;
    let memory = f64::from(*MEMORY_LIMITS.start())..=f64::from(*MEMORY_LIMITS.end());
    number(config, "memorySize", &memory, 64.0)?;
    number(config, "cpu", &(0.05..=16.0), 0.05)?;
    ratio(config)?;
    one_of(config, "diskSize", &[512.0, 10_240.0])?;
    let most = f64::from(u32::try_from(CONCURRENCY_LIMIT).unwrap_or(u32::MAX));
    number(config, "instanceConcurrency", &(1.0..=most), 1.0)?;
    environment(config)?;
    hook(config, "initializer", 300.0)?;
    hook(config, "preStop", 90.0)?;
    count(config.get("layers"), "layers", 5)?;
    for mounts in ["nasConfig", "ossMountConfig"] {
        let points = config
            .get(mounts)
            .and_then(|mounts| mounts.get("mountPoints"));
        count(points, &format!("{mounts}.mountPoints"), 5)?;
    }
    let port = |config: &Config, section: &str| {
        let section = config.get(section).and_then(Value::as_object);
        section.map_or(Ok(()), |section| {
            number(section, "port", &(1.0..=65_535.0), 1.0)
        })
    };
    port(config, "customRuntimeConfig")?;
    port(config, "customContainerConfig")?;
    tags(config.get("tags"))
}

fn runtime(config: &Config) -> Result<(), ApiError> {
    let runtime = config
        .get("runtime")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_built_in = || {
        BUILT_IN.iter().any(|name| {
            let version = runtime.strip_prefix(name);
            version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    let custom = [
        "custom",
        "custom.debian10",
        "custom.debian11",
        "custom.debian12",
    ];
    match runtime {
        "custom-container" | "micro-sandbox" => {
            let container = config.get("customContainerConfig");
            let image = container.and_then(|container| container.get("image"));
            if image
                .and_then(Value::as_str)
                .is_some_and(|image| !image.is_empty())
            {
                Ok(())
            } else {
                let message =
                    format!("the runtime `{runtime}` needs `customContainerConfig.image`");
                Err(ApiError::invalid(message))
            }
        }
        _ if custom.contains(&runtime) || is_built_in() => Ok(()),
        _ => {
            let runtime: String = runtime.chars().take(NAME_LIMIT).collect();
            Err(ApiError::invalid(format!(
                "`runtime` has the unknown value `{runtime}`"
            )))
        }
    }
}

/// Checks a number that is there. `step` is what it has to be a multiple of.
fn number(
    config: &Config,
    field: &str,
    range: &RangeInclusive<f64>,
    step: f64,
) -> Result<(), ApiError> {
    let Some(value) = config.get(field) else {
        return Ok(());
    };
    let is_allowed = value.as_f64().is_some_and(|number| {
        let steps = number / step;
        range.contains(&number) && (steps - steps.round()).abs() < 1e-6
    });
    if is_allowed {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err(ApiError::invalid(format!(
        "`{field}` must be a number from {least} to {most}, in steps of {step}"
    )))
}

fn one_of(config: &Config, field: &str, allowed: &[f64]) -> Result<(), ApiError> {
    let Some(value) = config.get(field) else {
        return Ok(());
    };
    let number = value.as_f64();
    if number.is_some_and(|number| allowed.iter().any(|one| (one - number).abs() < 1e-9)) {
        return Ok(());
    }
    let allowed = allowed.iter().map(f64::to_string);
    let allowed = allowed.collect::<Vec<_>>().join(" or ");
    Err(ApiError::invalid(format!("`{field}` must be {allowed}")))
}

/// A vCPU has 1 to 4 GB.
fn ratio(config: &Config) -> Result<(), ApiError> {
    let number = |field: &str| config.get(field).and_then(Value::as_f64);
    let (Some(cpu), Some(memory)) = (number("cpu"), number("memorySize")) else {
        return Ok(());
    };
    let gigabytes = memory / 1024.0;
    // The smallest steps of both cannot meet the limits exactly.
    if gigabytes / cpu > 0.99 && gigabytes / cpu < 4.01 {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "`memorySize` must be 1 to 4 GB for each vCPU; {memory} MB and {cpu} vCPU are not"
    )))
}

fn environment(config: &Config) -> Result<(), ApiError> {
    let Some(variables) = config.get("environmentVariables") else {
        return Ok(());
    };
    let text = |value: &Value| value.as_str().map(str::len);
    let sizes = variables.as_object().map(|variables| {
        let sizes = variables
            .iter()
            .map(|(name, value)| Some(name.len() + text(value)?));
        sizes.sum::<Option<usize>>()
    });
    match sizes.flatten() {
        None => Err(ApiError::invalid(
            "`environmentVariables` must be an object of texts",
        )),
        Some(size) if size > ENVIRONMENT_LIMIT => Err(ApiError::invalid(format!(
            "`environmentVariables` has {size} bytes, more than {ENVIRONMENT_LIMIT}"
        ))),
        Some(_) => Ok(()),
    }
}

fn hook(config: &Config, name: &str, most: f64) -> Result<(), ApiError> {
    let hooks = config.get("instanceLifecycleConfig");
    let hook = hooks
        .and_then(|hooks| hooks.get(name))
        .and_then(Value::as_object);
    hook.map_or(Ok(()), |hook| number(hook, "timeout", &(1.0..=most), 1.0))
        .map_err(|error| ApiError::invalid(format!("{name}: {}", error.message)))
}

fn count(list: Option<&Value>, field: &str, most: usize) -> Result<(), ApiError> {
    match list {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(items)) if items.len() <= most => Ok(()),
        Some(Value::Array(items)) => Err(ApiError::invalid(format!(
            "`{field}` has {} entries, more than {most}",
            items.len()
        ))),
        Some(_) => Err(ApiError::invalid(format!("`{field}` must be a list"))),
    }
}

/// Checks tags: a list of objects with `Key` and `Value`, in any case.
pub(super) fn tags(tags: Option<&Value>) -> Result<(), ApiError> {
    count(tags, "tags", 20)?;
    let tags = tags.and_then(Value::as_array).into_iter().flatten();
    for tag in tags {
        let field = |name: &str| {
            let lower = name.to_ascii_lowercase();
            tag.get(name)
                .or_else(|| tag.get(lower))
                .and_then(Value::as_str)
        };
        let (key, value) = (
            field("Key").unwrap_or_default(),
            field("Value").unwrap_or_default(),
        );
        let is_reserved = ["aliyun", "acs:"]
            .iter()
            .any(|start| key.starts_with(start))
            || ["http://", "https://"]
                .iter()
                .any(|part| key.contains(part));
        if is_reserved || !(1..=64).contains(&key.chars().count()) {
            let message = "the key of a tag must be 1 to 64 characters, without `aliyun` or `acs:` at \
                           its start and without `http://` or `https://`";
            return Err(ApiError::invalid(message));
        }
        if value.chars().count() > 128 {
            return Err(ApiError::invalid(
                "the value of a tag must be at most 128 characters",
            ));
        }
    }
    Ok(())
}
