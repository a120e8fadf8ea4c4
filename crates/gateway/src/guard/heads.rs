//! The head of an answer, through its guard: a header is a text like any other, only that nobody looks for one there.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use midstream::rewrite::{Guard, Seen, body_with_findings};

use super::events;
use crate::metrics::Counts;

/// Masks what `guard` covers in `headers`; one that can't be masked is taken away.
pub(crate) fn checked_headers(headers: &mut HeaderMap, guard: &Guard, counts: &Counts) {
    let mut seen = Seen::default();
    let names: Vec<HeaderName> = headers.keys().filter(|name| !is_protocol(name)).cloned().collect();
    for name in names {
        let values: Vec<HeaderValue> = headers.get_all(&name).iter().cloned().collect();
        let checked: Vec<Option<HeaderValue>> = values.iter().map(|value| check(value, guard, &mut seen)).collect();
        if checked.iter().zip(&values).all(|(now, was)| now.as_ref() == Some(was)) {
            continue;
        }
        headers.remove(&name);
        for value in checked.into_iter().flatten() {
            headers.append(&name, value);
        }
    }
    counts.found(&events(guard, &seen));
}

/// What may be shown of a header.
fn check(value: &HeaderValue, guard: &Guard, seen: &mut Seen) -> Option<HeaderValue> {
    let text = String::from_utf8_lossy(value.as_bytes());
    match body_with_findings(guard, &text, seen) {
        Ok(None) => Some(value.clone()),
        Ok(Some(masked)) => HeaderValue::from_str(&masked).ok(),
        Err(_) => None,
    }
}

/// Whether a header speaks of the connection or of the body, in words of HTTP's own.
fn is_protocol(name: &HeaderName) -> bool {
    name.as_str().starts_with("sec-websocket-") || PROTOCOL.contains(&name.as_str())
}

const PROTOCOL: &[&str] = &[
    "age",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expires",
    "last-modified",
    "transfer-encoding",
    "upgrade",
    "vary",
];

#[cfg(test)]
mod tests {
    use midstream::pattern::{Pack, Rules};

    use super::*;
    use crate::metrics::Guards;

    #[test]
    fn headers_are_masked_and_those_of_http_left_alone() {
        let pack = "name = \"p\"\nversion = \"1\"\n[[rule]]\nid = \"t\"\nkind = \"T\"\npattern = \"T-[0-9]{4}\"\n\
                    [[rule]]\nid = \"b\"\nkind = \"B\"\npattern = \"boom!\"\naction = \"stop\"\n";
        let guard = Guard::new(Rules::compile(&[Pack::parse(pack).unwrap()]).unwrap(), None);
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("x-a", "see T-1234"), ("x-a", "plain"), ("x-b", "boom!"), ("date", "T-1234"), ("x-c", "c")]
        {
            headers.append(name, value.parse().unwrap());
        }
        checked_headers(&mut headers, &guard, &Guards::default().of("any"));
        let mut now: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        now.sort();
        assert_eq!(now, ["date: T-1234", "x-a: plain", "x-a: see [T]", "x-c: c"]);
    }
}
