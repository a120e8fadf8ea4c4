//! Connections in, requests to a router.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Serves `router` to at most `connections` at a time, until `shutdown` is ready and what is open then has ended, or
/// `grace` has passed.
pub(crate) async fn listen(
    router: Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
    connections: usize,
    grace: Duration,
) {
    let mut shutdown = pin!(shutdown);
    let room = Arc::new(Semaphore::new(connections));
    let (close, closing) = watch::channel(());
    let mut open = JoinSet::new();
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await.expect("the semaphore is never closed");
            (accept(&listener).await, permit)
        };
        let (stream, permit) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()))
            .with_upgrades();
        let mut closing = closing.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
            // A connection that breaks concerns nobody but its client; a stream on it takes note of its end itself.
            tokio::select! {
                _ = connection.as_mut() => {}
                _ = closing.changed() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop(permit);
        });
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    close.send_replace(());
    let _ = tokio::time::timeout(grace, async { while open.join_next().await.is_some() {} }).await;
    open.shutdown().await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small frames go at once. Without it, each waits for the client's delayed acknowledgement (40 ms).
                let _ = stream.set_nodelay(true);
                // A client that vanished without a word is noticed.
                let _ = SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEP_ALIVE));
                return stream;
            }
            Err(error) if is_of_one_connection(&error) => {}
            // Out of file descriptors, most likely: connections that end will make room.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// For a request's head to be whole, and for a connection to be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(75);

/// How long a connection is silent before the system asks whether the other side is there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn row_25_connections_send_small_frames_at_once_and_are_kept_alive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let stream = accept(&listener).await;
        assert!(stream.nodelay().unwrap());
        assert!(SockRef::from(&stream).keepalive().unwrap());
    }
}
