//! Whether a text is one JSON value (RFC 8259), without reading anything out of it.

use super::plain_end;

/// Whether `text` is one JSON value, white space around it aside. Nesting has no limit and costs a bit a level.
pub(crate) fn is_json(text: &[u8]) -> bool {
    let mut check = Check { text, at: 0, open: Vec::new() };
    check.document().is_some()
}

struct Check<'t> {
    text: &'t [u8],
    at: usize,
    /// Closing brackets of the open arrays and objects.
    open: Vec<u8>,
}

/// `None` is the end of the check: this is no JSON.
type Valid<T = ()> = Option<T>;

impl Check<'_> {
    fn document(&mut self) -> Valid {
        loop {
            let close = match self.token()? {
                b'{' => b'}',
                b'[' => b']',
                first => {
                    self.scalar(first)?;
                    0
                }
            };
            if close != 0 {
                self.open.push(close);
                if self.peek() != Some(close) {
                    self.name()?;
                    continue;
                }
            }
            // Behind a value, or behind the opening bracket of an empty container.
            loop {
                let Some(&close) = self.open.last() else {
                    return self.peek().is_none().then_some(());
                };
                match self.token()? {
                    b',' => {
                        self.name()?;
                        break;
                    }
                    byte if byte == close => drop(self.open.pop()),
                    _ => return None,
                }
            }
        }
    }

    /// In an object, a member's name and its colon.
    fn name(&mut self) -> Valid {
        if self.open.last() == Some(&b'}') {
            (self.token()? == b'"').then_some(())?;
            self.string()?;
            (self.token()? == b':').then_some(())?;
        }
        Some(())
    }

    fn scalar(&mut self, first: u8) -> Valid {
        match first {
            b'"' => self.string(),
            b't' => self.word(b"rue"),
            b'f' => self.word(b"alse"),
            b'n' => self.word(b"ull"),
            b'-' => {
                let digit = self.next()?;
                self.number(digit)
            }
            digit => self.number(digit),
        }
    }

    fn number(&mut self, first: u8) -> Valid {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.take(b'.') {
            self.next()?.is_ascii_digit().then(|| self.digits())?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.next()?.is_ascii_digit().then(|| self.digits())?;
        }
        Some(())
    }

    fn digits(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Valid {
        loop {
            self.at = plain_end(self.text, self.at);
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => (0..4).try_for_each(|_| self.next()?.is_ascii_hexdigit().then_some(()))?,
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    fn word(&mut self, rest: &[u8]) -> Valid {
        let found = self.text[self.at..].starts_with(rest);
        self.at += rest.len();
        found.then_some(())
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// The next byte.
    fn next(&mut self) -> Valid<u8> {
        self.at += 1;
        self.text.get(self.at - 1).copied()
    }

    /// The next byte that is no white space.
    fn token(&mut self) -> Valid<u8> {
        self.peek()?;
        self.next()
    }

    fn peek(&mut self) -> Option<u8> {
        while matches!(self.text.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;

    fn reference(text: &[u8]) -> bool {
        serde_json::from_slice::<IgnoredAny>(text).is_ok()
    }

    #[test]
    fn a_hundred_thousand_levels_are_no_danger() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(is_json(deep.as_bytes()));
        assert!(!is_json(&deep.as_bytes()[1..]));
    }

    proptest! {
        #[test]
        fn it_takes_what_serde_json_takes(tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..12)) {
            let text = tokens.concat();
            prop_assert_eq!(is_json(text.as_bytes()), reference(text.as_bytes()), "{}", text);
        }

        #[test]
        fn a_value_is_taken_and_its_beginnings_are_as_serde_json_has_them(value in value(), cut in any::<prop::sample::Index>()) {
            let text = value.to_string();
            prop_assert!(is_json(text.as_bytes()));
            let part = &text.as_bytes()[..cut.index(text.len())];
            prop_assert_eq!(is_json(part), reference(part));
        }
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".*".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::vec((".*", inner), 0..5).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    const TOKENS: &[&str] = &[
        "{", "}", "[", "]", ",", ":", " ", "\n", "\"", "\"a\"", "\"a\":", "\\", "\\u", "12aF", "0", "1", "-", ".", "e",
        "E+", "true", "false", "null", "tru", "\u{1}", "é", "\u{85}", "01", "1.5", "1e9",
    ];
}
