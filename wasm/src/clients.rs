//! The guide's network clients. The sockets are the host's, so their classes are JavaScript (`js/clients.js`); here are
//! the names under which the package promises them.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/js/clients.js")]
extern "C" {
    type Socket;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &JsValue) -> Result<Socket, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn socket(this: &Socket) -> JsValue;
    #[wasm_bindgen(method, setter)]
    fn set_on_message(this: &Socket, handler: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_on_error(this: &Socket, handler: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_on_close(this: &Socket, handler: &JsValue);
    #[wasm_bindgen(method, catch)]
    fn send(this: &Socket, data: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Socket) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn release(this: &Socket);

    type Source;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &JsValue) -> Result<Source, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn source(this: &Source) -> JsValue;
    #[wasm_bindgen(method, setter)]
    fn set_on_message(this: &Source, handler: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_on_error(this: &Source, handler: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_on_open(this: &Source, handler: &JsValue);
    #[wasm_bindgen(method)]
    fn close(this: &Source);

    #[wasm_bindgen(js_name = streamHttp)]
    fn stream_http(url: &JsValue, handler: &JsValue) -> JsValue;
}

/// A WebSocket with one handler for each kind of event.
#[wasm_bindgen]
pub struct WebSocketClient {
    inner: Socket,
}

#[wasm_bindgen]
impl WebSocketClient {
    /// Opens a connection to `url` (`ws:` or `wss:`).
    ///
    /// # Errors
    /// A `SyntaxError` where the URL is none that a WebSocket can open.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "string | URL")] url: &JsValue,
    ) -> Result<WebSocketClient, JsValue> {
        Ok(Self { inner: Socket::new(url)? })
    }

    /// The browser's own `WebSocket`.
    #[wasm_bindgen(getter, unchecked_return_type = "WebSocket")]
    pub fn socket(&self) -> JsValue {
        self.inner.socket()
    }

    /// Calls `handler` with the data of each message: a string, or bytes as `socket.binaryType` has it.
    pub fn set_on_message(&self, #[wasm_bindgen(unchecked_param_type = "(data: any) => void")] handler: &JsValue) {
        self.inner.set_on_message(handler);
    }

    /// Calls `handler` with each error.
    pub fn set_on_error(&self, #[wasm_bindgen(unchecked_param_type = "(error: Event) => void")] handler: &JsValue) {
        self.inner.set_on_error(handler);
    }

    /// Calls `handler` when the connection is closed.
    pub fn set_on_close(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(close: CloseEvent) => void")] handler: &JsValue,
    ) {
        self.inner.set_on_close(handler);
    }

    /// Sends text.
    ///
    /// # Errors
    /// An `InvalidStateError` while the connection is not open.
    pub fn send(&self, #[wasm_bindgen(unchecked_param_type = "string")] text: &JsValue) -> Result<(), JsValue> {
        self.inner.send(text)
    }

    /// Sends bytes, which are not copied through WASM memory.
    ///
    /// # Errors
    /// An `InvalidStateError` while the connection is not open.
    pub fn send_binary(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Uint8Array")] bytes: &JsValue,
    ) -> Result<(), JsValue> {
        self.inner.send(bytes)
    }

    /// Closes the connection.
    pub fn close(&self) -> Result<(), JsValue> {
        self.inner.close()
    }

    /// 0 connecting, 1 open, 2 closing, 3 closed.
    pub fn ready_state(&self) -> u16 {
        js_ready_state(&self.inner.socket())
    }
}

impl Drop for WebSocketClient {
    fn drop(&mut self) {
        self.inner.release();
    }
}

/// Server-sent events from one URL, with reconnection as the browser does it.
#[wasm_bindgen]
pub struct SSEClient {
    inner: Source,
}

#[wasm_bindgen]
impl SSEClient {
    /// Opens `url`.
    ///
    /// # Errors
    /// A `SyntaxError` where the URL is none.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "string | URL")] url: &JsValue) -> Result<SSEClient, JsValue> {
        Ok(Self { inner: Source::new(url)? })
    }

    /// The browser's own `EventSource`.
    #[wasm_bindgen(getter, unchecked_return_type = "EventSource")]
    pub fn source(&self) -> JsValue {
        self.inner.source()
    }

    /// Calls `handler` with the data of each unnamed event.
    pub fn set_on_message(&self, #[wasm_bindgen(unchecked_param_type = "(data: string) => void")] handler: &JsValue) {
        self.inner.set_on_message(handler);
    }

    /// Calls `handler` with each error; the browser may be reconnecting.
    pub fn set_on_error(&self, #[wasm_bindgen(unchecked_param_type = "(error: Event) => void")] handler: &JsValue) {
        self.inner.set_on_error(handler);
    }

    /// Calls `handler` when the connection is open.
    pub fn set_on_open(&self, #[wasm_bindgen(unchecked_param_type = "(event: Event) => void")] handler: &JsValue) {
        self.inner.set_on_open(handler);
    }

    /// Closes the connection for good.
    pub fn close(&self) {
        self.inner.close();
    }

    /// 0 connecting, 1 open, 2 closed.
    pub fn ready_state(&self) -> u16 {
        js_ready_state(&self.inner.source())
    }
}

impl Drop for SSEClient {
    fn drop(&mut self) {
        self.inner.close();
    }
}

/// Reads the body of a response piece by piece.
#[wasm_bindgen]
pub struct StreamingHTTPClient {
    url: JsValue,
}

#[wasm_bindgen]
impl StreamingHTTPClient {
    /// A client for `url`.
    #[wasm_bindgen(constructor)]
    pub fn new(#[wasm_bindgen(unchecked_param_type = "string | URL | Request")] url: JsValue) -> Self {
        Self { url }
    }

    /// Fetches the URL and calls `handler` with each piece of the body, a `Uint8Array`; where it returns a promise, the
    /// next piece is read when that is fulfilled. The promise returned is fulfilled with the number of bytes at the end,
    /// and rejected where the request fails or the handler throws.
    #[wasm_bindgen(unchecked_return_type = "Promise<number>")]
    pub fn stream(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(piece: Uint8Array) => void | Promise<void>")] handler: &JsValue,
    ) -> JsValue {
        stream_http(&self.url, handler)
    }
}

#[wasm_bindgen(module = "/js/clients.js")]
extern "C" {
    #[wasm_bindgen(js_name = readyState)]
    fn js_ready_state(connection: &JsValue) -> u16;
}
