// The guide's network clients, over the host's own sockets.

// One listener a kind of event is set once; it calls whatever handler is set at the time. So setting a handler again,
// however often, costs and keeps nothing.
export class Socket {
  constructor(url) {
    this.socket = new WebSocket(url);
    this.socket.onmessage = (event) => this.on_message?.(event.data);
    this.socket.onerror = (event) => this.on_error?.(event);
    this.socket.onclose = (event) => this.on_close?.(event);
  }

  send(data) {
    this.socket.send(data);
  }

  close() {
    this.socket.close();
  }

  release() {
    const { socket } = this;
    socket.onmessage = socket.onerror = socket.onclose = null;
    if (socket.readyState < WebSocket.CLOSING) socket.close();
  }
}

export class Source {
  constructor(url) {
    this.source = new EventSource(url);
    this.source.onmessage = (event) => this.on_message?.(event.data);
    this.source.onerror = (event) => this.on_error?.(event);
    this.source.onopen = (event) => this.on_open?.(event);
  }

  close() {
    this.source.close();
  }
}

// What went wrong has a `kind`: `http` for an answer that is none, `network` for one that does not come or breaks off. What the
// handler throws is its own.
export async function streamHttp(url, handler) {
  const lost = (error) => {
    throw failure('network', `the connection was lost: ${error.message}`, error);
  };
  const response = await fetch(url).catch(lost);
  if (!response.ok) throw failure('http', `expected a response with status 200, found ${response.status} from ${response.url}`);
  // A response without a body, as one with status 204, is whole at once.
  if (response.body === null) return 0;
  const reader = response.body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(lost);
      if (done) return bytes;
      bytes += value.length;
      await handler(value);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
}

const failure = (kind, message, cause) => Object.assign(new Error(message, { cause }), { kind });

export const readyState = (connection) => connection.readyState;
