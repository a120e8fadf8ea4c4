//! A value for a JSON Schema, made of what stands in a prompt.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

/// Makes a value that `schema` allows, as far as its common words go (`type`, `properties`, `items`, `enum`, `const`,
/// `anyOf`, `$ref`, `format`, bounds), taking names and numbers from `prompt` where it has some.
pub(super) fn value(schema: &Value, prompt: &str) -> Value {
    Maker { root: schema, prompt, names: names(prompt), numbers: numbers(prompt) }.value(schema, "", MAX_DEPTH)
}

struct Maker<'a> {
    root: &'a Value,
    prompt: &'a str,
    /// Those not used yet, in the order of the prompt.
    names: VecDeque<String>,
    numbers: VecDeque<f64>,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return Value::Null };
        for known in ["const", "default"] {
            if let Some(value) = schema.get(known) {
                return value.clone();
            }
        }
        if let Some(values) = schema["enum"].as_array().filter(|values| !values.is_empty()) {
            let prompt = self.prompt.to_lowercase();
            let spoken = |value: &&Value| value.as_str().is_some_and(|text| prompt.contains(&text.to_lowercase()));
            return values.iter().find(spoken).unwrap_or(&values[0]).clone();
        }
        if let Some(target) = schema["$ref"].as_str().and_then(|target| self.root.pointer(target.strip_prefix('#')?)) {
            return self.value(&target.clone(), name, depth);
        }
        for one_of in ["anyOf", "oneOf", "allOf"] {
            let options = schema[one_of].as_array();
            if let Some(option) = options.and_then(|options| options.iter().find(|option| option["type"] != "null")) {
                return self.value(option, name, depth);
            }
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => {
                let count = schema["minItems"].as_u64().unwrap_or(1).clamp(1, MAX_ITEMS);
                (0..count).map(|_| self.value(&schema["items"], name, depth)).collect()
            }
            "integer" => json!(self.number(schema).round() as i64),
            "number" => json!(self.number(schema)),
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => Value::String(self.string(schema, name)),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            object.insert(name.clone(), self.value(property, name, depth));
        }
        Value::Object(object)
    }

    fn number(&mut self, schema: &Value) -> f64 {
        let least = schema["minimum"].as_f64();
        let number = self.numbers.pop_front().or(least).unwrap_or(1.0);
        let number = least.map_or(number, |least| number.max(least));
        schema["maximum"].as_f64().map_or(number, |most| number.min(most))
    }

    fn string(&mut self, schema: &Value, name: &str) -> String {
        let fallback = match schema["format"].as_str() {
            Some("date") => return "2026-11-23".into(),
            Some("date-time") => return "2026-11-23T09:30:00Z".into(),
            Some("time") => return "09:30:00Z".into(),
            Some("email") => return "ada@example.com".into(),
            Some("uri" | "url") => return "https://example.com/".into(),
            _ => self.prompt.trim(),
        };
        let name = name.to_lowercase();
        let wants_all = WHOLE_PROMPT.iter().any(|word| name.contains(word));
        let taken = if wants_all { None } else { self.names.pop_front() };
        taken.unwrap_or_else(|| fallback.chars().take(MAX_STRING).collect())
    }
}

/// The schema's type; the first but `null` where there are several; that which its other words go with where there is
/// none.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null"),
        _ if schema["properties"].is_object() => "object",
        _ if schema["items"].is_object() => "array",
        _ => "string",
    }
}

/// What in `prompt` may be names: runs of capitalised words, but the first word of a sentence; and what stands in
/// quotation marks.
fn names(prompt: &str) -> VecDeque<String> {
    let mut names = VecDeque::new();
    let mut run: Vec<&str> = Vec::new();
    let mut begins = true;
    for word in prompt.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let capital = bare.chars().next().is_some_and(char::is_uppercase);
        if capital && !begins {
            run.push(bare);
        }
        let breaks = word.ends_with([',', '.', '!', '?', ';', ':']);
        if (!capital || breaks) && !run.is_empty() {
            names.push_back(run.join(" "));
            run.clear();
        }
        begins = word.ends_with(['.', '!', '?', ':']);
    }
    names.extend(Some(run.join(" ")).filter(|rest| !rest.is_empty()));
    names.extend(prompt.split('"').skip(1).step_by(2).filter(|quoted| !quoted.is_empty()).map(str::to_owned));
    names
}

fn numbers(prompt: &str) -> VecDeque<f64> {
    let numeric = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    prompt.split(|c| !numeric(c)).filter_map(|text| text.trim_end_matches('.').parse().ok()).collect()
}

/// Parts of the names of properties that want the whole prompt.
const WHOLE_PROMPT: &[&str] = &["query", "question", "prompt", "text", "message", "input", "summary", "reason"];

const MAX_DEPTH: usize = 8;
const MAX_ITEMS: u64 = 8;

/// In characters.
const MAX_STRING: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_the_schema_and_the_prompt() {
        for (schema, prompt, expected) in [
            (
                json!({"type": "object", "properties": {"city": {"type": "string"}}}),
                "How is it in New York today?",
                json!({"city": "New York"}),
            ),
            (
                json!({"type": "object", "properties": {"from": {"type": "string"}, "to": {"type": "string"}}}),
                "A train from Bern to Oslo",
                json!({"from": "Bern", "to": "Oslo"}),
            ),
            (
                json!({"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "number"}}}),
                "add 2 and -5.5",
                json!({"x": 2, "y": -5.5}),
            ),
            (
                json!({"type": "object", "properties": {"query": {"type": "string"}}}),
                "Who was Ada Lovelace?",
                json!({"query": "Who was Ada Lovelace?"}),
            ),
            (json!({"type": "string", "enum": ["celsius", "fahrenheit"]}), "in Fahrenheit", json!("fahrenheit")),
            (json!({"type": "string", "enum": ["celsius", "fahrenheit"]}), "warm?", json!("celsius")),
            (json!({"type": ["null", "integer"], "minimum": 3, "maximum": 5}), "9 lives", json!(5)),
            (
                json!({"type": "array", "items": {"type": "string"}, "minItems": 2}),
                "meet Ada and Zoë",
                json!(["Ada", "Zoë"]),
            ),
            (json!({"$ref": "#/$defs/day", "$defs": {"day": {"const": "Monday"}}}), "", json!("Monday")),
            (json!({"anyOf": [{"type": "null"}, {"type": "boolean"}]}), "", json!(true)),
            (json!({"type": "object"}), "anything", json!({})),
            (json!({}), "only words", json!("only words")),
            (Value::Null, "only words", json!("only words")),
        ] {
            assert_eq!(value(&schema, prompt), expected, "{schema} {prompt}");
        }
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let schema = json!({"type": "object", "properties": {"child": {"$ref": "#"}}});
        assert!(value(&schema, "").to_string().len() < 200);
    }
}
