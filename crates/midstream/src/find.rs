//! Looking for short texts: `std` and `memchr` bring tables and strategies that a WASM module need not carry.

/// Where `needle`, which is not empty, first stands in `haystack`.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        from += memchr::memchr(needle[0], &haystack[from..])?;
        if haystack[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

/// Whether `needle`, which is not empty, stands in `haystack`.
pub(crate) fn contains(haystack: &str, needle: &str) -> bool {
    find(haystack.as_bytes(), needle.as_bytes()).is_some()
}

/// Whether `text` begins with `prefix`, which is long: the `memcmp` of WASM goes byte by byte.
pub(crate) fn begins(text: &str, prefix: &str) -> bool {
    if cfg!(target_family = "wasm") {
        memchr::arch::all::is_prefix(text.as_bytes(), prefix.as_bytes())
    } else {
        text.starts_with(prefix)
    }
}

/// What stands behind the last dot of a name; the name where there is none.
pub(crate) fn last_part(name: &str) -> &str {
    let dot = name.bytes().rposition(|byte| byte == b'.');
    &name[dot.map_or(0, |dot| dot + 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_what_std_finds() {
        let haystacks = ["", "a", "ab", "aab", "aabab", "xaaabx", "ababac", "\u{e9}aab", "b"];
        for haystack in haystacks {
            for needle in ["a", "ab", "aab", "abac", "\u{e9}", "bx"] {
                assert_eq!(find(haystack.as_bytes(), needle.as_bytes()), haystack.find(needle), "{haystack} {needle}");
                assert_eq!(contains(haystack, needle), haystack.contains(needle), "{haystack} {needle}");
            }
        }
    }

    #[test]
    fn the_last_part_of_a_name_stands_behind_its_last_dot() {
        for (name, part) in [("a.b.c", "c"), ("c", "c"), ("", ""), ("a.", "")] {
            assert_eq!(last_part(name), part);
        }
    }
}
