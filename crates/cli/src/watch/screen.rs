//! Events in, text for a person out. Knows nothing of time, of the gateway or of the line at the bottom.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use midstream::Event;

use super::client::Summary;
use super::look::{Look, Style};

/// What was written so far, as far as what is written next depends on it.
#[derive(Debug)]
pub(crate) struct Screen {
    look: Look,
    /// Where the text goes that is being written.
    place: Option<Place>,
    /// The last line is not finished.
    line_is_open: bool,
}

/// Something that text is appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Text { choice: u32 },
    Reasoning { choice: u32 },
    Refusal { choice: u32 },
    Tool { id: String },
}

impl Screen {
    pub(crate) fn new(look: Look) -> Self {
        Self { look, place: None, line_is_open: false }
    }

    /// Says which stream follows.
    pub(crate) fn header(&mut self, out: &mut impl Write, summary: &Summary) -> io::Result<()> {
        self.end(out)?;
        self.place = None;
        let Summary { id, upstream, method, path, status, model, .. } = summary;
        let request = [method, path].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        let mut line = format!("== {id}  {request}");
        for (what, value) in [("to", upstream), ("model", model)] {
            if let Some(value) = value {
                line += &format!("  {what} {value}");
            }
        }
        if let Some(status) = status.filter(|status| *status != 200) {
            line += &format!("  status {status}");
        }
        self.line(out, Style::Bold, &line)
    }

    /// Shows what happened.
    pub(crate) fn event(&mut self, out: &mut impl Write, event: &Event) -> io::Result<()> {
        match event {
            Event::StreamStart { framing, dialect } => self.line(out, Style::Dim, &format!("{dialect} in {framing}")),
            Event::TextDelta { choice, delta, .. } => self.text(out, Place::Text { choice: *choice }, delta),
            Event::ReasoningDelta { choice, delta, .. } => self.text(out, Place::Reasoning { choice: *choice }, delta),
            Event::RefusalDelta { choice, delta } => self.text(out, Place::Refusal { choice: *choice }, delta),
            Event::ToolInputStart { choice, id, name, provider_executed } => {
                let by = if *provider_executed { ", run by the provider" } else { "" };
                let label = format!("[tool {name}, {id}{}{by}]", of_choice(*choice));
                self.place = Some(Place::Tool { id: id.clone() });
                self.line(out, Style::Tool, &label)
            }
            Event::ToolInputDelta { id, delta } => self.text(out, Place::Tool { id: id.clone() }, delta),
            Event::ToolCall { input: None, id, input_text, .. } if !input_text.is_empty() => {
                self.line(out, Style::Wrong, &format!("! the input of {id} is no valid JSON"))
            }
            Event::Source { url, title, .. } => {
                let known = [title, url].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
                self.line(out, Style::Dim, &format!("[source] {known}"))
            }
            Event::Finish { choice, reason, raw_reason, .. } => {
                let name = serde_json::to_value(reason).ok();
                let name = name.as_ref().and_then(serde_json::Value::as_str).unwrap_or("other");
                let raw = if name == raw_reason { String::new() } else { format!(" ({raw_reason})") };
                self.line(out, Style::Dim, &format!("[finish{}] {name}{raw}", of_choice(*choice)))
            }
            Event::Error(error) => {
                let code = error.code.as_ref().map_or(String::new(), |code| format!(" ({code})"));
                self.line(out, Style::Wrong, &format!("! {error}{code}"))
            }
            Event::Unknown { name, .. } => self.line(out, Style::Dim, &format!("[unknown] {name}")),
            Event::Stall { silent_us } => {
                let seconds = *silent_us as f64 / 1e6;
                self.line(out, Style::Finding, &format!("! stall: no content for {seconds:.1} s"))
            }
            Event::Repetition { span, period, repeats } => {
                let from = span.start;
                let what =
                    format!("! repetition: {period} bytes of {}, {repeats} times from byte {from}", span.channel);
                self.line(out, Style::Finding, &what)
            }
            _ => Ok(()),
        }
    }

    /// Says something that is not part of a stream.
    pub(crate) fn note(&mut self, out: &mut impl Write, note: &str) -> io::Result<()> {
        self.line(out, Style::Dim, &format!("-- {note}"))
    }

    /// Says what a stream amounted to.
    pub(crate) fn result(&mut self, out: &mut impl Write, result: &str) -> io::Result<()> {
        self.line(out, Style::Bold, &format!("== {result}"))
    }

    /// Finishes the last line.
    pub(crate) fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        if std::mem::take(&mut self.line_is_open) { out.write_all(b"\n") } else { Ok(()) }
    }

    fn line(&mut self, out: &mut impl Write, style: Style, line: &str) -> io::Result<()> {
        self.end(out)?;
        let line = Shown { text: line, multiline: false };
        writeln!(out, "{}{line}{}", self.look.on(style), self.look.off(style))
    }

    /// Appends `text` where it belongs; says so where that is not where the last text went.
    fn text(&mut self, out: &mut impl Write, place: Place, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if self.place.as_ref() != Some(&place) {
            self.line(out, Style::Dim, &place.label())?;
            self.place = Some(place.clone());
        }
        let style = place.style();
        write!(out, "{}{}{}", self.look.on(style), Shown { text, multiline: true }, self.look.off(style))?;
        self.line_is_open = !text.ends_with('\n');
        Ok(())
    }
}

impl Place {
    fn label(&self) -> String {
        match self {
            Self::Text { choice } => format!("[text{}]", of_choice(*choice)),
            Self::Reasoning { choice } => format!("[reasoning{}]", of_choice(*choice)),
            Self::Refusal { choice } => format!("[refusal{}]", of_choice(*choice)),
            Self::Tool { id } => format!("[tool {id}]"),
        }
    }

    fn style(&self) -> Style {
        match self {
            Self::Text { .. } => Style::Plain,
            Self::Reasoning { .. } => Style::Dim,
            Self::Refusal { .. } => Style::Wrong,
            Self::Tool { .. } => Style::Tool,
        }
    }
}

/// `[text]` of the first answer needs no number; the others have one.
fn of_choice(choice: u32) -> String {
    if choice == 0 { String::new() } else { format!(" of answer {choice}") }
}

/// Text from outside: what a terminal would take for a command is shown as a picture.
struct Shown<'a> {
    text: &'a str,
    /// Line ends and tabs are what they are.
    multiline: bool,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_command = |c: char| c.is_control() && !(self.multiline && matches!(c, '\n' | '\t'));
        let mut rest = self.text;
        while let Some(at) = rest.find(is_command) {
            f.write_str(&rest[..at])?;
            let command = rest[at..].chars().next().expect("it was found there");
            f.write_char(picture(command))?;
            rest = &rest[at + command.len_utf8()..];
        }
        f.write_str(rest)
    }
}

/// The picture of a control character (Unicode block Control Pictures, which has none for C1).
fn picture(control: char) -> char {
    match control {
        '\0'..='\x1F' => char::from_u32(0x2400 + u32::from(control)).expect("the block begins with these"),
        '\x7F' => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { is_terminal: false, has_colours: false };
    const COLOURS: Look = Look { is_terminal: true, has_colours: true };

    #[test]
    fn text_grows_under_one_label_and_findings_stand_between() {
        let shown = show(
            PLAIN,
            &[
                r#"{"type":"reasoning-delta","choice":0,"block":0,"delta":"Hm"}"#,
                r#"{"type":"reasoning-delta","choice":0,"block":0,"delta":"mm."}"#,
                r#"{"type":"text-delta","choice":0,"block":1,"delta":"One "}"#,
                r#"{"type":"stall","silent_us":2340000}"#,
                r#"{"type":"text-delta","choice":0,"block":1,"delta":"two\n"}"#,
                r#"{"type":"text-delta","choice":1,"block":0,"delta":"Other"}"#,
                r#"{"type":"tool-input-start","choice":0,"id":"c1","name":"weather"}"#,
                r#"{"type":"tool-input-delta","id":"c1","delta":"{}"}"#,
                r#"{"type":"finish","choice":0,"reason":"tool-calls","raw_reason":"tool_use"}"#,
            ],
        );
        let expected = "[reasoning]\nHmmm.\n[text]\nOne \n! stall: no content for 2.3 s\ntwo\n[text of answer 1]\nOther\n\
                        [tool weather, c1]\n{}\n[finish] tool-calls (tool_use)\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn reasoning_is_dimmed_where_there_are_colours() {
        let shown = show(COLOURS, &[r#"{"type":"reasoning-delta","choice":0,"block":0,"delta":"Hm"}"#]);
        assert_eq!(shown, "\x1b[2m[reasoning]\x1b[0m\n\x1b[2mHm\x1b[0m\n");
    }

    #[test]
    fn a_model_does_not_command_the_terminal() {
        let shown = show(
            COLOURS,
            &[
                r#"{"type":"text-delta","choice":0,"block":0,"delta":"a\u001b]0;title\u0007b\u009bc\u007f\tend\n"}"#,
                r#"{"type":"tool-input-start","choice":0,"id":"c\n1","name":"we\u001b[31mather"}"#,
                r#"{"type":"error","kind":"provider","message":"\u001b[2J","offset":0}"#,
            ],
        );
        assert!(shown.contains("a\u{241B}]0;title\u{2407}b\u{FFFD}c\u{2421}\tend\n"), "{shown:?}");
        assert!(shown.contains("[tool we\u{241B}[31mather, c\u{240A}1]"), "{shown:?}");
        assert!(shown.contains("\u{241B}[2J"), "{shown:?}");
    }

    fn show(look: Look, events: &[&str]) -> String {
        let mut screen = Screen::new(look);
        let mut out = Vec::new();
        for event in events {
            screen.event(&mut out, &serde_json::from_str(event).unwrap()).unwrap();
        }
        screen.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}
