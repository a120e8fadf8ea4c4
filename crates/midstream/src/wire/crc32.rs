//! CRC-32 as Amazon's event stream has it (ISO-HDLC, polynomial 0xEDB88320 reflected).

#[cfg(target_family = "wasm")]
pub(crate) use self::small as crc32;
/// The checksum of `bytes`.
#[cfg(not(target_family = "wasm"))]
pub(crate) use crc32fast::hash as crc32;

/// The checksum of `bytes`, by a table of sixteen words: those of crc32fast were a tenth of the WASM module.
#[cfg(any(target_family = "wasm", test))]
pub(crate) fn small(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        let crc = crc ^ u32::from(byte);
        let crc = crc >> 4 ^ TABLE[(crc & 15) as usize];
        crc >> 4 ^ TABLE[(crc & 15) as usize]
    })
}

#[cfg(any(target_family = "wasm", test))]
const TABLE: [u32; 16] = {
    let mut table = [0; 16];
    let mut at = 0;
    while at < 16 {
        let mut crc = at as u32;
        let mut bit = 0;
        while bit < 4 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_small_table_agrees_with_crc32fast(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(super::small(&bytes), crc32fast::hash(&bytes));
        }
    }
}
