//! The query of a request, and percent-encoding.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The `name=value` pairs of a query, decoded. A `+` is a space.
pub(crate) fn pairs(query: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_decoded(name), form_decoded(value))
    })
}

/// A name or a value of a query, decoded: a `+` is a space.
pub(crate) fn form_decoded(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}

/// `text` with `%20` and the like as what they stand for.
pub(crate) fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `text` as it may stand in a query.
pub(crate) fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// All that is not unreserved (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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
