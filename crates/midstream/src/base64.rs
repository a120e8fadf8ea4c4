//! Base64 (RFC 4648, the standard alphabet), out of which framings and dialects take bytes.

/// Appends to `out` the bytes that `text` encodes, without padding. An error is where the first byte stands that has no
/// place there: one that is not in the alphabet, a lone last one, or a last one with bits that belong to no byte.
pub(crate) fn decode(text: &[u8], out: &mut Vec<u8>) -> Result<(), usize> {
    out.reserve(text.len() / 4 * 3 + 2);
    let groups = text.chunks_exact(4);
    let rest = groups.remainder();
    for (number, group) in groups.enumerate() {
        let bits = bits(group).map_err(|at| number * 4 + at)?;
        out.extend([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
    }
    let before = text.len() - rest.len();
    let last = bits(rest).map_err(|at| before + at)?;
    match rest.len() {
        0 => {}
        2 if last & 0xF == 0 => out.push((last >> 4) as u8),
        3 if last & 0x3 == 0 => out.extend([(last >> 10) as u8, (last >> 2) as u8]),
        _ => return Err(text.len() - 1),
    }
    Ok(())
}

/// The same of text that is padded to groups of four.
pub(crate) fn decode_padded(text: &[u8], out: &mut Vec<u8>) -> Result<(), usize> {
    let bare = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    if text.len().is_multiple_of(4) { decode(bare, out) } else { Err(text.len()) }
}

/// The bits of up to four characters.
#[inline]
fn bits(group: &[u8]) -> Result<u32, usize> {
    let (mut bits, mut wrong) = (0, 0);
    for &byte in group {
        let value = VALUES[usize::from(byte)];
        bits = bits << 6 | u32::from(value);
        wrong |= value;
    }
    if wrong < 64 { Ok(bits) } else { Err(group.iter().position(|byte| VALUES[usize::from(*byte)] > 63).unwrap_or(0)) }
}

/// The value of each character; more than 63 where it has none.
static VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [255; 256];
    let mut value = 0;
    while value < alphabet.len() {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_the_base64_crate_writes_is_read(bytes: Vec<u8>) {
            let (mut bare, mut padded) = (Vec::new(), Vec::new());
            prop_assert_eq!(decode(STANDARD_NO_PAD.encode(&bytes).as_bytes(), &mut bare), Ok(()));
            prop_assert_eq!(decode_padded(STANDARD.encode(&bytes).as_bytes(), &mut padded), Ok(()));
            prop_assert_eq!(&bare, &bytes);
            prop_assert_eq!(&padded, &bytes);
        }

        #[test]
        fn what_the_base64_crate_refuses_is_refused(text in "[A-D/+=_ ]{0,9}") {
            let mut bytes = Vec::new();
            prop_assert_eq!(decode_padded(text.as_bytes(), &mut bytes).is_ok(), STANDARD.decode(&text).is_ok());
            prop_assert_eq!(decode(text.as_bytes(), &mut bytes).is_ok(), STANDARD_NO_PAD.decode(&text).is_ok());
        }
    }

    #[test]
    fn an_error_is_where_the_first_wrong_byte_is() {
        for (text, at) in [("AAAAA!A!", 5), ("AAA", 2), ("AAAAA", 4), ("!", 0)] {
            let found = decode(text.as_bytes(), &mut Vec::new());
            assert_eq!(found.err(), (text != "AAA").then_some(at), "{text}");
        }
    }
}
