//! Which words of letters alone may begin a date, a number or an amount of money, told by their first letters: most words of
//! prose begin none, and no recogniser looks at them.

use std::cell::Cell;

use super::counted::is_rupees;
use super::view::is_letter;
use super::{net, words};

/// Whether the word from `at` to `stop`, of letters alone, may be the beginning of a date or of a number in words.
#[inline]
pub(super) fn may_begin_value(text: &[u8], at: usize, stop: usize) -> bool {
    if text[at] == b'"' && may_quote(text, at, stop) {
        return true;
    }
    let at = at + text[at..].iter().take_while(|byte| byte.is_ascii_punctuation()).count();
    let Some(&[first, second, third]) = text.get(at..at + 3).and_then(<[u8]>::first_chunk) else {
        // What follows an `a` is not there yet.
        return at < stop && text[at] | 0x20 == b'a';
    };
    if first | 0x20 == b'a' && second == b' ' {
        // `a million`.
        let behind = &text[at + 2..];
        return third == b' ' || words::may_count(third, behind.get(1).copied()) || words::may_be_unit(behind);
    }
    if BEGINNINGS[beginning(first, second)] >> (third & 0x1F) & 1 == 0 {
        return false;
    }
    let letters = [first | 0x20, second | 0x20, third | 0x20];
    match &letters {
        b"in " => words::may_count_ahead(&text[at + 3..]),
        // `an hour ago`, `the day after tomorrow`.
        b"an " => text.get(at + 3).is_none_or(|next| next | 0x20 == b'h'),
        b"the" => {
            text[at + 3..stop].iter().all(|&byte| byte == b' ')
                && text.get(at + 4).is_none_or(|&next| next | 0x20 == b'd')
        }
        // `New Year's Day`
        b"new" => {
            text[at + 3..stop].iter().all(|&byte| byte == b' ')
                && text.get(at + 4).is_none_or(|&next| next | 0x20 == b'y')
        }
        b"rs " | b"rs." => is_rupees(&text[at..]),
        _ => {
            let length = text[at..stop].iter().take_while(|&&byte| is_letter(byte)).count();
            DATE_WORDS.contains(&&letters)
                || words::begins(&text[at..at + length])
                || length == 9 && HOLIDAYS.contains(&&letters)
        }
    }
}

/// Whether the quotation mark at `at` may be that of an address; what is not there yet may be anything.
fn may_quote(text: &[u8], at: usize, stop: usize) -> bool {
    // In one word it has an `@`, so that the word is not plain.
    if text[at + 1..stop].contains(&b'"') {
        return false;
    }
    let ends = Cell::new(false);
    let get = |at: usize| {
        let byte = text.get(at).copied();
        ends.set(ends.get() || byte.is_none());
        byte
    };
    net::quoted(get, at).is_some() || ends.get()
}

/// Where [`BEGINNINGS`] has what begins with these letters.
pub(super) const fn beginning(first: u8, second: u8) -> usize {
    (first as usize & 0x1F) << 5 | second as usize & 0x1F
}

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
    b"ton",
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

/// Those of `Christmas`, `Halloween` and `Valentine`.
const HOLIDAYS: &[&[u8; 3]] = &[b"chr", b"hal", b"val"];

/// For the first two letters of words that a date, a number or money in words may begin with, the third ones.
static BEGINNINGS: [u32; 1024] = {
    let mut all = words::beginnings([0; 1024]);
    let further: &[&[u8; 3]] = &[b"in ", b"an ", b"the", b"rs ", b"rs.", b"new", HOLIDAYS[0], HOLIDAYS[1], HOLIDAYS[2]];
    let mut at = 0;
    while at < DATE_WORDS.len() + further.len() {
        let word = if at < further.len() { further[at] } else { DATE_WORDS[at - further.len()] };
        all[beginning(word[0], word[1])] |= 1 << (word[2] & 0x1F);
        at += 1;
    }
    all
};
