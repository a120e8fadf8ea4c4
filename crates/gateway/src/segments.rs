//! The parts of a path that a handler asks for.

use axum::body::Body;
use axum::extract::{FromRequestParts, Path};
use axum::http::Response;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::reply;

/// [`Path`], of which what can't be read is told as every other mistake is: as JSON.
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(it)| Self(it)).map_err(|error| reply::error(error.status(), "invalid_path", &error.body_text()))
    }
}
