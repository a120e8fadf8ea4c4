//! Characters of a stream as messages show them.

/// Appends `c`, or an escape of it where it can't be seen or would change how what is around it looks. Which characters
/// can be printed at all is not asked: that is a table of several kilobytes in every WASM module.
pub(crate) fn show(c: char, shown: &mut String) {
    let escape = match c {
        '\0' => '0',
        '\t' => 't',
        '\n' => 'n',
        '\r' => 'r',
        '"' | '\'' | '\\' => c,
        c if is_unseen(c) => {
            shown.push_str("\\u{");
            let digits = (32 - u32::from(c).leading_zeros()).div_ceil(4).max(1);
            shown.extend((0..digits).rev().filter_map(|digit| char::from_digit(u32::from(c) >> (4 * digit) & 15, 16)));
            return shown.push('}');
        }
        c => return shown.push(c),
    };
    shown.extend(['\\', escape]);
}

/// The character as [`show`] shows it.
pub(crate) fn shown(c: char) -> String {
    let mut shown = String::new();
    show(c, &mut shown);
    shown
}

/// Controls, accents that go on what stands before, spaces and marks without width, private characters and those of no
/// use.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\x1F' | '\x7F'..='\u{A0}' | '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{61C}' | '\u{1680}' | '\u{180E}'
        | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}' | '\u{3000}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}'..='\u{FFFF}' | '\u{E0000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_stays_and_the_rest_is_escaped_as_rust_does() {
        for c in
            "aZ~ é日🙂\u{FFFD}\0\t\n\r\"'\\\x1B\x7F\u{85}\u{A0}\u{301}\u{200B}\u{202E}\u{2028}\u{FEFF}\u{E000}".chars()
        {
            assert_eq!(shown(c), c.escape_debug().to_string(), "{c:?}");
        }
    }
}
