// The browser that tests in JavaScript run in, for Playwright's `chromium.launch`. Playwright itself is each folder's own.
import { existsSync } from 'node:fs';

const KNOWN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const executablePath = process.env.CHROMIUM ?? KNOWN.find((path) => existsSync(path));

/** Why there is no browser to test in, said aloud; `false` where there is one. */
export const noChromium = executablePath ? false : 'NOT CHECKED: no Chromium (name one in CHROMIUM)';

export const CHROMIUM = {
  executablePath,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // For tests that watch the heap.
    '--js-flags=--expose-gc',
    '--enable-precise-memory-info',
  ],
};
