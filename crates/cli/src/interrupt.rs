//! Ctrl-C, and the signal by which service managers ask for an end.

use std::io;
use std::thread;

/// Waits until the process is asked to end.
pub(crate) async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupt = tokio::signal::ctrl_c() => interrupt,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Calls `then` on a thread of its own when the process is asked to end, which no longer ends it.
pub(crate) fn on_interrupt(then: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    thread::spawn(move || {
        if runtime.block_on(interrupted()).is_ok() {
            then();
        }
    });
    Ok(())
}
