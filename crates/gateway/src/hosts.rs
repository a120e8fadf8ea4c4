//! By which names the gateway may be called.
//!
//! A page of any site can make a browser take the gateway for that site, by letting the site's name resolve to the
//! gateway's address (DNS rebinding); to the browser it is then a page of the gateway's own. What gives it away is the
//! name in the request's `Host`. So only names count that nobody outside can have, and those that were named.

use std::net::IpAddr;

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

/// The name that a request calls the gateway by, if it is none of the gateway's.
///
/// `allowed` holds names, `*.example.com` for all below one, `*` for every name.
pub(crate) fn foreign(uri: &Uri, headers: &HeaderMap, allowed: &[String]) -> Option<String> {
    // RFC 9112, section 3.2.2: a host in the request's target counts before the header. A program that names none is
    // no browser.
    let header = || headers.get(HOST).map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
    let called = uri.authority().map(ToString::to_string).or_else(header)?;
    let Ok(authority) = called.parse::<Authority>() else { return Some(called) };
    let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let ours = is_private(&name) || allowed.iter().any(|pattern| fits(&pattern.to_ascii_lowercase(), &name));
    Some(called).filter(|_| !ours)
}

/// Whether nobody outside can make `name` lead here: an address, a name without a dot, a name below one that no registry
/// gives away (RFC 6761, RFC 9476; Kubernetes' own).
fn is_private(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok()
        || !name.contains('.')
        || [".localhost", ".internal", ".cluster.local"].iter().any(|end| name.ends_with(end))
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => end.is_empty() || (end.starts_with('.') && name.ends_with(end)),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_names_that_nobody_outside_can_have_are_the_gateways() {
        let allowed = ["gateway.example.com".to_owned(), "*.llm.example.com".to_owned()];
        for (host, ours) in [
            ("127.0.0.1:8080", true),
            ("192.0.2.7", true),
            ("[::1]:8080", true),
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("app.localhost", true),
            ("gateway:8080", true),
            ("gateway.llm.svc.cluster.local", true),
            ("gateway.example.com", true),
            ("Gateway.Example.com.:443", true),
            ("a.llm.example.com", true),
            ("llm.example.com", false),
            ("example.com", false),
            ("evil.example.com:8080", false),
            ("127.0.0.1.example.com", false),
            ("localhost.example.com", false),
            ("a b", false),
            ("", false),
        ] {
            let headers = [(HOST, HeaderValue::from_static(host))].into_iter().collect();
            let found = foreign(&Uri::from_static("/streams"), &headers, &allowed);
            assert_eq!(found, Some(host.to_owned()).filter(|_| !ours), "{host}");
        }
        let headers = [(HOST, HeaderValue::from_static("127.0.0.1"))].into_iter().collect();
        let absolute = Uri::from_static("http://evil.example.com/streams");
        assert_eq!(foreign(&absolute, &headers, &allowed).as_deref(), Some("evil.example.com"));
        assert_eq!(foreign(&absolute, &headers, &["*".to_owned()]), None);
        assert_eq!(foreign(&Uri::from_static("/"), &HeaderMap::new(), &[]), None);
    }
}
