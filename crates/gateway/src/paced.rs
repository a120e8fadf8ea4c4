//! A body whose pieces come one by one, at a pace.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

/// Gives the first piece at once and each further one `pace` after the one before.
pub(crate) struct Paced {
    pieces: Pieces,
    length: Option<u64>,
    pace: Duration,
    /// When the next piece is due. Due times are counted from the first piece, so that lateness does not add up.
    due: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

type Pieces = Box<dyn Iterator<Item = Bytes> + Send>;

impl Paced {
    pub(crate) fn new(pieces: impl Iterator<Item = Bytes> + Send + 'static, pace: Duration) -> Self {
        Self { pieces: Box::new(pieces), length: None, pace, due: None, timer: None }
    }

    /// A body that is there in one piece.
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = Some(bytes.len() as u64);
        Self { length, ..Self::new(std::iter::once(bytes), Duration::ZERO) }
    }
}

impl Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if !this.pace.is_zero() {
            let due = *this.due.get_or_insert_with(Instant::now);
            let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            if timer.deadline() != due {
                timer.as_mut().reset(due);
            }
            ready!(timer.as_mut().poll(cx));
            this.due = Some(due + this.pace);
        }
        Poll::Ready(this.pieces.next().map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
