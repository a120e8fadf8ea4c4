//! Connections that wait for a request.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, ReadBuf};

use super::exchange::Wire;

/// One upstream's connections.
#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<(Instant, Wire)>>,
}

impl Pool {
    /// The connection that was used last, if it is still open.
    pub(super) fn take(&self) -> Option<Wire> {
        loop {
            let (since, mut wire) = self.lock().pop()?;
            if since.elapsed() < IDLE_TIMEOUT && is_open(&mut wire) {
                return Some(wire);
            }
        }
    }

    pub(super) fn put(&self, wire: Wire) {
        let mut idle = self.lock();
        if idle.len() < MAX_IDLE {
            idle.push((Instant::now(), wire));
        }
    }

    /// Closes connections that have waited for long.
    pub(super) fn sweep(&self) {
        self.lock().retain(|(since, _)| since.elapsed() < IDLE_TIMEOUT);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, Wire)>> {
        // A panic while it is held leaves a list that can still be used.
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Whether the upstream has neither hung up nor said anything unasked.
fn is_open(wire: &mut Wire) -> bool {
    let mut byte = [0];
    let mut cx = Context::from_waker(Waker::noop());
    // A read first: TLS has things to say that concern nobody further up.
    Pin::new(&mut *wire).poll_read(&mut cx, &mut ReadBuf::new(&mut byte)).is_pending() && wire.is_quiet()
}

/// How long a connection waits for its next request. Providers' own limits are longer, which keeps the moment rare in
/// which both sides act at once.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Connections that wait, for each upstream.
const MAX_IDLE: usize = 256;
