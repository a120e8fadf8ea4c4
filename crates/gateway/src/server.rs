//! The gateway as a service: what answers on which path.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode};
use axum::middleware::from_fn;
use axum::routing::get;
use midstream::relation::Relations;
use midstream::{Config, Repetition};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::api;
use crate::config::{ConfigError, DemoConfig, GatewayConfig, Limits, Upstream};
use crate::demo;
use crate::graphs;
use crate::guard::GuardConfig;
use crate::knowledge::Knowledge;
use crate::listen::listen;
use crate::log::Log;
use crate::metrics::{self, Metrics};
use crate::origin::{Access, guard};
use crate::proxy::forward;
use crate::reply;
use crate::tls;
use crate::transports;
use crate::upstream::Client;
use crate::web;
use crate::websocket;

/// A configuration made ready.
#[derive(Debug)]
pub struct Gateway {
    pub(crate) clients: Vec<Client>,
    pub(crate) demo: DemoConfig,
    pub(crate) guards: Vec<GuardConfig>,
    pub(crate) log: Arc<Log>,
    pub(crate) access: Arc<Access>,
    /// Who may watch.
    pub(crate) watchers: Arc<Semaphore>,
    /// Who may have a WebSocket.
    pub(crate) sockets: Arc<Semaphore>,
    pub(crate) heartbeat: Duration,
    pub(crate) metrics: Metrics,
}

impl Gateway {
    /// Makes `config` ready.
    ///
    /// # Errors
    /// Where two upstreams have one name, a guard is for an upstream that there is not, `ca_file` holds no certificates, or
    /// limits leave no room for a fact.
    pub fn new(config: &GatewayConfig) -> Result<Arc<Self>, ConfigError> {
        for (at, upstream) in config.upstreams.iter().enumerate() {
            if config.upstreams[..at].iter().any(|other| other.name == upstream.name) {
                return Err(ConfigError(format!("expected each upstream once, found `{}` twice", upstream.name)));
            }
        }
        for name in config.guards.iter().flat_map(|guard| &guard.upstreams) {
            let known: Vec<_> =
                config.upstreams.iter().map(|upstream| &upstream.name[..]).chain([demo::NAME]).collect();
            if !known.contains(&&name[..]) {
                let known = known.join("`, `");
                return Err(ConfigError(format!("expected upstreams of guards among `{known}`, found `{name}`")));
            }
        }
        config.limits.check()?;
        let tls = tls::connector(config.ca_file.as_deref())?;
        let client =
            |upstream: &Upstream| Client::new(&upstream.clone().with_key_from_env(), &tls, config.connect_timeout);
        let mut analysis = Config {
            timeouts: config.timeouts,
            stall_after: config.stall_after,
            analyses: vec![Arc::new(Repetition::default())],
            ..Config::default()
        };
        let knowledge = config.entities.clone().map(|entities| {
            analysis.analyses.push(match config.parts_of_speech.clone() {
                Some(parts_of_speech) => {
                    Arc::new(Relations { entities, parts_of_speech, max_words: None, max_phrase_bytes: None })
                }
                None => Arc::new(entities),
            });
            Knowledge::new(config.limits.clone(), config.functional.clone())
        });
        analysis.limits.max_frame_bytes = config.limits.max_frame_bytes;
        Ok(Arc::new(Self {
            clients: config.upstreams.iter().map(client).collect(),
            demo: config.demo.clone(),
            guards: config.guards.clone(),
            log: Arc::new(Log::new(config.limits.clone(), analysis, knowledge)),
            access: Arc::new(Access { origins: config.origins.clone(), hosts: config.allowed_hosts.clone() }),
            watchers: Arc::new(Semaphore::new(config.limits.watchers)),
            sockets: Arc::new(Semaphore::new(config.limits.sockets)),
            heartbeat: config.heartbeat,
            metrics: Metrics::default(),
        }))
    }

    pub(crate) fn limits(&self) -> &Limits {
        self.log.limits()
    }

    /// Everything the gateway answers.
    pub fn router(self: &Arc<Self>) -> Router {
        let access = Arc::clone(&self.access);
        Router::new()
            .route("/healthz", get(async || reply::typed(StatusCode::OK, "text/plain", "ok\n")))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics::answer))
            .merge(api::routes())
            .merge(graphs::routes())
            .merge(transports::routes())
            .fallback(page_or_upstream)
            .layer(from_fn(move |request, next| guard(Arc::clone(&access), request, next)))
            .with_state(Arc::clone(self))
    }

    /// Closes what has waited for long without use.
    fn sweep(&self) {
        self.clients.iter().for_each(Client::sweep);
    }
}

/// Serves a gateway on `listener` until `shutdown` is ready; streams that are open then have
/// [`GatewayConfig::shutdown_grace`] to end.
///
/// # Errors
/// Where the configuration can't be used.
pub async fn serve(
    config: GatewayConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ConfigError> {
    let gateway = Gateway::new(&config)?;
    let sweep = async {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            gateway.sweep();
        }
    };
    tokio::select! {
        () = listen(gateway.router(), listener, shutdown, config.limits.connections, config.shutdown_grace) => {}
        () = sweep => {}
    }
    Ok(())
}

async fn page_or_upstream(State(gateway): State<Arc<Gateway>>, request: Request) -> Response<Body> {
    // The performance guide's clients open `ws://localhost:8080`, without a path.
    if request.uri().path() == "/" && websocket::is_wanted(request.headers()) {
        return transports::echo(State(gateway), request).await;
    }
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let page = if reads { web::asset(request.uri().path(), request.headers()) } else { None };
    match page {
        Some(page) => page,
        None => forward(&gateway, request).await,
    }
}

async fn ready(State(gateway): State<Arc<Gateway>>) -> Response<Body> {
    let upstreams: Vec<_> = gateway.clients.iter().map(|client| &client.name).collect();
    reply::json(StatusCode::OK, &serde_json::json!({ "ready": true, "upstreams": upstreams }))
}

/// How often connections that wait are looked through.
const SWEEP_EVERY: Duration = Duration::from_secs(10);
