//! A session's configuration as JSON: `{"framing", "dialect", "stallAfterMs", "repetition", "entities": {...},
//! "limits": {...}, "timeouts": {...}}`, every member optional.

use std::sync::Arc;
use std::time::Duration;

use midstream::json::{Cursor, Strings, SyntaxError};
use midstream::{Config, Limits, Repetition, Timeouts};

/// Reads a configuration; the empty text is the default one.
pub(crate) fn read(json: &str) -> Result<Config, String> {
    let mut config = Config::default();
    if json.is_empty() {
        return Ok(config);
    }
    let mut wrong = None;
    let strings = Strings::default();
    let mut cursor = Cursor::new(json, &strings);
    let object = cursor.object(|key, value| {
        match key {
            "framing" => set(value, &mut wrong, |name| name.parse().map(|framing| config.framing = Some(framing)))?,
            "dialect" => set(value, &mut wrong, |name| name.parse().map(|dialect| config.dialect = Some(dialect)))?,
            "stallAfterMs" => config.stall_after = millis(value)?,
            "repetition" => {
                if value.bool()? == Some(true) {
                    config.analyses.push(Arc::new(Repetition::default()));
                }
            }
            #[cfg(feature = "entities")]
            "entities" => match crate::entities::read(value, &mut wrong)? {
                Some(entities) => config.analyses.push(Arc::new(entities)),
                None => drop(wrong.get_or_insert_with(|| "expected an object as `entities`".to_owned())),
            },
            "limits" => drop(value.object(|key, value| limit(&mut config.limits, key, value, &mut wrong))?),
            "timeouts" => drop(value.object(|key, value| timeout(&mut config.timeouts, key, value, &mut wrong))?),
            other => {
                unknown("configuration", other, &mut wrong);
                value.skip()?;
            }
        }
        Ok(())
    });
    match (object.and_then(|object| cursor.end().map(|()| object)), wrong) {
        (Err(error), _) => Err(error.to_string()),
        (Ok(false), _) => Err("expected a JSON object as configuration".to_owned()),
        (Ok(true), Some(wrong)) => Err(wrong),
        (Ok(true), None) => Ok(config),
    }
}

fn set(
    value: &mut Cursor<'_>,
    wrong: &mut Option<String>,
    parse: impl FnOnce(&str) -> Result<(), String>,
) -> Result<(), SyntaxError> {
    if let Some(name) = value.string()?
        && name != "auto"
        && let Err(error) = parse(name)
    {
        wrong.get_or_insert(error);
    }
    Ok(())
}

fn limit(
    limits: &mut Limits,
    key: &str,
    value: &mut Cursor<'_>,
    wrong: &mut Option<String>,
) -> Result<(), SyntaxError> {
    let place = match key {
        "maxFrameBytes" => &mut limits.max_frame_bytes,
        "maxToolInputBytes" => &mut limits.max_tool_input_bytes,
        "maxJsonDepth" => &mut limits.max_json_depth,
        "maxChoices" => &mut limits.max_choices,
        "maxToolCalls" => &mut limits.max_tool_calls,
        "maxUndecidedFrames" => &mut limits.max_undecided_frames,
        other => {
            unknown("limit", other, wrong);
            return value.skip();
        }
    };
    match value.u64()?.and_then(|limit| usize::try_from(limit).ok()) {
        Some(limit) => *place = limit,
        None => drop(wrong.get_or_insert_with(|| format!("expected a whole number as `{key}`"))),
    }
    Ok(())
}

fn timeout(
    timeouts: &mut Timeouts,
    key: &str,
    value: &mut Cursor<'_>,
    wrong: &mut Option<String>,
) -> Result<(), SyntaxError> {
    match key {
        "firstContentMs" => timeouts.first_content = millis(value)?,
        "gapMs" => timeouts.gap = millis(value)?,
        "totalMs" => timeouts.total = millis(value)?,
        other => {
            unknown("timeout", other, wrong);
            value.skip()?;
        }
    }
    Ok(())
}

fn millis(value: &mut Cursor<'_>) -> Result<Option<Duration>, SyntaxError> {
    Ok(value.u64()?.map(Duration::from_millis))
}

fn unknown(what: &str, key: &str, wrong: &mut Option<String>) {
    wrong.get_or_insert_with(|| format!("there is no {what} `{key}`"));
}
