// An hour of answers on the page that shows them, by a clock that runs ahead: what the page holds is what it shows.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatChunks, setUp, until, withPage } from './harness.mjs';

/** Ten deltas a second; each number is a finding, with its mark. */
const MINUTE = Array.from({ length: 600 }, (_, at) => `word ${at} `);
const HALF = 30;

describe('an hour', () => {
  /** Lets a long answer go on by a minute. */
  let goOn = () => {};
  const on = setUp(async (response, { minutes }) => {
    for (let minute = 1; minute <= minutes; minute++) {
      chatChunks(response, MINUTE, minute === minutes);
      if (minute < minutes) await new Promise((resolve) => (goOn = resolve));
    }
  });

  test('a page that streams for an hour grows by what it shows, and by nothing else', { timeout: 120_000 }, () =>
    withPage(on.browser, `${on.gateway.url}#live`, async (page) => {
      await page.clock.install();
      await page.reload();
      // The list follows what begins once it is connected.
      await page.locator('.status[data-state=open]').waitFor();
      const devtools = await page.context().newCDPSession(page);
      const held = async () => {
        await devtools.send('HeapProfiler.collectGarbage');
        const { usedSize: heap } = await devtools.send('Runtime.getHeapUsage');
        const [elements, now] = await page.evaluate(() => [document.querySelectorAll('*').length, Date.now()]);
        return { heap, elements, now };
      };
      const ask = (minutes) => fetch(`${on.gateway.url}v1/chat/completions`, { method: 'POST', body: JSON.stringify({ minutes, stream: true }) });
      /** Waits until the page shows an answer to its end; returns its id. */
      const shown = async (response) => {
        await response.text();
        const id = response.headers.get('x-midstream-stream');
        await page.locator(`.row[data-id="${id}"][aria-current]`).waitFor();
        await page.locator('.verdict', { hasText: 'complete' }).waitFor();
        return id;
      };
      const minutes = () => page.locator('.part-text .prose').evaluate((prose) => prose.textContent.split('word 599 ').length - 1);

      // Answers of a minute, one after the other.
      const rows = 10;
      let early;
      for (let minute = 1; minute <= HALF; minute++) {
        await shown(await ask(1));
        await page.clock.fastForward(60_000);
        if (minute === rows) early = await held();
      }
      const half = await held();

      // And one that goes on for as long.
      const response = await ask(HALF);
      const ending = shown(response);
      for (let minute = 1; minute < HALF; minute++) {
        await until(minutes, (count) => count >= minute, `minute ${minute}`);
        await page.clock.fastForward(60_000);
        goOn();
      }
      const id = await ending;
      const long = await held();
      const events = (await (await fetch(`${on.gateway.url}streams/${id}/events`)).text()).length;
      await shown(await ask(1));
      const end = await held();

      const seen = JSON.stringify({ early, half, long, end, events });
      const slack = 1 << 20;
      assert.ok(end.now - early.now >= (2 * HALF - rows - 1) * 60_000, seen);
      assert.ok(half.heap - early.heap < slack, `answers that are over leave a line in the list: ${seen}`);
      assert.ok(half.elements - early.elements <= (HALF - rows) * 12, seen);
      assert.ok(long.heap - half.heap < 2 * events + slack, `an answer is held with its events: ${seen}`);
      assert.ok(long.elements - half.elements < 500, `marks have a limit: ${seen}`);
      assert.ok(end.heap - half.heap < slack && end.elements - half.elements <= 100, `and let go of: ${seen}`);
    }));
});
