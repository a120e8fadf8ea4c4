//! What the commands that serve have in common: a runtime, an address, an end.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio::runtime;

use crate::exit::{Failure, Outcome};
use crate::interrupt::Interrupts;

/// Listens on `address` and runs `serve` there, which ends some time after it was told to. Ctrl-C tells it; a second one
/// ends the process at once.
pub(crate) fn run<F>(
    address: SocketAddr,
    serve: impl FnOnce(SocketAddr, TcpListener, Shutdown) -> F,
) -> Result<Outcome, Failure>
where
    F: Future<Output = Result<(), Failure>>,
{
    let runtime = runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Input(format!("can't start threads: {error}")))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|error| Failure::Input(format!("can't listen on {address}: {error}")))?;
        // Where port 0 was asked for, the system chose one.
        let address = listener.local_addr().unwrap_or(address);
        let interrupts = Interrupts::new();
        let interrupts = interrupts.map_err(|error| Failure::Input(format!("can't listen for Ctrl-C: {error}")))?;
        serve(address, listener, Box::pin(shutdown(interrupts))).await
    })?;
    Ok(Outcome::Good)
}

/// Ready when the server is to end.
pub(crate) type Shutdown = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn shutdown(mut interrupts: Interrupts) {
    interrupts.next().await;
    tokio::spawn(async move {
        interrupts.next().await;
        std::process::exit(0);
    });
}

/// Where to listen.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "expected an IP address and a port, as 127.0.0.1:8080 or [::1]:0".to_owned())
}
