//! The query of a request, and percent-encoding.

/// The `name=value` pairs of a query, decoded. A `+` is a space.
pub(crate) fn pairs(query: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent_decoded(&name.replace('+', " ")), percent_decoded(&value.replace('+', " ")))
    })
}

/// `text` with `%20` and the like as what they stand for.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match code.filter(|_| *byte == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `text` as it may stand in a query.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded() {
        for (text, expected) in [("a.sse", "a.sse"), ("a%20b%3A", "a b:"), ("100%", "100%"), ("%zz", "%zz")] {
            assert_eq!(percent_decoded(text), expected);
        }
        assert_eq!(percent_encoded("a b/[é]-._~1"), "a%20b%2F%5B%C3%A9%5D-._~1");
    }

    #[test]
    fn a_query_is_pairs() {
        let found: Vec<_> = pairs(Some("a=1&b=x+y%2B&&c&d=e=f")).collect();
        let expected = [("a", "1"), ("b", "x y+"), ("c", ""), ("d", "e=f")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(pairs(None).count(), 0);
    }
}
