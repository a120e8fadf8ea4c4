//! Server-sent events by the letter of WHATWG HTML, sections 9.2.5 and 9.2.6: the whole body at once, one step of the
//! specification after the other.

/// What the specification makes of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SlowSse {
    /// The events dispatched.
    pub dispatched: Vec<SlowEvent>,
    /// The event that was not dispatched because the body ended first, where it has data.
    pub incomplete: Option<SlowEvent>,
    /// Number of comments.
    pub comments: usize,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowEvent {
    /// The event type; empty where none was named, which then is `message`.
    pub event: String,
    /// The data.
    pub data: String,
    /// The last event id.
    pub id: String,
    /// The reconnection time in milliseconds, where it was set since the event before.
    pub retry: Option<u64>,
}

impl SlowSse {
    /// Interprets `body`.
    pub fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
        let mut slow = Self::default();
        let mut stream = Stream::default();
        for line in lines(text) {
            stream.line(line, &mut slow);
        }
        slow.incomplete = stream.event();
        slow
    }
}

/// The buffers of section 9.2.6.
#[derive(Default)]
struct Stream {
    data: String,
    event: String,
    id: String,
    retry: Option<u64>,
}

impl Stream {
    fn line(&mut self, line: &str, slow: &mut SlowSse) {
        if line.is_empty() {
            return self.dispatch(slow);
        }
        match line.split_once(':') {
            Some(("", _)) => slow.comments += 1,
            Some((field, value)) => self.field(field, value.strip_prefix(' ').unwrap_or(value)),
            None => self.field(line, ""),
        }
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => self.event = value.to_owned(),
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => self.id = value.to_owned(),
            // An empty value has no number to be set, and web-platform-tests want it ignored.
            "retry" if !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) => {
                let number =
                    value.bytes().fold(0u64, |n, digit| n.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
                self.retry = Some(number);
            }
            _ => {}
        }
    }

    fn dispatch(&mut self, slow: &mut SlowSse) {
        slow.dispatched.extend(self.event());
        self.data.clear();
        self.event.clear();
    }

    /// The event that the buffers amount to, where there is data.
    fn event(&mut self) -> Option<SlowEvent> {
        let data = self.data.strip_suffix('\n')?.to_owned();
        Some(SlowEvent { event: self.event.clone(), data, id: self.id.clone(), retry: self.retry.take() })
    }
}

/// The lines of `text`, which end with CRLF, LF or CR; one that the end of the text ends is a line where it is not empty.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        lines.push(&rest[..end]);
        rest = &rest[end..];
        rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
    }
    lines
}
