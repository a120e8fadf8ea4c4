//! Which value stands at a place of a text, of all that the recognisers make of it.

use super::amount::Amount;
use super::counted::{
    counted, ends_pair, ends_range, is_rupees, last_days, measured, minus, ranged, signed, spaced, worded,
};
use super::view::{View, is_word};
use super::{
    Match, Settings, amount, clock, code, codes, date, duration, money, net, phone, quantity, relative, version, words,
    year,
};

/// The first value that begins in the word, with the end of the range that it begins, and where to go on; nothing beyond the word where there is none. A word that
/// `is_plain` has nothing in it but letters, and punctuation around.
#[inline]
pub(super) fn first_match(
    view: &View<'_>,
    start: usize,
    stop: usize,
    is_plain: bool,
    settings: &Settings,
) -> (usize, [Option<Match>; 2]) {
    let mut at = start;
    while at < stop {
        let byte = view.bytes[at];
        if !view.is_inside(at) || matches!(byte, b'/' | b'\\') {
            if let Some(best) = best_match(view, at, byte, is_plain, settings) {
                let last = money::last_of_range(view, &best);
                return (last.as_ref().unwrap_or(&best).end, [Some(best), last]);
            }
            if view.wanted_more.get() {
                return (at, [None, None]);
            }
        }
        // On to where the next thing can begin.
        at += 1 + view.bytes[at + 1..].iter().take_while(|&&byte| byte & 0xC0 == 0x80).count();
        if is_word(byte) {
            at = (at..stop).find(|&at| !is_word(view.bytes[at])).unwrap_or(stop);
        }
    }
    (stop, [None, None])
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
    // A number is not the rest of something that a mark joins it to; `5€-10€` are two.
    let parts_prices = || matches!(before, b'-' | b'/') && money::ends_symbol(&view.bytes[..at - 1]);
    let joined = matches!(before, b'-' | b'/' | b'.' | b',' | b'\\' | b'@' | b'%' | b'_' | b'+' | b'^')
        && at > 1
        && is_word(view.bytes[at - 2])
        && !parts_prices()
        || before == b':' && at > 1 && matches!(view.bytes[at - 2], b'0'..=b'9' | b']' | b':');
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
                if matches!(before, b'-' | b'/') {
                    match view.digits(at) {
                        // `mid-2021`
                        (4, number) => consider(year::year(view, at, number)),
                        (2, _) => consider(year::short(view, at)),
                        _ => {}
                    }
                }
                // `react@18.2.0`
                if before == b'@' {
                    consider(version::version(view, at));
                }
                if before == b'-' && clock::ends_range(view.bytes, at) {
                    consider(clock::time(view, at));
                }
                // `50-60%`, `10-20 km`: what is counted stands behind the end of a range; `180°C/350°F`.
                if (before == b'-' && ends_range(view.bytes, at) || before == b'/' && ends_pair(view.bytes, at))
                    && let Some(amount) = amount::amount(view, at)
                {
                    spaced(view, at, settings, &mut consider);
                    counted(view, at, &amount, &mut consider);
                    if amount.multiplied.is_some() {
                        consider(amount::plain(view, at, &amount));
                    }
                } else if before == b'/' {
                    consider(last_days(view, at));
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
                consider(year::era(view, at, number, at + count));
            }
            consider(clock::time(view, at));
            if count == 4 {
                consider(year::year(view, at, number));
            } else if count == 2 {
                if year::is_decade(view, at, number) {
                    return year::decade(view, at, number).map(|found| Match { start: at, ..found });
                }
                consider(year::quoted(view, at, number));
                // A dash that is no hyphen.
                if before >= 0x80 {
                    consider(year::short(view, at));
                }
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
                spaced(view, at, settings, &mut consider);
                counted(view, at, amount, &mut consider);
                ranged(view, at, amount, settings, &mut consider);
            }
            consider(version::version(view, at));
            if let Some(amount) = &amount {
                consider(amount::plain(view, at, amount));
            }
        }
        b'+' | b'(' => {
            consider(phone::phone(view, at, settings));
            if byte == b'+' && view.is_digit(at + 1) && !joined && !before.is_ascii_digit() {
                signed(view, at, settings, &mut consider);
            }
        }
        b'-' if view.is_digit(at + 1) && matches!(before, b' ' | b'\n' | b'\t' | b'(' | b'=' | b',' | b':' | b'[') => {
            signed(view, at, settings, &mut consider);
        }
        b'"' => consider(net::quoted_email(view, at)),
        b'.' if view.is_digit(at + 1) && !is_word(before) && !matches!(before, b'.' | b')' | b']') => {
            signed(view, at, settings, &mut consider);
        }
        b'-' if money::ends_symbol(&view.bytes[..at]) => {}
        b'$' | b'-' => consider(money::money(view, at)),
        b'/' | b'~' | b'.' | b'\\'
            if !is_word(before) && before != byte && before != b'<' && before != b':' && before != b'/' =>
        {
            consider(code::path(view, at));
        }
        // `2001:db8:::1` is none, and its end by itself neither.
        b':' if view.is(at + 1, b':') && before != b':' => consider(net::ip(view, at)),
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
                if matches!(byte, b'Q' | b'H' | b'F') {
                    consider(year::part(view, at));
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
                    b'a' | b'A' => {
                        consider(relative::article(view, at, settings));
                        consider(duration::article(view, at));
                    }
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
                ranged(view, at, &Amount::from(&number), settings, &mut consider);
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
                signed(view, at, settings, &mut consider);
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
