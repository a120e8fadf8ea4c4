//! The arguments of a function call that Gemini streams as values with their places.
//!
//! Pieces `{"jsonPath": "$.trip.stops[0].city", "stringValue": "Ros", "willContinue": true}` go in; out comes JSON text
//! that only grows, so that a host can read the input while it is written. Vertex AI, `streamFunctionCallArguments`.

use std::borrow::Cow;

use super::seen::Seen;
use crate::json::write_string;

/// The JSON text of one call's arguments, while it is written.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// Open containers, outermost first; empty before the first piece.
    open: Vec<Container>,
    /// Where, in the innermost container, a string stands whose closing quote is not written yet.
    string: Option<Step<'static>>,
    /// Bytes written.
    written: usize,
    /// A piece could not be placed. The text ends there, unclosed, so that nobody takes it for the whole input.
    broken: bool,
}

/// An object or an array that is not closed yet.
#[derive(Debug)]
struct Container {
    /// Where it stands in the container around it; of the root, nothing.
    place: Option<Step<'static>>,
    members: Members,
}

#[derive(Debug)]
enum Members {
    /// The names written so far.
    Object(Seen),
    /// How many elements are written.
    Array(usize),
}

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step<'p> {
    Name(Cow<'p, str>),
    Index(usize),
}

impl Arguments {
    /// Writes `value`, a JSON text, at `path` and appends what that adds to `out`. Pieces of a string at one path follow
    /// each other. Returns `false`, and writes nothing more from then on, where the value stands before what is written
    /// already, or the path is none.
    pub(super) fn write(&mut self, path: &str, value: &str, out: &mut String) -> bool {
        let before = out.len();
        let steps = steps(path).filter(|_| !self.broken && self.written + value.len() <= MAX_WRITTEN);
        match steps.as_deref().and_then(|steps| self.place(steps)) {
            Some(Place::Continued) => match string_body(value) {
                Some(more) => out.push_str(more),
                None => self.broken = true,
            },
            Some(Place::New { depth, steps }) => {
                self.close_down_to(depth, out);
                self.open(steps, out);
                match string_body(value) {
                    Some(body) => {
                        out.push('"');
                        out.push_str(body);
                        self.string = steps.last().map(Step::to_owned);
                    }
                    None => out.push_str(value),
                }
            }
            None => {
                self.broken = true;
                if self.open.is_empty() {
                    // No text at all would be read as `{}`.
                    self.open.push(Container::root());
                    out.push('{');
                }
            }
        }
        self.written += out.len() - before;
        !self.broken
    }

    /// Closes whatever is open. Arguments of which nothing came are `{}`.
    pub(super) fn finish(mut self, out: &mut String) {
        if self.broken {
            return;
        }
        if self.open.is_empty() {
            out.push('{');
            self.open.push(Container::root());
        }
        self.close_down_to(0, out);
    }

    /// Where the value at `steps` goes; `None` where it can't be appended.
    fn place<'s, 'p>(&self, steps: &'s [Step<'p>]) -> Option<Place<'s, 'p>> {
        let (leaf, parents) = steps.split_last()?;
        if steps.len() > MAX_DEPTH {
            return None;
        }
        let Some((_, inner)) = self.open.split_first() else {
            let begins = matches!(steps[0], Step::Name(_)) && all_begin(&steps[1..]);
            return begins.then_some(Place::New { depth: 0, steps });
        };
        let common = inner.iter().zip(parents).take_while(|(open, step)| open.place.as_ref() == Some(step)).count();
        if common == parents.len() && common == inner.len() && self.string.as_ref() == Some(leaf) {
            return Some(Place::Continued);
        }
        let follows = self.open[common].takes(&steps[common]) && all_begin(&steps[common + 1..]);
        follows.then_some(Place::New { depth: common + 1, steps: &steps[common..] })
    }

    /// Writes what leads to the last of `steps`, from the innermost open container.
    fn open(&mut self, steps: &[Step<'_>], out: &mut String) {
        if self.open.is_empty() {
            out.push('{');
            self.open.push(Container::root());
        }
        for (at, step) in steps.iter().enumerate() {
            let container = self.open.last_mut().expect("the root is open");
            container.begin_member(step, out);
            let members = match steps.get(at + 1) {
                Some(Step::Name(_)) => Members::Object(Seen::default()),
                Some(Step::Index(_)) => Members::Array(0),
                None => break,
            };
            out.push(if matches!(members, Members::Object(_)) { '{' } else { '[' });
            self.open.push(Container { place: Some(step.to_owned()), members });
        }
    }

    fn close_down_to(&mut self, depth: usize, out: &mut String) {
        if self.string.take().is_some() {
            out.push('"');
        }
        for container in self.open.drain(depth.min(self.open.len())..).rev() {
            out.push(if matches!(container.members, Members::Object(_)) { '}' } else { ']' });
        }
    }
}

/// Where a value goes.
enum Place<'s, 'p> {
    /// Onto the open string.
    Continued,
    /// Into the container at `depth` (1 for the root, 0 where not even that is open), by way of `steps`.
    New { depth: usize, steps: &'s [Step<'p>] },
}

impl Step<'_> {
    fn to_owned(&self) -> Step<'static> {
        match self {
            Self::Name(name) => Step::Name(Cow::Owned(name.clone().into_owned())),
            Self::Index(index) => Step::Index(*index),
        }
    }
}

impl Container {
    fn root() -> Self {
        Self { place: None, members: Members::Object(Seen::default()) }
    }

    /// Whether `step` leads to a member that can be written next.
    fn takes(&self, step: &Step<'_>) -> bool {
        match (&self.members, step) {
            (Members::Object(names), Step::Name(name)) => !names.contains(&**name),
            (Members::Array(length), Step::Index(index)) => index == length,
            _ => false,
        }
    }

    fn begin_member(&mut self, step: &Step<'_>, out: &mut String) {
        match (&mut self.members, step) {
            (Members::Object(names), Step::Name(name)) => {
                if names.len() > 0 {
                    out.push(',');
                }
                write_string(name, out);
                out.push(':');
                names.insert(&**name);
            }
            (Members::Array(length), _) => {
                if *length > 0 {
                    out.push(',');
                }
                *length += 1;
            }
            (Members::Object(_), Step::Index(_)) => unreachable!("`takes` was asked first"),
        }
    }
}

/// Whether containers that are opened by `steps` get their first member.
fn all_begin(steps: &[Step<'_>]) -> bool {
    steps.iter().all(|step| !matches!(step, Step::Index(index) if *index > 0))
}

/// What stands between the quotes, where `value` is a JSON string.
fn string_body(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

/// The steps of `$.name[0]['other name']` (RFC 9535, without wildcards); `None` where `path` is no such path.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    let mut steps = Vec::new();
    if !rest.starts_with(['.', '[']) && !rest.is_empty() {
        // `location` for `$.location`.
        rest = step_name(rest, &mut steps)?;
    }
    while !rest.is_empty() {
        rest = match rest.strip_prefix('.') {
            Some(name) => step_name(name, &mut steps)?,
            None => step_in_brackets(rest.strip_prefix('[')?, &mut steps)?,
        };
    }
    Some(steps)
}

fn step_name<'p>(rest: &'p str, steps: &mut Vec<Step<'p>>) -> Option<&'p str> {
    let (name, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    steps.push(Step::Name(Some(name).filter(|name| !name.is_empty())?.into()));
    Some(rest)
}

fn step_in_brackets<'p>(rest: &'p str, steps: &mut Vec<Step<'p>>) -> Option<&'p str> {
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let (index, rest) = rest.split_once(']')?;
        steps.push(Step::Index(index.parse().ok()?));
        return Some(rest);
    };
    let mut name = String::new();
    let mut chars = rest[1..].chars();
    loop {
        match chars.next()? {
            '\\' => name.push(chars.next()?),
            c if c == quote => break,
            c => name.push(c),
        }
    }
    steps.push(Step::Name(name.into()));
    chars.as_str().strip_prefix(']')
}

/// Deepest path that is followed.
const MAX_DEPTH: usize = 128;

/// Most bytes of one call's arguments. The session's own limit, `max_tool_input_bytes`, is lower or equal by default.
const MAX_WRITTEN: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn written(pieces: &[(&str, &str)]) -> (String, bool) {
        let (mut arguments, mut text) = (Arguments::default(), String::new());
        let placed =
            pieces.iter().map(|(path, value)| arguments.write(path, value, &mut text)).fold(true, |a, b| a & b);
        arguments.finish(&mut text);
        (text, placed)
    }

    #[test]
    fn pieces_in_order_are_one_valid_text() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[], "{}"),
            (&[("$.a", "1")], r#"{"a":1}"#),
            (&[("$.a", r#""x""#), ("$.a", r#""""#), ("$.b", "true")], r#"{"a":"x","b":true}"#),
            (&[("$.a", r#""x""#), ("$.a", r#""\"y""#)], r#"{"a":"x\"y"}"#),
            (&[("$.a.b", "1"), ("$.a.c", "2"), ("$.d", "null")], r#"{"a":{"b":1,"c":2},"d":null}"#),
            (&[("$.a[0].x", "1"), ("$.a[1].x", "2")], r#"{"a":[{"x":1},{"x":2}]}"#),
            (&[("$.a[0][0]", "1"), ("$.a[0][1]", "2"), ("$.a[1][0]", "3")], r#"{"a":[[1,2],[3]]}"#),
            (&[("$['a b']", "1"), (r#"$["c'd"]"#, "2"), (r"$['e\'f']", "3")], r#"{"a b":1,"c'd":2,"e'f":3}"#),
            (&[("location", r#""Oslo""#), ("day[0]", "3")], r#"{"location":"Oslo","day":[3]}"#),
            (&[("$.a", r#"{"whole": [1]}"#), ("$.b", "[]")], r#"{"a":{"whole": [1]},"b":[]}"#),
            (&[("$.a[0]", r#""x""#), ("$.a[0]", r#""y""#), ("$.a[1]", r#""z""#)], r#"{"a":["xy","z"]}"#),
        ];
        for (pieces, expected) in cases {
            assert_eq!(written(pieces), (expected.to_string(), true), "{pieces:?}");
        }
    }

    #[test]
    fn a_piece_out_of_place_leaves_the_text_unclosed() {
        let cases: &[&[(&str, &str)]] = &[
            &[("$.a", "1"), ("$.a", "2")],
            &[("$.a", r#""x""#), ("$.a", "2")],
            &[("$.a.b", "1"), ("$.c", "2"), ("$.a.d", "3")],
            &[("$.a[0]", "1"), ("$.a[2]", "2")],
            &[("$.a[0]", "1"), ("$.a[0]", "2")],
            &[("$.a[4294967295]", "1")],
            &[("$.a", "1"), ("$.a.b", "2")],
            &[("$.a[0]", "1"), ("$.a.b", "2")],
            &[("$[0]", "1")],
            &[("$", "1")],
            &[("", "1")],
            &[("$..a", "1")],
            &[("$.a[", "1")],
            &[("$.a[x]", "1")],
            &[("$['a", "1")],
            &[("$.a", "1"), ("$..", "2"), ("$.b", "3")],
        ];
        for pieces in cases {
            let (text, placed) = written(pieces);
            assert!(!placed, "{pieces:?}");
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_err(), "{pieces:?} gave {text}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 1..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// The pieces in which `value` is streamed: its leaves, each string a character at a time.
    fn pieces(path: &str, value: &Value, out: &mut Vec<(String, String)>) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                let name = name.replace('\\', r"\\").replace('\'', r"\'");
                pieces(&format!("{path}['{name}']"), value, out);
            }),
            Value::Array(elements) => {
                elements.iter().enumerate().for_each(|(at, value)| pieces(&format!("{path}[{at}]"), value, out));
            }
            Value::String(text) => {
                let pieces = text.chars().map(|c| c.to_string()).chain([String::new()]);
                out.extend(pieces.map(|piece| (path.to_owned(), Value::from(piece).to_string())));
            }
            _ => out.push((path.to_owned(), value.to_string())),
        }
    }

    proptest! {
        #[test]
        fn any_object_comes_back(members in proptest::collection::btree_map(any::<String>(), any_value(), 0..4)) {
            let value = Value::Object(members.into_iter().collect());
            let mut all = Vec::new();
            pieces("$", &value, &mut all);
            let all: Vec<_> = all.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
            let (text, placed) = written(&all);
            prop_assert!(placed);
            prop_assert_eq!(serde_json::from_str::<Value>(&text).expect("the text is JSON"), value);
        }

        #[test]
        fn no_path_panics(path in ".{0,20}|\\$(\\.[a-c]|\\[[0-2]\\]|\\['.'\\]){0,4}", more in ".{0,9}|\\$\\.a\\[[0-2]\\]") {
            let _ = written(&[(&path, "1"), (&more, "\"x\""), (&path, "\"y\""), (&more, "\"z\"")]);
        }
    }

    #[test]
    fn a_path_is_followed_only_so_deep() {
        assert!(!written(&[(&format!("${}", ".a".repeat(MAX_DEPTH + 1)), "1")]).1);
        assert!(written(&[(&format!("${}", ".a".repeat(MAX_DEPTH)), "1")]).1);
    }
}
