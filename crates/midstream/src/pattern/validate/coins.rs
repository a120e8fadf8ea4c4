//! Addresses and keys of crypto currencies, by the checksums in them.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// Base58Check: the last four bytes are the first of a double SHA-256 over the rest (Bitcoin; also Litecoin, Dogecoin,
/// Tron, and private keys in wallet import format).
pub(super) fn base58check(value: &[u8]) -> bool {
    let Some(bytes) = base58(value) else { return false };
    let Some((payload, check)) = bytes.split_last_chunk::<4>() else { return false };
    payload.len() >= 20 && Sha256::digest(Sha256::digest(payload))[..4] == check[..]
}

/// The bytes of `text` in Bitcoin's alphabet of 58; at most 64 digits.
fn base58(text: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if text.len() > 64 {
        return None;
    }
    // The lowest byte first.
    let mut bytes: Vec<u8> = Vec::new();
    for byte in text {
        let mut carry = ALPHABET.iter().position(|letter| letter == byte)?;
        for place in &mut bytes {
            carry += usize::from(*place) * 58;
            *place = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push((carry & 0xFF) as u8);
            carry >>= 8;
        }
    }
    bytes.extend(text.iter().take_while(|&&byte| byte == b'1').map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

/// Bech32 and Bech32m: the polynomial over prefix and data is 1 or 0x2bc830a3 (BIP-173, BIP-350).
pub(super) fn bech32(value: &[u8]) -> bool {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let mixed = value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase);
    let text = value.to_ascii_lowercase();
    let Some(at) = text.iter().rposition(|&byte| byte == b'1').filter(|&at| at > 0 && !mixed) else { return false };
    let (prefix, data) = (&text[..at], &text[at + 1..]);
    let places: Option<Vec<u8>> =
        data.iter().map(|byte| ALPHABET.iter().position(|letter| letter == byte).map(|place| place as u8)).collect();
    let Some(places) = places.filter(|places| places.len() >= 6) else { return false };
    let prefix_high = prefix.iter().map(|byte| byte >> 5);
    let prefix_low = prefix.iter().map(|byte| byte & 31);
    let sum = prefix_high.chain([0]).chain(prefix_low).chain(places).fold(1, polymod);
    matches!(sum, 1 | 0x2bc8_30a3)
}

fn polymod(sum: u32, value: u8) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = sum >> 25;
    let next = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
    GENERATOR.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1).fold(next, |next, (_, part)| next ^ part)
}

/// An Ethereum address: in one case it carries no checksum; in mixed case each letter's case is a bit of the Keccak-256
/// of the address (EIP-55).
pub(super) fn eip55(value: &[u8]) -> bool {
    let Some(address) = value.strip_prefix(b"0x").filter(|address| address.len() == 40) else { return false };
    let upper = address.iter().any(u8::is_ascii_uppercase);
    let lower = address.iter().any(u8::is_ascii_lowercase);
    let some = address.iter().any(|&byte| byte != address[0]);
    if !(upper && lower) {
        return some;
    }
    let hash = Keccak256::digest(address.to_ascii_lowercase());
    address.iter().enumerate().all(|(at, byte)| {
        let nibble = hash[at / 2] >> (4 * (1 - at % 2)) & 15;
        byte.is_ascii_digit() || byte.is_ascii_uppercase() == (nibble >= 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base58check_accepts_published_addresses() {
        for value in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
            "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
        ] {
            assert!(base58check(value.as_bytes()), "{value}");
        }
        assert!(
            !base58check(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb") && !base58check(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0")
        );
    }

    #[test]
    fn bech32_accepts_the_examples_of_both_proposals() {
        for value in [
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "A12UEL5L",
        ] {
            assert!(bech32(value.as_bytes()), "{value}");
        }
        assert!(
            !bech32(b"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")
                && !bech32(b"Bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
        );
    }

    #[test]
    fn eip55_accepts_its_examples() {
        for value in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0xde709f2102306220921060314715629080e2fb77",
        ] {
            assert!(eip55(value.as_bytes()), "{value}");
        }
        assert!(
            !eip55(b"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")
                && !eip55(b"0x0000000000000000000000000000000000000000")
        );
    }
}
