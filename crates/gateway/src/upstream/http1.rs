//! HTTP/1.1 as a client speaks it (RFC 9112): the head of a request as bytes, bytes as the head of a response, and the
//! framing of bodies. Nothing here reads or writes anything.

use axum::http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use bytes::BytesMut;

/// The head of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: BodyDecoder,
    /// The upstream keeps the connection for another request.
    pub(super) keeps: bool,
}

/// Takes a body out of its framing, however it is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BodyDecoder {
    state: State,
    /// Bytes of chunk extensions and trailers so far, which nobody needs.
    overhead: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The body ends with the connection.
    ToEnd,
    /// So many bytes of a body of stated length, or of a chunk, are still to come.
    Length(u64),
    Chunk(u64),
    /// In the digits of a chunk's size; whether there was one.
    Size(u64, bool),
    /// Behind the digits.
    Extension(u64),
    /// Before the line feed that ends the size.
    SizeEnd(u64),
    /// Before the carriage return, and the line feed, that end a chunk.
    ChunkEnd,
    ChunkEndLf,
    /// In the trailers; whether the line is empty so far.
    Trailer(bool),
    Done,
}

/// The head of a request for `target`, whose body is sent in chunks where `chunked` says so.
pub(super) fn request_head(method: &Method, target: &Uri, headers: &HeaderMap, chunked: bool) -> Vec<u8> {
    let target = target.path_and_query().map_or("/", |target| target.as_str());
    let mut head = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
    for (name, value) in headers {
        line(&mut head, name, value);
    }
    if chunked {
        line(&mut head, &TRANSFER_ENCODING, &HeaderValue::from_static("chunked"));
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// One chunk of a body that is sent in chunks.
pub(super) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// What ends a body that is sent in chunks.
pub(super) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// Reads the head of the response to a request of `method` from the beginning of `bytes`; says with it how long it is.
/// `None` where it is not whole.
///
/// # Errors
/// What was expected and what came instead.
pub(super) fn response_head(bytes: &[u8], method: &Method) -> Result<Option<(Head, usize)>, String> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut fields);
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if bytes.len() > MAX_HEAD_BYTES => {
            return Err(format!("expected a head of at most {MAX_HEAD_BYTES} bytes"));
        }
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(format!("expected HTTP/1.1, found something else: {error}")),
    };
    let code = response.code.expect("a whole head has a status");
    let status = StatusCode::from_u16(code).map_err(|_| format!("expected a status, found `{code}`"))?;
    let mut headers = HeaderMap::with_capacity(response.headers.len());
    for field in response.headers.iter() {
        let wrong = || format!("expected a header, found `{}`", field.name.escape_debug());
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| wrong())?;
        headers.append(name, HeaderValue::from_bytes(field.value).map_err(|_| wrong())?);
    }
    let state = body_state(status, &headers, method)?;
    let speaks_1_1 = response.version == Some(1);
    let keeps =
        state != State::ToEnd && if speaks_1_1 { !says(&headers, "close") } else { says(&headers, "keep-alive") };
    if matches!(state, State::Size(..)) {
        // Where both are given the chunks count, and the length must not be passed on (RFC 9112, section 6.3).
        headers.remove(CONTENT_LENGTH);
    }
    Ok(Some((Head { status, headers, body: BodyDecoder { state, overhead: 0 }, keeps }, length)))
}

/// RFC 9112, section 6.3: how the body of a response is framed.
fn body_state(status: StatusCode, headers: &HeaderMap, method: &Method) -> Result<State, String> {
    let bodiless = status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if bodiless || method == Method::HEAD {
        return Ok(State::Done);
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    if let Some(coding) = codings.next() {
        return match coding.to_str() {
            Ok(coding) if coding.trim().eq_ignore_ascii_case("chunked") && codings.next().is_none() => {
                Ok(State::Size(0, false))
            }
            _ => Err(format!("expected the transfer coding `chunked`, found {coding:?}")),
        };
    }
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let Some(first) = lengths.next() else { return Ok(State::ToEnd) };
    let digits = first.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let length = digits.and_then(|text| text.parse().ok());
    match length {
        Some(0) => Ok(State::Done),
        Some(length) if lengths.all(|other| other == first) => Ok(State::Length(length)),
        _ => Err(format!("expected one content length, found {first:?}")),
    }
}

/// Whether `Connection` says `option`.
fn says(headers: &HeaderMap, option: &str) -> bool {
    let values = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|found| found.trim().eq_ignore_ascii_case(option))
}

fn line(head: &mut Vec<u8>, name: &HeaderName, value: &HeaderValue) {
    head.extend_from_slice(name.as_str().as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value.as_bytes());
    head.extend_from_slice(b"\r\n");
}

impl BodyDecoder {
    /// Whether the body is whole.
    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// How long the body is, where its head said so and nothing of it has come yet.
    pub(super) fn length(&self) -> Option<u64> {
        match self.state {
            State::Length(length) => Some(length),
            State::Done => Some(0),
            _ => None,
        }
    }

    /// Takes the end of the connection: whether the body may end there.
    pub(super) fn finish(&mut self) -> bool {
        let clean = matches!(self.state, State::ToEnd | State::Done);
        self.state = State::Done;
        clean
    }

    /// Adds to `out` what `input` holds of the body. Returns how much of `input` belongs to it: all, but where the body
    /// ends before.
    ///
    /// # Errors
    /// What was expected in the framing and what came instead.
    pub(super) fn feed(&mut self, input: &[u8], out: &mut BytesMut) -> Result<usize, String> {
        let mut rest = input;
        while let [byte, tail @ ..] = rest {
            match &mut self.state {
                State::Done => break,
                State::ToEnd => {
                    out.extend_from_slice(rest);
                    rest = &[];
                    continue;
                }
                State::Length(left) | State::Chunk(left) => {
                    let length = usize::try_from(*left).map_or(rest.len(), |left| left.min(rest.len()));
                    out.extend_from_slice(&rest[..length]);
                    rest = &rest[length..];
                    *left -= length as u64;
                    if *left == 0 {
                        self.state = if matches!(self.state, State::Chunk(_)) { State::ChunkEnd } else { State::Done };
                    }
                    continue;
                }
                _ => {}
            }
            self.state = self.framing_byte(*byte)?;
            rest = tail;
        }
        Ok(input.len() - rest.len())
    }

    /// Takes a byte that is not of the body itself.
    fn framing_byte(&mut self, byte: u8) -> Result<State, String> {
        if matches!(self.state, State::Extension(_) | State::Trailer(_)) {
            self.overhead += 1;
            if self.overhead > MAX_OVERHEAD_BYTES {
                return Err(format!("expected at most {MAX_OVERHEAD_BYTES} bytes of chunk extensions and trailers"));
            }
        }
        Ok(match (self.state, byte) {
            (State::Size(size, _), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).expect("it is a hexadecimal digit");
                let size = size.checked_mul(16).map(|size| size + u64::from(digit));
                State::Size(size.ok_or("expected a chunk's size, found one beyond 64 bits")?, true)
            }
            (State::Size(size, true) | State::Extension(size), b'\r') => State::SizeEnd(size),
            (State::Size(size, true), b';' | b' ' | b'\t') => State::Extension(size),
            (State::Extension(size), byte) if byte != b'\n' => State::Extension(size),
            (State::SizeEnd(0), b'\n') => State::Trailer(true),
            (State::SizeEnd(size), b'\n') => State::Chunk(size),
            (State::ChunkEnd, b'\r') => State::ChunkEndLf,
            (State::ChunkEndLf, b'\n') => State::Size(0, false),
            (State::Trailer(true), b'\n') => State::Done,
            (State::Trailer(_), b'\n') => State::Trailer(true),
            (State::Trailer(empty), b'\r') => State::Trailer(empty),
            (State::Trailer(_), _) => State::Trailer(false),
            (state, byte) => {
                let expected = match state {
                    State::Size(..) | State::Extension(_) => "a chunk's size",
                    _ => "the end of a line",
                };
                return Err(format!("expected {expected}, found `{}`", byte.escape_ascii()));
            }
        })
    }
}

const MAX_HEADERS: usize = 128;
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Chunk extensions and trailers of one body, in bytes.
const MAX_OVERHEAD_BYTES: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Result<Option<(Head, usize)>, String> {
        response_head(text.as_bytes(), &Method::POST)
    }

    fn decoder(headers: &str) -> BodyDecoder {
        head(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n")).unwrap().unwrap().0.body
    }

    #[test]
    fn a_request_is_written_as_it_is_meant() {
        let mut headers = HeaderMap::new();
        headers.append("host", HeaderValue::from_static("api.example.com"));
        headers.append("x-twice", HeaderValue::from_static("1"));
        headers.append("x-twice", HeaderValue::from_static("2"));
        let target: Uri = "/v1/x?a=%20b".parse().unwrap();
        let head = request_head(&Method::POST, &target, &headers, true);
        let expected = "POST /v1/x?a=%20b HTTP/1.1\r\nhost: api.example.com\r\nx-twice: 1\r\nx-twice: 2\r\n\
                        transfer-encoding: chunked\r\n\r\n";
        assert_eq!(String::from_utf8(head).unwrap(), expected);
        assert_eq!(chunk(b"seventeen bytes.."), b"11\r\nseventeen bytes..\r\n");
    }

    #[test]
    fn a_head_says_how_its_body_is_framed_and_whether_the_connection_stays() {
        for (text, state, keeps) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", State::Length(5), true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n", State::Length(5), true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", State::Done, true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\n", State::Length(5), false),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\ncontent-length: 5\r\n\r\n", State::Size(0, false), true),
            ("HTTP/1.1 200 OK\r\n\r\n", State::ToEnd, false),
            ("HTTP/1.1 204 No Content\r\n\r\n", State::Done, true),
            ("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", State::Done, true),
            ("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n", State::Length(5), false),
            ("HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\n\r\n", State::Length(5), true),
        ] {
            let (head, length) = head(text).unwrap().unwrap();
            assert_eq!((head.body.state, head.keeps, length), (state, keeps, text.len()), "{text}");
            assert!(state != State::Size(0, false) || !head.headers.contains_key(CONTENT_LENGTH));
        }
        let (head, _) = response_head(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", &Method::HEAD).unwrap().unwrap();
        assert!(head.body.is_done());
    }

    #[test]
    fn a_head_that_is_none_is_refused_and_one_that_is_not_whole_is_waited_for() {
        for text in ["", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\ncontent-"] {
            assert!(head(text).unwrap().is_none(), "{text}");
        }
        for text in [
            "not HTTP at all\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 099 Low\r\n\r\n",
        ] {
            assert!(head(text).is_err(), "{text}");
        }
        assert!(head(&format!("HTTP/1.1 200 OK\r\nx: {}", "x".repeat(MAX_HEAD_BYTES))).is_err());
    }

    #[test]
    fn a_body_is_the_same_however_it_is_cut() {
        let chunked = "transfer-encoding: chunked\r\n";
        for (headers, framed, body, behind) in [
            ("content-length: 5\r\n", "helloHTTP", "hello", 4),
            ("", "all of it", "all of it", 0),
            (chunked, "5\r\nhello\r\n0\r\n\r\n", "hello", 0),
            (
                chunked,
                "5;x=\"y\"\r\nhello\r\n00b \r\n wide world\r\n0\r\nx-trailer: 1\r\ny: 2\r\n\r\nHTTP",
                "hello wide world",
                4,
            ),
            (chunked, "0\r\n\r\n", "", 0),
        ] {
            let framed = framed.as_bytes();
            for size in 1..=framed.len() {
                let mut decoder = decoder(headers);
                let mut out = BytesMut::new();
                let taken: usize = framed.chunks(size).map(|piece| decoder.feed(piece, &mut out).unwrap()).sum();
                assert_eq!((&out[..], framed.len() - taken), (body.as_bytes(), behind), "{headers} {size}");
                assert_eq!(decoder.is_done(), !headers.is_empty(), "{headers} {size}");
                assert!(decoder.finish());
            }
        }
    }

    #[test]
    fn framing_that_is_broken_is_refused_and_an_end_too_early_is_known() {
        for framed in [
            "x\r\n",
            "\r\n",
            "5\nhello",
            "5\r\nhelloX",
            "5\r\nhello\rX",
            "5;x\nhello",
            "fffffffffffffffff\r\n",
            "-1\r\n",
        ] {
            let mut decoder = decoder("transfer-encoding: chunked\r\n");
            assert!(decoder.feed(framed.as_bytes(), &mut BytesMut::new()).is_err(), "{framed}");
        }
        for (headers, framed) in [
            ("content-length: 6\r\n", "hello"),
            ("transfer-encoding: chunked\r\n", ""),
            ("transfer-encoding: chunked\r\n", "5\r\nhel"),
            ("transfer-encoding: chunked\r\n", "5\r\nhello\r\n"),
            ("transfer-encoding: chunked\r\n", "5\r\nhello\r\n0\r\n"),
        ] {
            let mut decoder = decoder(headers);
            decoder.feed(framed.as_bytes(), &mut BytesMut::new()).unwrap();
            assert!(!decoder.finish(), "{framed}");
        }
        let mut decoder = decoder("transfer-encoding: chunked\r\n");
        let endless = format!("5;{}", "x".repeat(MAX_OVERHEAD_BYTES + 1));
        assert!(decoder.feed(endless.as_bytes(), &mut BytesMut::new()).is_err());
    }
}
