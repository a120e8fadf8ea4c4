import { defineConfig, loadEnv, type Plugin } from 'vite';

/**
 * What a model writes is shown here, so the built page may load and run nothing but its own files. Not while
 * developing, when Vite's client puts styles and code into the page.
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
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
          "base-uri 'none'; form-action 'none'",
      },
      injectTo: 'head-prepend',
    },
  ],
};

export default defineConfig(({ mode }) => {
  // What `npm run dev` passes requests on to: start one with `midstream serve --listen 127.0.0.1:8090`.
  const target = loadEnv(mode, '.', 'MIDSTREAM_')['MIDSTREAM_GATEWAY'] ?? 'http://127.0.0.1:8090';
  return {
    base: './',
    plugins: [contentSecurity],
    build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
    server: {
      port: 8080,
      proxy: Object.fromEntries(PROXIED.map((path) => [path, { target, ws: true }])),
    },
    test: { include: ['tests/unit/**/*.test.ts'] },
  };
});

const PROXIED = ['/stream', '/sse', '/ws', '/v1', '/api', '/readyz'];
