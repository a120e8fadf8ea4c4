//! Reads the fields of a TOML table one by one and says of each mistake where it stands.
//!
//! In: a parsed table with the spans of its keys and values. Out: typed values, and a list of all mistakes. A field that
//! is wrong reads as absent, so that one mistake does not hide the next.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::PackError;

/// Where mistakes are collected, with what is needed to say where they stand.
pub(super) struct Mistakes<'t> {
    text: &'t str,
    found: RefCell<Vec<PackError>>,
}

impl<'t> Mistakes<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, found: RefCell::default() }
    }

    /// `rule` and `field` are empty where there is none to name.
    pub(super) fn push(&self, at: usize, rule: &str, field: &str, message: impl Into<String>) {
        let before = self.text.get(..at.min(self.text.len())).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let (rule, field) = (rule.to_owned(), field.to_owned());
        self.found.borrow_mut().push(PackError { line, rule, field, message: message.into() });
    }

    /// All of them in the order of the file.
    pub(super) fn into_sorted(self) -> Vec<PackError> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|error| error.line);
        found
    }

    pub(super) fn len(&self) -> usize {
        self.found.borrow().len()
    }
}

/// One table being read.
pub(super) struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    /// Where the table begins.
    start: usize,
    /// The rule whose table it is, for messages.
    rule: String,
    /// The field that the table itself is, with a dot behind it; empty for a rule or a file.
    prefix: String,
    asked: RefCell<Vec<&'static str>>,
    mistakes: &'a Mistakes<'i>,
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(super) fn new(table: &'a DeTable<'i>, start: usize, rule: &str, mistakes: &'a Mistakes<'i>) -> Self {
        Self { table, start, rule: rule.to_owned(), prefix: String::new(), asked: RefCell::default(), mistakes }
    }

    /// The table within a value of this one.
    pub(super) fn within(&self, field: &str, value: &'a Spanned<DeValue<'i>>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else { return None };
        let prefix = format!("{}{field}.", self.prefix);
        let asked = RefCell::default();
        Some(Self { table, start: value.span().start, rule: self.rule.clone(), prefix, asked, mistakes: self.mistakes })
    }

    /// Says that `field` is wrong at `at`.
    pub(super) fn wrong_at(&self, at: usize, field: &str, message: impl Into<String>) {
        self.mistakes.push(at, &self.rule, &format!("{}{field}", self.prefix), message);
    }

    /// Says that `field` is wrong, where it stands or where its table begins.
    pub(super) fn wrong(&self, field: &str, message: impl Into<String>) {
        let at = self.find(field).map_or(self.start, |value| value.span().start);
        self.wrong_at(at, field, message);
    }

    /// The value of `field` as it is.
    pub(super) fn value(&self, field: &'static str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.borrow_mut().push(field);
        self.find(field)
    }

    /// A string that must be there and not be empty.
    pub(super) fn required(&self, field: &'static str) -> String {
        if self.find(field).is_none() {
            self.wrong(field, "expected this field, found nothing");
        }
        let string = self.string(field);
        if string.as_deref() == Some("") {
            self.wrong(field, "expected a string, found an empty one");
        }
        string.unwrap_or_default()
    }

    pub(super) fn string(&self, field: &'static str) -> Option<String> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            other => self.unlike(field, value, "a string", other),
        }
    }

    pub(super) fn bool(&self, field: &'static str) -> Option<bool> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Boolean(it) => Some(*it),
            other => self.unlike(field, value, "true or false", other),
        }
    }

    /// A whole number within `range`.
    pub(super) fn number(&self, field: &'static str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
        let value = self.value(field)?;
        let expected = || format!("a whole number from {} to {}", range.start(), range.end());
        let DeValue::Integer(number) = value.get_ref() else {
            return self.unlike(field, value, &expected(), value.get_ref());
        };
        match usize::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) if range.contains(&number) => Some(number),
            _ => {
                self.wrong(field, format!("expected {}, found {number}", expected()));
                None
            }
        }
    }

    /// A number of bits from 0 to 8, in thousandths.
    pub(super) fn millibits(&self, field: &'static str) -> Option<u32> {
        let value = self.value(field)?;
        let number = match value.get_ref() {
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            DeValue::Integer(number) => number.as_str().parse::<f64>().ok(),
            other => return self.unlike(field, value, "a number of bits from 0 to 8", other),
        };
        match number {
            // The range is checked: at most 8000, which every u32 holds.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Some(bits) if (0.0..=8.0).contains(&bits) => Some((bits * 1000.0).round() as u32),
            _ => {
                self.wrong(field, "expected a number of bits from 0 to 8");
                None
            }
        }
    }

    pub(super) fn strings(&self, field: &'static str) -> Option<Vec<String>> {
        let mut strings = Vec::new();
        for value in self.items(field, "a list of strings")? {
            match value.get_ref() {
                DeValue::String(text) if !text.is_empty() => strings.push(text.to_string()),
                DeValue::String(_) => self.wrong_at(value.span().start, field, "expected a string, found an empty one"),
                other => drop(self.unlike::<()>(field, value, "a string", other)),
            }
        }
        Some(strings)
    }

    /// The items of a list.
    pub(super) fn items(&self, field: &'static str, expected: &str) -> Option<Vec<&'a Spanned<DeValue<'i>>>> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Array(items) => Some(items.iter().collect()),
            other => self.unlike(field, value, expected, other),
        }
    }

    /// One of the names in `table`.
    pub(super) fn named<T: Copy>(&self, field: &'static str, what: &str, table: &[(&str, T)]) -> Option<T> {
        let name = self.string(field)?;
        crate::named(table, what, &name).map_err(|message| self.wrong(field, message)).ok()
    }

    /// Says that `value` is of another type than `expected`.
    pub(super) fn unlike<T>(
        &self,
        field: &str,
        value: &Spanned<DeValue<'i>>,
        expected: &str,
        found: &DeValue<'i>,
    ) -> Option<T> {
        self.wrong_at(value.span().start, field, format!("expected {expected}, found {}", kind(found)));
        None
    }

    /// Says of each field that nobody has asked for that it is unknown.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(&key.get_ref().as_ref())) {
            let mut known: Vec<_> = asked.clone();
            known.sort_unstable();
            known.dedup();
            let message = format!("unknown field, expected one of {}", known.join(", "));
            self.wrong_at(key.span().start, key.get_ref(), message);
        }
    }

    fn find(&self, field: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.table.iter().find(|(key, _)| key.get_ref() == field).map(|(_, value)| value)
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
