//! Values that have a form: addresses, numbers, dates, amounts, codes. No model, no dictionary of names.
//!
//! In: a text in pieces. Out: [`Found`], each as soon as no later text can change it: when the word behind it, or the
//! few words that it might go on with, are there. Words are parted by white space and by characters of scripts that are
//! written without it; no value begins in the middle of one.
//!
//! Where several kinds fit, the value that begins first stands; of those that begin alike the longest, of those the one
//! whose kind comes first in [`Kind::ALL`]. Values do not overlap.
//!
//! It is a crate by itself since it needs nothing of the engine, and so that the WASM package can build it for size.

mod amount;
mod civil;
mod clock;
mod code;
mod codes;
mod date;
mod decimal;
mod duration;
mod luhn;
mod moment;
mod money;
mod net;
mod phone;
mod quantity;
mod relative;
mod version;
mod view;
mod words;

use std::cell::Cell;

use amount::{Amount, Spaced};
pub use luhn::is_checked;
pub use moment::Moment;
use view::{View, is_letter, is_word};
use words::Worded;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Kind {
    Url,
    Email,
    Ip,
    Uuid,
    Hash,
    Iban,
    Card,
    Date,
    Time,
    Money,
    Percent,
    Phone,
    Duration,
    Quantity,
    Version,
    Path,
    Code,
    Number,
}

impl Kind {
    /// All kinds by name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("URL", Self::Url),
        ("EMAIL", Self::Email),
        ("IP", Self::Ip),
        ("UUID", Self::Uuid),
        ("HASH", Self::Hash),
        ("IBAN", Self::Iban),
        ("CARD", Self::Card),
        ("DATE", Self::Date),
        ("TIME", Self::Time),
        ("MONEY", Self::Money),
        ("PERCENT", Self::Percent),
        ("PHONE", Self::Phone),
        ("DURATION", Self::Duration),
        ("QUANTITY", Self::Quantity),
        ("VERSION", Self::Version),
        ("PATH", Self::Path),
        ("CODE", Self::Code),
        ("NUMBER", Self::Number),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// What the text itself does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// When it is written, in its writer's time: what `tomorrow` is told from. `None` leaves such dates without a value.
    pub now: Option<Moment>,
    /// Whether `3/4/2024` is 3 April, as most of the world has it, and not 4 March. No.
    pub day_first: bool,
    /// The calling code of the country whose national numbers are meant (`1`, `49`). `None` leaves them national.
    pub calling_code: Option<String>,
}

impl Settings {
    /// Today, in days since 1970-01-01.
    fn today(&self) -> Option<i64> {
        self.now.map(|now| now.as_micros().div_euclid(86_400_000_000))
    }
}

/// A value in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// First byte, in UTF-8 bytes of the text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// 1 where the form tells; less where other things have that form too: one less the share of random numbers that pass
    /// the check digits, or, for telephone numbers and years, by how many signs speak for it.
    pub confidence: f32,
    /// Its value in a common form, where one is known: E.164, ISO 8601, `EUR 5.50`, digits only, ...
    pub normalized: Option<String>,
}

/// What a recogniser makes of a place; offsets into the view.
#[derive(Debug)]
struct Match {
    kind: Kind,
    start: usize,
    end: usize,
    confidence: f32,
    normalized: Option<String>,
}

impl Match {
    fn new(kind: Kind, end: usize, normalized: Option<String>) -> Self {
        Self { kind, start: 0, end, confidence: 1.0, normalized }
    }
}

/// Finds the values of one text.
#[derive(Debug)]
pub struct Structured {
    settings: Settings,
    /// The text from byte `offset` on, a little of what is done with included: words before a number may say what it is.
    text: Vec<u8>,
    offset: u64,
    /// Up to where all is found, in `text`.
    done: usize,
    /// Up to where it is known where words end, in `text`.
    seen: usize,
    /// One past the last character that parts words, in `text`.
    whole: usize,
    /// Whether a word is longer than [`MAX_WORD`], so that what is left of it is skipped.
    skips: bool,
}

impl Structured {
    /// For a new text.
    pub fn new(settings: Settings) -> Self {
        Self { settings, text: Vec::new(), offset: 0, done: 0, seen: 0, whole: 0, skips: false }
    }

    /// Takes the next piece of the text and appends what is final, in order.
    pub fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        self.text.extend_from_slice(text.as_bytes());
        let before = self.whole;
        self.part();
        if self.whole > before {
            self.find(self.whole, false, found);
        }
        self.skip_long_word();
        self.forget();
    }

    /// Takes the end of the text, or of a part that nothing reaches beyond, and appends what is left. What comes next
    /// counts on from here.
    pub fn finish(&mut self, found: &mut Vec<Found>) {
        if self.skips {
            self.done = self.text.len();
        }
        self.find(self.text.len(), true, found);
        self.offset += self.text.len() as u64;
        self.text.clear();
        (self.done, self.seen, self.whole, self.skips) = (0, 0, 0, false);
    }

    /// No further value begins before this byte of the text.
    pub fn settled(&self) -> u64 {
        self.offset + self.done as u64
    }

    /// Finds out where words end in what is new.
    fn part(&mut self) {
        while let Some(&byte) = self.text.get(self.seen) {
            let length = if may_part(byte) { parting(&self.text[self.seen..], byte) } else { 0 };
            self.seen += 1;
            if length == 0 {
                continue;
            }
            self.seen += length - 1;
            self.whole = self.seen;
            if self.skips {
                self.skips = false;
                self.done = self.whole;
            }
        }
    }

    /// Finds all values up to `end`, or as far as can be told.
    fn find(&mut self, end: usize, is_whole: bool, found: &mut Vec<Found>) {
        while self.done < end {
            let start = self.done;
            // One word, up to what parts it from the next; white space parts itself.
            let mut marks = 0;
            let mut stop = start;
            while stop < end {
                let byte = self.text[stop];
                if may_part(byte) {
                    let length = parting(&self.text[stop..], byte);
                    if length > 0 {
                        stop += length;
                        break;
                    }
                }
                // A capital at the beginning, a full stop at the end: a word of prose.
                let mark = MARKS[usize::from(byte)];
                marks |= if mark == CAPITAL && stop == start || mark == STOP && self.ends(stop + 1, end) {
                    LETTER
                } else {
                    mark
                };
                stop += 1;
            }
            let is_plain = marks & !PLAIN == 0;
            if is_plain && !self.may_begin_value(start, stop) {
                self.done = stop;
                continue;
            }
            let view = View { bytes: &self.text[..end], is_whole, wanted_more: Cell::new(false) };
            let (next, matched) = first_match(&view, start, stop, is_plain, &self.settings);
            if view.wanted_more.get() {
                return;
            }
            self.done = next;
            if let Some(Match { kind, start, end, confidence, normalized }) = matched {
                let (start, end) = (self.offset + start as u64, self.offset + end as u64);
                found.push(Found { kind, start, end, confidence, normalized });
            }
        }
    }

    /// Whether a word ends here.
    fn ends(&self, at: usize, end: usize) -> bool {
        at == end || matches!(self.text[at], b' ' | b'\n')
    }

    /// Whether the word from `at` to `stop`, of letters alone, may be the beginning of a date or of a number in words.
    fn may_begin_value(&self, at: usize, stop: usize) -> bool {
        if self.text[at] == b'"' && self.may_quote(at, stop) {
            return true;
        }
        let at = at + self.text[at..].iter().take_while(|byte| byte.is_ascii_punctuation()).count();
        let Some(&[first, second, third]) = self.text.get(at..at + 3).and_then(<[u8]>::first_chunk) else {
            // What follows an `a` is not there yet.
            return at < stop && self.text[at] | 0x20 == b'a';
        };
        if first | 0x20 == b'a' && second == b' ' {
            // `a million`.
            let behind = &self.text[at + 2..];
            return third == b' ' || words::may_count(third, behind.get(1).copied()) || words::may_be_unit(behind);
        }
        if BEGINNINGS[beginning(first, second)] >> (third & 0x1F) & 1 == 0 {
            return false;
        }
        let letters = [first | 0x20, second | 0x20, third | 0x20];
        match &letters {
            b"in " => words::may_count_ahead(&self.text[at + 3..]),
            // `an hour ago`, `the day after tomorrow`.
            b"an " => self.text.get(at + 3).is_none_or(|next| next | 0x20 == b'h'),
            b"the" => {
                self.text[at + 3..stop].iter().all(|&byte| byte == b' ')
                    && self.text.get(at + 4).is_none_or(|&next| next | 0x20 == b'd')
            }
            b"rs " | b"rs." => is_rupees(&self.text[at..]),
            _ => {
                let length = self.text[at..stop].iter().take_while(|&&byte| is_letter(byte)).count();
                DATE_WORDS.contains(&&letters) || words::begins(&self.text[at..at + length])
            }
        }
    }

    /// Whether the quotation mark at `at` may be that of an address; what is not there yet may be anything.
    fn may_quote(&self, at: usize, stop: usize) -> bool {
        // In one word it has an `@`, so that the word is not plain.
        if self.text[at + 1..stop].contains(&b'"') {
            return false;
        }
        let ends = Cell::new(false);
        let get = |at: usize| {
            let byte = self.text.get(at).copied();
            ends.set(ends.get() || byte.is_none());
            byte
        };
        net::quoted(get, at).is_some() || ends.get()
    }

    /// Gives up on a word that is too long for any value.
    fn skip_long_word(&mut self) {
        if self.text.len() - self.whole.max(self.done) > MAX_WORD {
            self.skips = true;
        }
        if self.skips {
            self.done = self.text.len();
        }
    }

    /// Drops what no word before a value can reach back to.
    fn forget(&mut self) {
        let mut gone = self.done.saturating_sub(KEPT);
        // Moving the rest down costs its length: not for every few bytes.
        if gone < self.text.len() / 2 || gone < KEPT {
            return;
        }
        while self.text[gone] & 0xC0 == 0x80 {
            gone += 1;
        }
        self.text.drain(..gone);
        self.offset += gone as u64;
        self.done -= gone;
        self.seen -= gone;
        self.whole = self.whole.saturating_sub(gone);
    }
}

/// Whether a character that parts words may begin with this byte.
fn may_part(byte: u8) -> bool {
    MARKS[usize::from(byte)] & PARTS != 0
}

/// How many bytes the character that begins here has, where it parts words; else 0: white space, and the characters of
/// scripts without it (CJK, kana, Hangul, their punctuation).
fn parting(text: &[u8], first: u8) -> usize {
    match first {
        b' ' | b'\t' | b'\n' | b'\r' => 1,
        0xE3..=0xED if text.len() >= 3 => {
            let code = u32::from(first & 0x0F) << 12 | u32::from(text[1] & 0x3F) << 6 | u32::from(text[2] & 0x3F);
            if (0x3000..0xD800).contains(&code) { 3 } else { 0 }
        }
        0xEF if text.len() >= 3 && matches!(text[1], 0xBC..=0xBF) => 3,
        _ => 0,
    }
}

/// The first value that begins in the word, and where to go on; nothing beyond the word where there is none. A word that
/// `is_plain` has nothing in it but letters, and punctuation around.
fn first_match(
    view: &View<'_>,
    start: usize,
    stop: usize,
    is_plain: bool,
    settings: &Settings,
) -> (usize, Option<Match>) {
    let mut at = start;
    while at < stop {
        let byte = view.bytes[at];
        if !view.is_inside(at) || matches!(byte, b'/' | b'\\') {
            if let Some(best) = best_match(view, at, byte, is_plain, settings) {
                return (best.end, Some(best));
            }
            if view.wanted_more.get() {
                return (at, None);
            }
        }
        // On to where the next thing can begin.
        at += 1 + view.bytes[at + 1..].iter().take_while(|&&byte| byte & 0xC0 == 0x80).count();
        if is_word(byte) {
            at = (at..stop).find(|&at| !is_word(view.bytes[at])).unwrap_or(stop);
        }
    }
    (stop, None)
}

fn best_match(view: &View<'_>, at: usize, byte: u8, is_plain: bool, settings: &Settings) -> Option<Match> {
    let mut best: Option<Match> = None;
    let before = if at == 0 { b' ' } else { view.bytes[at - 1] };
    let mut consider = |found: Option<Match>| {
        if let Some(mut found) = found {
            found.start = found.start.max(at);
            let better = best.as_ref().is_none_or(|best| {
                (found.start, std::cmp::Reverse(found.end), found.kind)
                    < (best.start, std::cmp::Reverse(best.end), best.kind)
            });
            if better {
                best = Some(found);
            }
        }
    };
    // A number is not the rest of something that a mark joins it to.
    let joined = matches!(before, b'-' | b'/' | b'.' | b',' | b'\\' | b'@' | b'%' | b'_' | b'+' | b'^')
        && at > 1
        && is_word(view.bytes[at - 2])
        || before == b':' && at > 1 && (view.bytes[at - 2].is_ascii_digit() || view.bytes[at - 2] == b']');
    match byte {
        b'0'..=b'9' => {
            // The rest of `1.2.3.4.5` is no address.
            if !(joined && before == b'.' && view.bytes[at - 2].is_ascii_digit()) {
                consider(net::ip(view, at));
            }
            consider(net::email(view, at));
            if joined {
                // Behind other things than words too: `Office-077` is a list, `2-3` a range.
                if before == b'-' && view.bytes[at - 2].is_ascii_alphabetic() {
                    consider(phone::phone(view, at, settings));
                }
                if before == b'-' && view.bytes[at - 2].is_ascii_digit() && view.digits(at).0 == 4 {
                    consider(date::year(view, at, view.digits(at).1));
                }
                if before == b'-' && clock::ends_range(view.bytes, at) {
                    consider(clock::time(view, at));
                }
                // `50-60%`, `10-20 km`: what is counted stands behind the end of a range; `180°C/350°F`.
                if (before == b'-' && ends_range(view.bytes, at) || before == b'/' && ends_pair(view.bytes, at))
                    && let Some(amount) = amount::amount(view, at)
                {
                    spaced(view, at, &mut consider);
                    counted(view, at, &amount, &mut consider);
                }
                return best;
            }
            consider(net::url(view, at));
            consider(codes::uuid(view, at));
            consider(codes::hash(view, at));
            consider(codes::card(view, at));
            consider(date::numeric(view, at, settings));
            let (count, number) = view.digits(at);
            if count <= 4 {
                consider(relative::relative(view, number, at + count, settings));
                consider(date::era(view, number, at + count));
            }
            consider(clock::time(view, at));
            if count == 4 {
                consider(date::year(view, at, number));
            } else if count == 2 && date::is_decade(view, at, number) {
                return date::decade(view, at, number).map(|found| Match { start: at, ..found });
            }
            if count <= 2 && view.is(at + count, b'/') {
                measured(view, at, &mut consider);
            }
            consider(phone::phone(view, at, settings));
            if count <= 2 {
                consider(quantity::feet_and_inches(view, at));
            }
            let amount = amount::amount(view, at);
            if let Some(amount) = &amount {
                spaced(view, at, &mut consider);
                counted(view, at, amount, &mut consider);
            }
            consider(version::version(view, at));
            if let Some(amount) = &amount {
                consider(amount::plain(view, at, amount));
            }
        }
        b'+' | b'(' => {
            consider(phone::phone(view, at, settings));
            if byte == b'+' && view.is_digit(at + 1) && !joined && !before.is_ascii_digit() {
                signed(view, at, &mut consider);
            }
        }
        b'-' if view.is_digit(at + 1) && matches!(before, b' ' | b'\n' | b'\t' | b'(' | b'=' | b',' | b':' | b'[') => {
            signed(view, at, &mut consider);
        }
        b'"' => consider(net::quoted_email(view, at)),
        b'.' if view.is_digit(at + 1) && !is_word(before) && !matches!(before, b'.' | b')' | b']') => {
            signed(view, at, &mut consider);
        }
        b'$' | b'-' => consider(money::money(view, at)),
        b'/' | b'~' | b'.' | b'\\'
            if !is_word(before) && before != byte && before != b'<' && before != b':' && before != b'/' =>
        {
            consider(code::path(view, at));
        }
        b':' if view.is(at + 1, b':') => consider(net::ip(view, at)),
        b'_' => {
            consider(code::identifier(view, at));
            consider(net::email(view, at));
        }
        b'A'..=b'Z' | b'a'..=b'z' => {
            consider(date::worded(view, at, settings));
            // What follows but numbers in words has digits, signs or capitals in it.
            if !is_plain {
                consider(net::email(view, at));
                if joined && before != b'-' {
                    return best;
                }
                consider(net::url(view, at));
                if byte == b'Q' {
                    consider(date::quarter(view, at));
                }
                if byte.is_ascii_hexdigit() {
                    consider(net::ip(view, at));
                    consider(codes::uuid(view, at));
                    consider(codes::hash(view, at));
                }
                consider(codes::iban(view, at));
                // Currencies are written large, but for `zł`.
                if byte.is_ascii_uppercase() || byte == b'z' {
                    consider(money::money(view, at));
                }
            }
            if byte | 0x20 == b'm'
                && let Some(end) = view.word(at, "minus")
            {
                minus(view, at, end, &mut consider);
            }
            if !joined {
                match byte {
                    b'a' | b'A' => consider(relative::article(view, at, settings)),
                    b'i' | b'I' => {
                        consider(relative::ahead(view, at, settings));
                        consider(relative::abroad(view, at, settings));
                    }
                    b'v' | b'V' | b'd' | b'D' | b'h' | b'H' => consider(relative::abroad(view, at, settings)),
                    _ => {}
                }
            }
            if !joined && let Some(number) = words::worded(view, at) {
                consider(number.whole().and_then(|(whole, end)| relative::relative(view, whole, end, settings)));
                consider(number.whole().and_then(|(whole, end)| clock::oclock(view, whole, end)));
                consider(number.whole().and_then(|(whole, end)| clock::spoken(view, at, whole, end)));
                worded(view, at, &number, &mut consider);
            }
            if is_plain {
                if is_rupees(&view.bytes[at..]) {
                    consider(money::money(view, at));
                }
                return best;
            }
            if matches!(byte, b'v' | b'V') {
                consider(version::version(view, at));
            }
            if byte == b'P' {
                consider(duration::iso_duration(view, at));
            }
            consider(code::path(view, at));
            consider(code::identifier(view, at));
            if before == b'`' {
                consider(code::quoted(view, at));
            }
        }
        // The sign of mathematics, and the dash that stands for it.
        0xE2 if view.is(at + 1, 0x88) && view.is(at + 2, 0x92) || view.is(at + 1, 0x80) && view.is(at + 2, 0x93) => {
            if view.is_digit(at + 3) && matches!(before, b' ' | b'\n' | b'\t' | b'(' | b'=' | b',' | b':' | b'[' | b'|')
            {
                signed(view, at, &mut consider);
            } else {
                consider(money::money(view, at));
            }
        }
        0xC2 | 0xE2 | 0xE0 => {
            if byte != 0xE0 && !before.is_ascii_digit() {
                measured(view, at, &mut consider);
            }
            consider(money::money(view, at));
        }
        _ => {}
    }
    best
}

/// Whether this is the one currency that is written like a word.
fn is_rupees(text: &[u8]) -> bool {
    matches!(text, [b'R', b's', b' ' | b'.', ..])
}

/// What a number may be that something is counted by.
fn counted(view: &View<'_>, at: usize, amount: &Amount, consider: &mut dyn FnMut(Option<Match>)) {
    consider(money::counted_money(view, amount));
    consider(quantity::percent(view, amount));
    consider(duration::duration(view, at, amount));
    consider(quantity::quantity(view, amount));
}

/// Whether an amount and a slash stand before `at`: `180°C/350°F`, `5kg/11lb`.
fn ends_pair(bytes: &[u8], at: usize) -> bool {
    let is_unit = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, 0xC2 | 0xB0 | b' ');
    let length = bytes[..at - 1].iter().rev().take(8).take_while(|byte| is_unit(byte)).count();
    length > 0 && bytes[..at - 1 - length].last().is_some_and(u8::is_ascii_digit)
}

/// What a number with plain spaces between its thousands may be.
fn spaced(view: &View<'_>, at: usize, consider: &mut dyn FnMut(Option<Match>)) {
    let Some(Spaced { amount, sure, stands_alone }) = amount::spaced(view, at) else { return };
    let mut consider = |found: Option<Match>| {
        // A log has `200 153 ms`.
        let is_sign = |found: &Match| found.kind == Kind::Duration && view.bytes[found.end - 2..found.end] == *b"ms";
        let found = found.filter(|found| sure || !is_sign(found));
        consider(found.map(|found| Match { confidence: if sure { found.confidence } else { 0.8 }, ..found }));
    };
    counted(view, at, &amount, &mut consider);
    if stands_alone {
        consider(amount::plain(view, at, &amount));
    }
}

/// What stands behind `minus`, which ends at `end`. Behind a number or a letter it is a sum: `10 minus 5`.
fn minus(view: &View<'_>, at: usize, end: usize, consider: &mut dyn FnMut(Option<Match>)) {
    let next = view.spaces(end);
    let before = view.word_before(at);
    let is_operand = before.len() == 1 || before.last().is_some_and(u8::is_ascii_digit) || words::ends(before);
    if next == end || is_operand && view.bytes[..at].trim_ascii_end().ends_with(before) {
        return;
    }
    let amount = if view.is_digit(next) {
        amount::spaced(view, next)
            .filter(|spaced| spaced.sure)
            .map(|spaced| spaced.amount)
            .or_else(|| amount::amount(view, next))
    } else {
        words::worded(view, next).map(|number| Amount::from(&number))
    };
    let Some(amount) = amount.map(Amount::negative) else {
        let money = money::money(view, next).and_then(|found| {
            let value = found.normalized.as_deref()?.replacen(' ', " -", 1);
            Some(Match { confidence: 0.9, normalized: Some(value), ..found })
        });
        return consider(money);
    };
    let found = [
        money::counted_money(view, &amount),
        quantity::percent(view, &amount),
        quantity::quantity(view, &amount),
        amount::plain(view, next, &amount),
    ];
    for found in found.into_iter().flatten() {
        consider(Some(Match { confidence: 0.9, ..found }));
    }
}

/// Whether a number and a hyphen stand before `at`, and before them nothing that they are a part of, such as a date.
fn ends_range(bytes: &[u8], at: usize) -> bool {
    let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let length = bytes[..at - 1].iter().rev().take_while(|byte| is_number(byte)).count();
    let before = bytes[..at - 1 - length].last();
    length > 0 && before.is_none_or(|byte| !is_word(*byte) && !matches!(byte, b'-' | b'/' | b':' | b'+' | b'@' | b'#'))
}

/// What a number with a sign may be.
fn signed(view: &View<'_>, at: usize, consider: &mut dyn FnMut(Option<Match>)) {
    if let Some(amount) = amount::amount(view, at) {
        spaced(view, at, consider);
        consider(money::counted_money(view, &amount));
        consider(quantity::percent(view, &amount));
        consider(quantity::quantity(view, &amount));
        consider(amount::plain(view, at, &amount));
    }
}

/// What is measured by a fraction alone.
fn measured(view: &View<'_>, at: usize, consider: &mut dyn FnMut(Option<Match>)) {
    if let Some(amount) = amount::fraction(view, at) {
        counted(view, at, &amount, consider);
    }
}

/// What a number in words may be.
fn worded(view: &View<'_>, at: usize, number: &Worded, consider: &mut dyn FnMut(Option<Match>)) {
    let amount = Amount::from(number);
    let found = [
        money::counted_money(view, &amount),
        quantity::percent(view, &amount),
        duration::duration(view, at, &amount),
        quantity::quantity(view, &amount),
        amount::plain(view, at, &amount),
    ];
    for found in found.into_iter().flatten().filter(|found| number.is_meant(view, found)) {
        consider(Some(found));
    }
}

/// What a byte may be part of: bits that all words of plain prose share, and others.
const MARKS: [u8; 256] = {
    let mut marks = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_lowercase() {
            marks[byte] = LETTER;
        } else if b.is_ascii_uppercase() {
            marks[byte] = CAPITAL;
        } else if matches!(
            b,
            b',' | b';'
                | b'!'
                | b'?'
                | b'"'
                | b'\''
                | b'*'
                | b'['
                | b']'
                | b'{'
                | b'}'
                | b'<'
                | b'>'
                | b'^'
                | b'`'
                | b'|'
        ) {
            marks[byte] = LETTER;
        } else if matches!(b, b'.' | b':' | b')') {
            marks[byte] = STOP;
        } else if b >= 0x80 && b != 0xC2 && b != 0xE2 && b != 0xE0 {
            marks[byte] = LETTER;
        }
        if matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0xE3..=0xED | 0xEF) {
            marks[byte] |= PARTS;
        }
        byte += 1;
    }
    marks
};
const LETTER: u8 = 1;
const CAPITAL: u8 = 2;
const STOP: u8 = 4;
const OTHER: u8 = 8;
const PARTS: u8 = 16;
const PLAIN: u8 = LETTER | PARTS;

/// The first letters of words that dates begin with.
const DATE_WORDS: &[&[u8; 3]] = &[
    b"jan",
    b"feb",
    b"mar",
    b"apr",
    b"may",
    b"jun",
    b"jul",
    b"aug",
    b"sep",
    b"oct",
    b"nov",
    b"dec",
    b"mon",
    b"tue",
    b"wed",
    b"thu",
    b"fri",
    b"sat",
    b"sun",
    b"yes",
    b"tod",
    b"tom",
    b"las",
    b"thi",
    b"nex",
    b"noo",
    b"mid",
    b"day",
    b"min",
    b"qua",
    // Of other languages.
    b"mai",
    b"m\xE3\xA4",
    b"jui",
    b"ao\xE3",
    b"okt",
    b"dez",
    b"d\xE3\xA9",
    b"ene",
    b"f\xE3\xA9",
    b"abr",
    b"ago",
    b"dic",
    b"heu",
    b"ges",
    b"vor",
    b"dem",
    b"auj",
    b"hoy",
    b"aye",
    b"dan",
    b"hac",
    b"den",
    b"il ",
];

/// For the first two letters of words that a date, a number or money in words may begin with, the third ones.
static BEGINNINGS: [u32; 1024] = {
    let mut all = words::beginnings([0; 1024]);
    let further: &[&[u8; 3]] = &[b"in ", b"an ", b"the", b"rs ", b"rs."];
    let mut at = 0;
    while at < DATE_WORDS.len() + further.len() {
        let word = if at < further.len() { further[at] } else { DATE_WORDS[at - further.len()] };
        all[beginning(word[0], word[1])] |= 1 << (word[2] & 0x1F);
        at += 1;
    }
    all
};

/// Where [`BEGINNINGS`] has what begins with these letters.
const fn beginning(first: u8, second: u8) -> usize {
    (first as usize & 0x1F) << 5 | second as usize & 0x1F
}

/// Bytes of the longest word that is looked at.
const MAX_WORD: usize = 4096;
/// Bytes kept before what is done.
const KEPT: usize = 256;
