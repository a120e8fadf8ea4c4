//! The arguments of a function call that Gemini streams as values with their places.
//!
//! Pieces `{"jsonPath": "$.trip.stops[0].city", "stringValue": "Ros", "willContinue": true}` go in; out comes JSON text
//! that only grows, so that a host can read the input while it is written. Vertex AI, `streamFunctionCallArguments`.

use std::collections::BTreeSet;

/// The JSON text of one call's arguments, while it is written.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// Open containers, outermost first; empty before the first piece.
    open: Vec<Container>,
    /// The open container's last value is a string whose closing quote is not written yet.
    string: bool,
    /// Bytes written.
    written: usize,
    /// A piece could not be placed. The text ends there, unclosed, so that nobody takes it for the whole input.
    broken: bool,
}

/// An object or an array that is not closed yet.
#[derive(Debug)]
struct Container {
    /// Where it stands in the container around it; of the root, nothing.
    place: Option<Step>,
    members: Members,
}

#[derive(Debug)]
enum Members {
    /// The names written so far, and the last of them.
    Object(BTreeSet<String>, Option<String>),
    /// How many elements are written.
    Array(usize),
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

impl Arguments {
    /// Writes `value`, a JSON text, at `path` and appends what that adds to `out`. Pieces of a string at one path follow
    /// each other. Returns `false`, and writes nothing more from then on, where the value stands before what is written
    /// already, or the path is none.
    pub(super) fn write(&mut self, path: &str, value: &str, out: &mut String) -> bool {
        let before = out.len();
        let place = if self.broken { None } else { steps(path).and_then(|steps| self.place(steps)) };
        let fits = self.written + value.len() <= MAX_WRITTEN;
        match place.filter(|_| fits) {
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
                        self.string = true;
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
    fn place(&self, steps: Vec<Step>) -> Option<Place> {
        let (leaf, parents) = steps.split_last()?;
        if steps.len() > MAX_DEPTH {
            return None;
        }
        let Some((_, inner)) = self.open.split_first() else {
            return (matches!(steps[0], Step::Name(_)) && all_begin(&steps[1..]))
                .then_some(Place::New { depth: 0, steps });
        };
        let common = inner.iter().zip(parents).take_while(|(open, step)| open.place.as_ref() == Some(step)).count();
        let container = &self.open[common];
        if self.string && common == parents.len() && common == inner.len() && container.last_is(leaf) {
            return Some(Place::Continued);
        }
        let follows = container.takes(&steps[common]) && all_begin(&steps[common + 1..]);
        follows.then(|| Place::New { depth: common + 1, steps: steps[common..].to_vec() })
    }

    /// Writes what leads to the last of `steps`, from the innermost open container.
    fn open(&mut self, steps: Vec<Step>, out: &mut String) {
        if self.open.is_empty() {
            out.push('{');
            self.open.push(Container::root());
        }
        let mut steps = steps.into_iter().peekable();
        while let Some(step) = steps.next() {
            let container = self.open.last_mut().expect("the root is open");
            container.begin_member(&step, out);
            let members = match steps.peek() {
                Some(Step::Name(_)) => Members::Object(BTreeSet::new(), None),
                Some(Step::Index(_)) => Members::Array(0),
                None => break,
            };
            out.push(if matches!(members, Members::Object(..)) { '{' } else { '[' });
            self.open.push(Container { place: Some(step), members });
        }
    }

    fn close_down_to(&mut self, depth: usize, out: &mut String) {
        if std::mem::take(&mut self.string) {
            out.push('"');
        }
        for container in self.open.drain(depth.min(self.open.len())..).rev() {
            out.push(if matches!(container.members, Members::Object(..)) { '}' } else { ']' });
        }
    }
}

/// Where a value goes.
enum Place {
    /// Onto the open string.
    Continued,
    /// Into the container at `depth` (1 for the root, 0 where not even that is open), by way of `steps`.
    New { depth: usize, steps: Vec<Step> },
}

impl Container {
    fn root() -> Self {
        Self { place: None, members: Members::Object(BTreeSet::new(), None) }
    }

    /// Whether `step` leads to a member that can be written next.
    fn takes(&self, step: &Step) -> bool {
        match (&self.members, step) {
            (Members::Object(names, _), Step::Name(name)) => !names.contains(name),
            (Members::Array(length), Step::Index(index)) => index == length,
            _ => false,
        }
    }

    fn last_is(&self, step: &Step) -> bool {
        match (&self.members, step) {
            (Members::Object(_, last), Step::Name(name)) => last.as_ref() == Some(name),
            (Members::Array(length), Step::Index(index)) => index + 1 == *length,
            _ => false,
        }
    }

    fn begin_member(&mut self, step: &Step, out: &mut String) {
        match (&mut self.members, step) {
            (Members::Object(names, last), Step::Name(name)) => {
                if last.is_some() {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(name).expect("a str always serialises"));
                out.push(':');
                names.insert(name.clone());
                *last = Some(name.clone());
            }
            (Members::Array(length), _) => {
                if *length > 0 {
                    out.push(',');
                }
                *length += 1;
            }
            (Members::Object(..), Step::Index(_)) => unreachable!("`takes` was asked first"),
        }
    }
}

/// Whether containers that are opened by `steps` get their first member.
fn all_begin(steps: &[Step]) -> bool {
    steps.iter().all(|step| !matches!(step, Step::Index(index) if *index > 0))
}

/// What stands between the quotes, where `value` is a JSON string.
fn string_body(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}

/// The steps of `$.name[0]['other name']` (RFC 9535, without wildcards); `None` where `path` is no such path.
fn steps(path: &str) -> Option<Vec<Step>> {
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

fn step_name<'p>(rest: &'p str, steps: &mut Vec<Step>) -> Option<&'p str> {
    let (name, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    steps.push(Step::Name(Some(name).filter(|name| !name.is_empty())?.to_owned()));
    Some(rest)
}

fn step_in_brackets<'p>(rest: &'p str, steps: &mut Vec<Step>) -> Option<&'p str> {
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
    steps.push(Step::Name(name));
    chars.as_str().strip_prefix(']')
}

/// Deepest path that is followed.
const MAX_DEPTH: usize = 128;

/// Most bytes of one call's arguments. The session's own limit, `max_tool_input_bytes`, is lower or equal by default.
const MAX_WRITTEN: usize = 16 << 20;

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_path_is_followed_only_so_deep() {
        assert!(!written(&[(&format!("${}", ".a".repeat(MAX_DEPTH + 1)), "1")]).1);
        assert!(written(&[(&format!("${}", ".a".repeat(MAX_DEPTH)), "1")]).1);
    }
}
