//! What a byte may be part of: which ones part words, and which ones words of plain prose are made of.

/// Whether a character that parts words may begin with this byte.
pub(super) fn may_part(byte: u8) -> bool {
    MARKS[usize::from(byte)] & PARTS != 0
}

/// How many bytes the character that begins here has, where it parts words; else 0: white space, and the characters of
/// scripts without it (CJK, kana, Hangul, their punctuation).
pub(super) fn parting(text: &[u8], first: u8) -> usize {
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

/// What a byte may be part of: bits that all words of plain prose share, and others.
pub(super) const MARKS: [u8; 256] = {
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
pub(super) const LETTER: u8 = 1;
pub(super) const CAPITAL: u8 = 2;
pub(super) const STOP: u8 = 4;
pub(super) const OTHER: u8 = 8;
pub(super) const PARTS: u8 = 16;
pub(super) const PLAIN: u8 = LETTER | PARTS;
