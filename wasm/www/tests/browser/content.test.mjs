// What an upstream may send and the page must bear: markup, odd text, a great deal of it, failures.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatChunks, setUp, until, withPage } from './harness.mjs';

const LIMIT = { timeout: 90_000 };

const HOSTILE = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">\n',
  '<svg onload="window.pwned = 1"><style>body{display:none}</style>',
  '&lt;b&gt; &amp; "quotes" \'single\' `ticks` ${template} {{mustache}}\n',
  'naïve 日本語 👩‍👩‍👧‍👦 Z͑ͫ̓ͪ̂ͫ̽͏̴A̴̵̜L̠ͨͧͩG̴̻O̵̹ مرحبا שלום \u202e reversed \u0000\u0007 \ufeff end\n',
  'x'.repeat(40_000) + '\n',
];

const LINES = Array.from({ length: 10_000 }, (_, index) => `Line ${index}: ${'the quick brown fox jumps over the lazy dog. '.repeat(2)}${index % 9 === 8 ? '\n' : ''}`);

const ANSWERS = {
  hostile: (response) => chatChunks(response, HOSTILE),
  large: (response) => chatChunks(response, LINES),
  'one line': (response) => chatChunks(response, Array.from({ length: 300 }, () => 'word '.repeat(700))),
  choices: (response) =>
    chatChunks(response, ['first ', { index: 1, delta: { content: 'second ' } }, 'answer', { index: 1, delta: { refusal: 'I will not' }, finish_reason: 'content_filter' }]),
  repeats: (response) => chatChunks(response, ['It began well. Zürich, '.normalize(), ...Array.from({ length: 60 }, () => 'and again and '), 'the end.']),
  cut: (response) => {
    chatChunks(response, ['This answer has no '], false);
    response.end();
  },
  error: (response) => {
    chatChunks(response, ['All was '], false);
    response.end(`data: ${JSON.stringify({ error: { message: 'Overloaded <b>now</b>', type: 'server_error', code: '503' } })}\n\n`);
  },
  refused: (response) => response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Incorrect API key provided"}}'),
};

describe('content', () => {
  const on = setUp((response, { messages }) => ANSWERS[messages[0].content](response));

  /** Sends `prompt` from the page and waits for the verdict. */
  const watch = (prompt, verdict, check, options) =>
    withPage(
      on.browser,
      `${on.gateway.url}#live`,
      async (page) => {
        await page.locator('#key').fill('sk-test');
        await page.locator('#prompt').fill(prompt);
        await page.keyboard.press('Control+Enter');
        await until(() => page.locator('.verdict').textContent(), (word) => word === verdict, 'verdict', 40);
        await check(page);
      },
      options,
    );

  const text = (page) => page.locator('.part-text .prose').evaluateAll((proses) => proses.map((prose) => prose.textContent).join(''));

  test('markup and odd characters are text, to the last character', LIMIT, () =>
    watch('hostile', 'complete', async (page) => {
      assert.equal(await text(page), HOSTILE.join(''));
      assert.equal(await page.evaluate(() => window.pwned), undefined);
      assert.equal(await page.locator('.answer script, .answer img, .answer svg, .answer style').count(), 0);
      assert.equal(await page.locator('.row script, .row img').count(), 0);
      const { scrollWidth, clientWidth } = await page.locator('.answer').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
      assert.ok(scrollWidth <= clientWidth, 'a line without spaces is broken');
    }));

  test('ten thousand events and a megabyte are all there, on few elements', LIMIT, () =>
    watch('large', 'complete', async (page) => {
      assert.equal(await text(page), LINES.join(''));
      const events = Number((await page.locator('.log .panel-head .number').textContent()).replaceAll(',', ''));
      // What the models find in it is theirs to say; kinds of which there are none are not listed.
      const numbers = await page.locator('.kind:is([data-kind=entity], [data-kind=relation]) .number').allTextContents();
      const findings = numbers.reduce((sum, number) => sum + Number(number.replaceAll(',', '')), 0);
      assert.equal(events - findings, LINES.length + 6);
      const elements = await page.evaluate(() => document.querySelectorAll('*').length);
      assert.ok(elements < 6500, `${elements} elements`);
      await page.locator('.log-pane').focus();
      await page.keyboard.press('End');
      assert.equal(JSON.parse(await page.locator('.json').textContent()).type, 'stream-end');
    }));

  test('a megabyte in one line is all there', LIMIT, () =>
    watch('one line', 'complete', async (page) => assert.equal((await text(page)).length, 300 * 3500)));

  test('several answers stand apart, refusals among them', LIMIT, () =>
    watch('choices', 'complete', async (page) => {
      assert.deepEqual(await page.locator('.choice-title').allTextContents(), ['Answer 0', 'Answer 1']);
      assert.deepEqual(await page.locator('.part-text .prose').allTextContents(), ['first answer', 'second ']);
      assert.equal(await page.locator('.part-refusal .prose').textContent(), 'I will not');
    }));

  test('a repetition is marked where it stands and leads there', LIMIT, () =>
    watch('repeats', 'complete', async (page) => {
      const marked = (await page.locator('mark[data-kind=repetition]').allTextContents()).join('');
      assert.ok(marked.includes('and again and and again'), marked);
      assert.ok((await text(page)).includes(marked), 'the mark changes no text');
      await page.locator('.finding', { hasText: 'repetition' }).first().click();
      await page.locator('mark.flash').first().waitFor();
      await page.locator('.kind[data-kind=repetition]').click();
      const background = await page.locator('mark[data-kind=repetition]').first().evaluate((mark) => getComputedStyle(mark).backgroundColor);
      assert.equal(background, 'rgba(0, 0, 0, 0)', 'a kind that is switched off leaves no mark');
    }));

  test('a stream that is cut off is truncated', LIMIT, () =>
    watch('cut', 'truncated', async (page) => assert.equal(await text(page), 'This answer has no ')));

  test('an error inside the stream is shown with its place', LIMIT, () =>
    watch('error', 'failed', async (page) => {
      const error = await page.locator('.errors li').first().textContent();
      assert.match(error, /provider.*Overloaded <b>now<\/b>.*at byte \d+/);
      assert.equal(await text(page), 'All was ');
    }));

  test('a refused request says so, in the words of the upstream', LIMIT, () =>
    watch(
      'refused',
      'failed',
      async (page) => {
        await page.locator('.problem', { hasText: /401.*Incorrect API key/ }).waitFor();
        assert.match(await page.locator('.head-facts').textContent(), /401/);
      },
      { expected: [/401/] },
    ));

  test('the raw bytes are those of the upstream; the events come as JSON lines', LIMIT, () =>
    watch('choices', 'complete', async (page) => {
      const save = async (name) => {
        const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.head-tools').getByText(name, { exact: true }).click()]);
        const pieces = [];
        for await (const piece of await download.createReadStream()) pieces.push(piece);
        return Buffer.concat(pieces).toString();
      };
      const sent = { headersSent: true, write: (text) => (sent.text = text), end: (text) => (sent.text += text) };
      ANSWERS.choices(sent);
      assert.equal(await save('Raw'), sent.text);
      const events = (await save('Events')).trim().split('\n').map((line) => JSON.parse(line));
      assert.deepEqual([events[0].type, events.at(-1).type], ['stream-start', 'stream-end']);
    }));
});
