//! A stream on its way through its guard.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use http_body::{Body, Frame};
use midstream::rewrite::{Guard, Rewriter};
use midstream::{Dialect, Framing, Limits};

use super::{AUDIO, Findings, UNCHECKED};
use crate::metrics::Counts;

/// The words of `inner`'s stream as the guard lets them pass. Once a rule stops the stream, `inner` is dropped, which
/// tells the upstream to stop.
pub(crate) struct Guarded<B> {
    inner: Option<B>,
    rewriter: Rewriter,
    guard: Arc<Guard>,
    findings: Findings,
    counts: Counts,
    matches: usize,
    holding: Holding,
    /// What comes behind the last bytes.
    after: Vec<Frame<Bytes>>,
}

impl<B> Guarded<B> {
    pub(crate) fn new(
        inner: B,
        guard: Arc<Guard>,
        framing: Option<Framing>,
        dialect: Option<Dialect>,
        max_frame_bytes: usize,
        findings: Findings,
        counts: Counts,
    ) -> Self {
        let limits = Limits { max_frame_bytes, ..Limits::default() };
        let rewriter = Rewriter::new(framing, dialect, &limits, Arc::clone(&guard) as _);
        let holding = Holding::default();
        Self { inner: Some(inner), rewriter, guard, findings, counts, matches: 0, holding, after: Vec::new() }
    }

    /// Notes what was found, and drops the upstream's answer where it may not go on.
    fn note(&mut self) {
        let Self { rewriter, guard, .. } = self;
        let found: Vec<_> = rewriter.findings().map(|finding| guard.event(&finding)).collect();
        self.matches += found.len();
        self.counts.found(&found);
        self.holding.note(self.rewriter.held(), Instant::now());
        self.findings.extend(found);
        if self.rewriter.stopped().is_some() {
            self.end(None);
        }
    }

    fn end(&mut self, trailers: Option<HeaderMap>) {
        self.inner = None;
        let mut trailers = trailers.unwrap_or_default();
        let held = self.holding.ended(Instant::now());
        self.counts.held(held);
        if self.rewriter.audio() > 0 {
            self.counts.unchecked(self.rewriter.audio(), "answer");
            trailers.insert(UNCHECKED, AUDIO);
        }
        trailers.insert(MATCHES, HeaderValue::from(self.matches));
        trailers.insert(HELD_MS, HeaderValue::from(held.as_millis() as u64));
        trailers.insert(HELD_MOST, HeaderValue::from(self.holding.most));
        self.after.push(Frame::trailers(trailers));
    }
}

impl<B> Body for Guarded<B>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        loop {
            let Some(inner) = &mut this.inner else { return Poll::Ready(this.after.pop().map(Ok)) };
            let out = match std::task::ready!(Pin::new(inner).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => {
                        let out = this.rewriter.feed(&bytes);
                        this.note();
                        out
                    }
                    Err(other) => {
                        let out = this.rewriter.finish();
                        this.note();
                        if this.inner.is_some() {
                            this.end(other.into_trailers().ok());
                        }
                        out
                    }
                },
                Some(Err(error)) => {
                    // Words that were held are not shown: with the rest of them a rule might have covered them.
                    this.inner = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    let out = this.rewriter.finish();
                    this.note();
                    if this.inner.is_some() {
                        this.end(None);
                    }
                    out
                }
            };
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none() && self.after.is_empty()
    }
}

/// How long words were held back, and how many.
#[derive(Debug, Default)]
pub(crate) struct Holding {
    since: Option<Instant>,
    spent: Duration,
    pub(crate) most: usize,
}

impl Holding {
    /// Notes that `held` characters are held back at `now`.
    pub(crate) fn note(&mut self, held: usize, now: Instant) {
        self.most = self.most.max(held);
        match (self.since, held) {
            (Some(since), 0) => {
                self.spent += now - since;
                self.since = None;
            }
            (None, 1..) => self.since = Some(now),
            _ => {}
        }
    }

    /// The time for which anything was held back.
    pub(crate) fn ended(&mut self, now: Instant) -> Duration {
        self.note(0, now);
        self.spent
    }
}

/// What is told of a guarded stream when it is over, to clients that say `te: trailers`; what the head does not announce
/// does not go out (RFC 9110, 6.6.2).
pub(crate) const TRAILERS: HeaderValue =
    HeaderValue::from_static("x-midstream-matches, x-midstream-held-ms, x-midstream-held-most, x-midstream-unchecked");

/// For how long any words were held back in all, in milliseconds.
pub(crate) const HELD_MS: &str = "x-midstream-held-ms";

/// The most characters that were held back at one time.
pub(crate) const HELD_MOST: &str = "x-midstream-held-most";

/// How many matches there were, for clients that read trailers.
pub(crate) const MATCHES: &str = "x-midstream-matches";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_time_is_that_in_which_anything_was_held() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let mut holding = Holding::default();
        for (held, ms) in [(0, 0), (5, 10), (9, 20), (0, 30), (0, 40), (2, 50)] {
            holding.note(held, at(ms));
        }
        assert_eq!((holding.ended(at(55)), holding.most), (Duration::from_millis(25), 9));
    }
}
