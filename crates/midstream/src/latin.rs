//! Latin letters as they are compared: small, without their marks, ligatures as two letters.
//!
//! In: a character or a text. Out: what stands for it, `zoe` for `Zoë`, `strasse` for `Straße`. Letters of other scripts
//! keep their marks, which make other letters of them.

/// What stands for a Latin letter that is not ASCII: one or two letters of ASCII, nothing for a mark of its own. `None` for all
/// other characters.
pub(crate) fn base(character: char) -> Option<&'static str> {
    let code = u32::from(character);
    let (bases, at) = match code {
        0xC0..0x250 => (EXTENDED, code - 0xC0),
        0x300..0x370 => return Some(""),
        0x1E00..0x1F00 => (ADDITIONAL, code - 0x1E00),
        _ => return None,
    };
    let at = at as usize;
    match &bases[at..=at] {
        "." => None,
        "2" => LIGATURES.iter().find(|(letters, _)| letters.contains(character)).map(|(_, two)| *two),
        base => Some(base),
    }
}

/// The letters of a text as they are compared.
#[cfg(any(feature = "entities", feature = "graph"))]
pub(crate) fn letters(text: &str) -> impl Iterator<Item = char> + Clone {
    text.chars().flat_map(|character| {
        let base = if character.is_ascii() { None } else { base(character) };
        let other = base.is_none().then(|| character.to_lowercase());
        base.unwrap_or_default().chars().chain(other.into_iter().flatten())
    })
}

/// U+00C0 to U+024F: `.` stands for itself, `2` is one of [`LIGATURES`].
const EXTENDED: &str = "\
aaaaaa2ceeeeiiiidnooooo.ouuuuy.2aaaaaa2ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggg\
hhhhiiiiiiiiii22jjkkkllllllllllnnnnnnnnnoooooo22rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzsb.bb...c\
c..dd....ff.....kkl...n.oo..pp......tt.uu..yyzz.............222222222aaiioouuuuuuuuuu.aaaa22ggggkkoo\
oo..j222gg..nnaa22ooaaaaeeeeiiiioooorrrruuuusstt..hhn...zzaaeeooooooooyy......accl.sz..b..eejj..rryy";
/// U+1E00 to U+1EFF.
const ADDITIONAL: &str = "\
aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssss\
ssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.s..2.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeee\
iiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
const LIGATURES: &[(&str, &str)] =
    &[("ÆæǢǣǼǽ", "ae"), ("Œœ", "oe"), ("ßẞ", "ss"), ("Ĳĳ", "ij"), ("ǄǅǆǱǲǳ", "dz"), ("Ǉǈǉ", "lj"), ("Ǌǋǌ", "nj")];

#[cfg(all(test, feature = "graph"))]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_are_compared_without_their_marks_and_others_as_they_are() {
        for (text, compared) in [
            ("Émile Zola", "emile zola"),
            ("E\u{301}mile", "emile"),
            ("ZÜRICH, Straße, Ærø, Łódź", "zurich, strasse, aero, lodz"),
            ("Nguyễn Ạ ẞ ǅ", "nguyen a ss dz"),
            ("İstanbul Þór ×", "istanbul þor ×"),
            ("Čapek Ștefan Ǿ", "capek stefan o"),
            ("МОСКВА Йод 東京", "москва йод 東京"),
        ] {
            assert_eq!(letters(text).collect::<String>(), compared, "{text}");
        }
        assert_eq!((EXTENDED.len(), ADDITIONAL.len()), (0x250 - 0xC0, 0x100));
        let marked = (0xC0..0x1F00).filter_map(char::from_u32).filter_map(base);
        assert!(marked.into_iter().all(|base| base.bytes().all(|byte| byte.is_ascii_lowercase())));
    }
}
