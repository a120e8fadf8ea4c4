//! A session's configuration as JSON: `{"framing", "dialect", "stallAfterMs", "repetition", "entities": {...},
//! "relations", "limits": {...}, "timeouts": {...}}`, every member optional.

use std::sync::Arc;
use std::time::Duration;

use midstream::json::{Cursor, Kind, Strings, SyntaxError};
use midstream::{Config, Limits, Repetition, Timeouts};

/// Reads a configuration; the empty text is the default one.
pub(crate) fn read(json: &str) -> Result<Config, String> {
    let mut config = Config::default();
    #[cfg(feature = "entities")]
    let mut entities = None;
    #[cfg(feature = "relations")]
    let mut relations = false;
    object(json, &mut |key, value, wrong| {
        match key {
            "framing" => set(value, wrong, |name| name.parse().map(|framing| config.framing = Some(framing)))?,
            "dialect" => set(value, wrong, |name| name.parse().map(|dialect| config.dialect = Some(dialect)))?,
            "stallAfterMs" => config.stall_after = millis(value)?,
            "repetition" => {
                if value.bool()? == Some(true) {
                    config.analyses.push(Arc::new(Repetition::default()));
                }
            }
            #[cfg(feature = "entities")]
            "entities" => {
                entities = crate::entities::read(value, wrong)?;
                if entities.is_none() {
                    wrong.get_or_insert_with(|| "expected an object as `entities`".to_owned());
                }
            }
            #[cfg(feature = "relations")]
            "relations" => relations = value.bool()? == Some(true),
            "limits" => value.object(|key, value| limit(&mut config.limits, key, value, wrong))?,
            "timeouts" => value.object(|key, value| timeout(&mut config.timeouts, key, value, wrong))?,
            other => unknown("configuration", other, value, wrong)?,
        }
        Ok(())
    })?;
    #[cfg(feature = "relations")]
    if relations {
        let entities = entities.take().unwrap_or_else(crate::entities::all);
        let found = crate::relations::of(&entities);
        config.analyses.push(found.ok_or("expected a model of parts of speech for `relations`, found none loaded")?);
    }
    #[cfg(feature = "entities")]
    if let Some(entities) = entities {
        config.analyses.push(Arc::new(entities));
    }
    Ok(config)
}

/// Takes a member's key, its value, and the place for what is wrong with it.
type Member<'a> = dyn FnMut(&str, &mut Cursor<'_>, &mut Option<String>) -> Result<(), SyntaxError> + 'a;

/// Shows `member` each member of `json`, an object; the empty text has none. Of what `member` calls wrong, the first is the
/// error.
pub(crate) fn object(json: &str, member: &mut Member<'_>) -> Result<(), String> {
    if json.is_empty() {
        return Ok(());
    }
    let mut wrong = None;
    let strings = Strings::default();
    let mut cursor = Cursor::new(json, &strings);
    let is_object = cursor.peek() == Kind::Object;
    let read = cursor.object(|key, value| member(key, value, &mut wrong));
    match (read.and_then(|()| cursor.end()), wrong) {
        (Err(error), _) => Err(error.to_string()),
        (Ok(()), _) if !is_object => Err("expected a JSON object as configuration".to_owned()),
        (Ok(()), Some(wrong)) => Err(wrong),
        (Ok(()), None) => Ok(()),
    }
}

/// A whole number as the member `key`.
pub(crate) fn whole(
    value: &mut Cursor<'_>,
    key: &str,
    wrong: &mut Option<String>,
) -> Result<Option<usize>, SyntaxError> {
    let number = value.u64()?.and_then(|number| usize::try_from(number).ok());
    if number.is_none() {
        wrong.get_or_insert_with(|| format!("expected a whole number as `{key}`"));
    }
    Ok(number)
}

/// Passes over a member that there is not.
pub(crate) fn unknown(
    what: &str,
    key: &str,
    value: &mut Cursor<'_>,
    wrong: &mut Option<String>,
) -> Result<(), SyntaxError> {
    wrong.get_or_insert_with(|| format!("there is no {what} `{key}`"));
    value.skip()
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
        other => return unknown("limit", other, value, wrong),
    };
    if let Some(limit) = whole(value, key, wrong)? {
        *place = limit;
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
        other => unknown("timeout", other, value, wrong)?,
    }
    Ok(())
}

fn millis(value: &mut Cursor<'_>) -> Result<Option<Duration>, SyntaxError> {
    Ok(value.u64()?.map(Duration::from_millis))
}
