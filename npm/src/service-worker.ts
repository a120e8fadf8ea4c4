// For a service worker of your own: keeps the engine's files in a versioned cache, so that a page works offline.
//
//   import { cacheFirst } from 'midstream/service-worker';
//   cacheFirst(self, { version: '1', files: ['./', 'app.js', 'wasm/lean_agentic_wasm.js', 'wasm/lean_agentic_wasm_bg.wasm'] });

export interface CacheFirstOptions {
  /** Another version is another cache; the caches of the others are deleted when it becomes active. */
  version: string;
  /** What is kept: URLs, relative to the service worker's own. */
  files: readonly string[];
  /** What the names of its caches begin with: `midstream-`. Caches with other names are left alone. */
  prefix?: string;
}

/** The part of `ServiceWorkerGlobalScope` that is used. */
export interface ServiceWorkerScope {
  readonly location: { readonly href: string };
  readonly caches: CacheStorage;
  addEventListener(type: 'install' | 'activate', listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(type: 'fetch', listener: (event: { request: Request; respondWith(response: Promise<Response>): void }) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}

/** Fetches `files` when the service worker is installed, and serves them from the cache first. */
export function cacheFirst(scope: ServiceWorkerScope, { version, files, prefix = 'midstream-' }: CacheFirstOptions): void {
  const name = `${prefix}${version}`;
  const urls = new Set(files.map((file) => new URL(file, scope.location.href).href));

  scope.addEventListener('install', (event) => {
    const fill = async (): Promise<void> => {
      const cache = await scope.caches.open(name);
      // Past the HTTP cache: a new version must not be made of an old one's files.
      await cache.addAll([...urls].map((url) => new Request(url, { cache: 'reload' })));
      await scope.skipWaiting();
    };
    event.waitUntil(fill());
  });

  scope.addEventListener('activate', (event) => {
    const purge = async (): Promise<void> => {
      const old = (await scope.caches.keys()).filter((other) => other.startsWith(prefix) && other !== name);
      await Promise.all(old.map((other) => scope.caches.delete(other)));
      await scope.clients.claim();
    };
    event.waitUntil(purge());
  });

  scope.addEventListener('fetch', (event) => {
    const { request } = event;
    const url = new URL(request.url);
    url.hash = '';
    if (request.method !== 'GET' || !urls.has(url.href)) return;
    const answer = async (): Promise<Response> => {
      const cache = await scope.caches.open(name);
      const kept = await cache.match(url.href);
      if (kept) return kept;
      const fresh = await fetch(request);
      // Evicted by the browser, perhaps: put back.
      if (fresh.ok) await cache.put(url.href, fresh.clone());
      return fresh;
    };
    event.respondWith(answer());
  });
}
