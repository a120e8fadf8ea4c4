//! Upstreams: where requests are sent, and how their answers come back.

mod exchange;
mod http1;
mod pool;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{HeaderValue, Request, Response, Uri};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use self::exchange::{Exchange, Wire, exchange};
use self::pool::Pool;
use crate::config::Upstream;

/// An upstream that requests can be sent to.
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) key: Option<String>,
    authority: Authority,
    host: HeaderValue,
    /// The base URL's path without a `/` at the end.
    prefix: String,
    tls: Option<TlsConnector>,
    connect_timeout: Duration,
    pool: Arc<Pool>,
}

/// What became of a request that got no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No connection.
    Unreachable(String),
    /// A connection, and then no answer that can be read.
    NoAnswer(String),
}

impl Client {
    pub(crate) fn new(upstream: &Upstream, tls: &TlsConnector, connect_timeout: Duration) -> Self {
        let authority = upstream.url.authority().expect("an upstream's URL is checked to have a host").clone();
        Self {
            name: upstream.name.clone(),
            key: upstream.key.clone(),
            host: HeaderValue::from_str(authority.as_str())
                .expect("an authority has no characters that a header can't"),
            prefix: upstream.url.path().trim_end_matches('/').to_owned(),
            tls: (upstream.url.scheme() == Some(&Scheme::HTTPS)).then(|| tls.clone()),
            authority,
            connect_timeout,
            pool: Arc::default(),
        }
    }

    /// Where a request for `path` goes: the base URL's path with `path` behind it. A first segment of `path` that the
    /// base URL ends in is not said twice: `https://host/v1` with `/v1/models` is `https://host/v1/models`.
    pub(crate) fn uri(&self, path: &str, query: Option<&str>) -> Uri {
        let first = path.get(1..).and_then(|rest| rest.split('/').next()).filter(|first| !first.is_empty());
        let path = match first {
            Some(first) if self.prefix.rsplit('/').next() == Some(first) => &path[1 + first.len()..],
            _ => path,
        };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{path}{query}", self.prefix);
        let target = if target.starts_with('/') { target } else { format!("/{target}") };
        PathAndQuery::try_from(target).expect("parts of URIs that were parsed make one").into()
    }

    /// The value of the `Host` header.
    pub(crate) fn host(&self) -> HeaderValue {
        self.host.clone()
    }

    /// Sends `request`; its answer's body is still to come.
    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Exchange>, Failure> {
        let wire = match self.pool.take() {
            Some(wire) => wire,
            None => self.connect().await?,
        };
        // A request that fails from here on is not sent again: the upstream may have begun to work on it, for money.
        exchange(wire, request, &self.pool)
            .await
            .map_err(|error| Failure::NoAnswer(format!("upstream `{}` gave no answer: {}", self.name, causes(&error))))
    }

    /// Closes connections that have waited for long.
    pub(crate) fn sweep(&self) {
        self.pool.sweep();
    }

    async fn connect(&self) -> Result<Wire, Failure> {
        match tokio::time::timeout(self.connect_timeout, self.try_connect()).await {
            Ok(wire) => wire.map_err(|error| self.unreachable(&error)),
            Err(_) => Err(self.unreachable(&format!("no connection within {:?}", self.connect_timeout))),
        }
    }

    async fn try_connect(&self) -> std::io::Result<Wire> {
        let host = self.authority.host().trim_start_matches('[').trim_end_matches(']');
        let port = self.authority.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(host.to_owned()).map_err(std::io::Error::other)?;
        Ok(Box::new(tls.connect(name, stream).await?))
    }

    fn unreachable(&self, cause: &dyn fmt::Display) -> Failure {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let place = format!("`{}` at {scheme}://{}", self.name, self.authority);
        Failure::Unreachable(format!("upstream {place} can't be reached: {cause}"))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("name", &self.name).field("authority", &self.authority).finish_non_exhaustive()
    }
}

/// What `error` says, and what is behind it.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_behind_the_base_urls() {
        let tls = crate::tls::connector(None).unwrap();
        for (base, path, query, expected) in [
            ("http://h", "/v1/models", None, "/v1/models"),
            ("http://h/", "/v1/models", Some("a=b"), "/v1/models?a=b"),
            ("http://h/base", "/v1/models", None, "/base/v1/models"),
            ("http://h/v1", "/v1/models", None, "/v1/models"),
            ("http://h/openai/v1/", "/v1/chat/completions", None, "/openai/v1/chat/completions"),
            ("http://h/openai", "/v1/chat/completions", None, "/openai/v1/chat/completions"),
            ("http://h/v1", "/v1", None, "/v1"),
            ("http://h", "/", None, "/"),
            ("http://h/v1", "/", None, "/v1/"),
        ] {
            let upstream: Upstream = format!("x={base}").parse().unwrap();
            let client = Client::new(&upstream, &tls, Duration::from_secs(1));
            assert_eq!(client.uri(path, query), expected, "{base} {path}");
        }
    }
}
