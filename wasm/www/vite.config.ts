import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { defineConfig, loadEnv, type Plugin } from 'vite';

/**
 * What a model writes is shown here, so the built page may load and run nothing but its own files, WebAssembly among
 * them. Not while developing, when Vite's client puts styles and code into the page.
 */
const contentSecurity: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content:
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self' ws: wss:; " +
          "img-src 'self' data:; worker-src 'self'; base-uri 'none'; form-action 'none'",
      },
      injectTo: 'head-prepend',
    },
  ],
};

/** The service worker: the package's own, with the names of all files that were built and a version made of them. */
const serviceWorker: Plugin = {
  name: 'service-worker',
  apply: 'build',
  generateBundle(_, bundle) {
    // What only some ask for is fetched when they do: models, packs of rules, what the engine is measured beside.
    const isRare = (name: string): boolean => {
      const file = bundle[name]!;
      return name.endsWith('.bin') || (file.type === 'chunk' && file.isDynamicEntry);
    };
    const files = Object.keys(bundle).filter((name) => !isRare(name)).sort();
    const hash = createHash('sha256');
    for (const name of files) {
      const file = bundle[name]!;
      hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
    }
    const version = hash.digest('hex').slice(0, 16);
    const cacheFirst = readFileSync(new URL('../../npm/dist/service-worker.js', import.meta.url), 'utf8');
    const call = `cacheFirst(self, ${JSON.stringify({ version, files: ['./', ...files.filter((name) => name !== 'index.html')] })});`;
    this.emitFile({ type: 'asset', fileName: 'sw.js', source: `${cacheFirst}\n${call}\n` });
  },
};

/** The engine compressed beside itself: the gateway sends what the browser takes. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  enforce: 'post',
  generateBundle(_, bundle) {
    for (const [name, file] of Object.entries(bundle)) {
      if (/\.(wasm|bin)$/.test(name) && file.type === 'asset') {
        this.emitFile({ type: 'asset', fileName: `${name}.br`, source: brotliCompressSync(file.source) });
      }
    }
  },
};

export default defineConfig(({ mode }) => {
  if (mode !== 'test' && !existsSync(npm('index.js'))) {
    throw new Error('expected the npm package, built, in npm/dist, found none: `cargo xtask www` builds the engine, the package and this page');
  }
  // What `npm run dev` passes requests on to: start one with `midstream serve --listen 127.0.0.1:8090`.
  const target = loadEnv(mode, '.', 'MIDSTREAM_')['MIDSTREAM_GATEWAY'] ?? 'http://127.0.0.1:8090';
  const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
  return {
    base: './',
    plugins: [contentSecurity, serviceWorker, compressed],
    resolve: { alias: [{ find: /^midstream$/, replacement: npm('index.js') }, { find: 'midstream/sse', replacement: npm('sse/index.js') }] },
    build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
    worker: { format: 'es' },
    server: {
      port: 8080,
      headers: isolated,
      fs: { allow: ['../..'] },
      proxy: Object.fromEntries(PROXIED.map((path) => [path, { target, ws: true }])),
    },
    test: { include: ['tests/unit/**/*.test.ts'] },
  };
});

const npm = (file: string): string => fileURLToPath(new URL(`../../npm/dist/${file}`, import.meta.url));

/** By what their paths begin with. */
const PROXIED = ['/stream', '/graphs', '/sse', '/ws', '/v1', '/api', '/readyz'];
