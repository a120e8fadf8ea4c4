// The page as a person meets it, with the built-in demo model behind it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, sleep, startGateway, until, withPage } from './harness.mjs';

const LIMIT = { timeout: 60_000 };

const APIS = [
  { name: 'OpenAI Chat', dialect: 'openai-chat', path: '/v1/chat/completions' },
  { name: 'OpenAI Responses', dialect: 'openai-responses', path: '/v1/responses' },
  { name: 'Anthropic Messages', dialect: 'anthropic', path: '/v1/messages' },
  { name: 'Ollama', dialect: 'ollama', path: '/api/chat' },
];

const isVerdict = (word) => ['complete', 'truncated', 'cancelled', 'failed'].includes(word);
const verdict = (page) => () => page.locator('.verdict').textContent();
const textOf = (page, selector) => () => page.locator(selector).allTextContents().then((texts) => texts.join(''));

/** Moves the focus by Tab until it is on `selector`. */
async function tabTo(page, selector) {
  for (let left = 200; left > 0; left--) {
    if (await page.locator(selector).evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reaches ${selector}`);
}

/** Chooses an API, a tool and a prompt with nothing but the keyboard, and sends. */
async function ask(page, prompt, { api = 'OpenAI Chat', tool = false, reasoning = false } = {}) {
  await tabTo(page, '#prompt');
  await page.keyboard.type(prompt);
  await tabTo(page, '#api');
  await page.keyboard.type(api);
  assert.equal(await page.locator('#api option:checked').textContent(), api);
  for (const [box, wanted] of [['#tool', tool], ['#reasoning', reasoning]]) {
    if (!wanted) continue;
    await tabTo(page, box);
    await page.keyboard.press('Space');
  }
  await tabTo(page, '#prompt');
  await page.keyboard.press('Control+Enter');
}

describe('live view', () => {
  let gateway;
  let browser;

  before(async () => {
    gateway = await startGateway();
    browser = await launch();
  }, LIMIT);

  after(async () => {
    await browser?.close();
    await gateway?.stop();
  }, LIMIT);

  /** A stream that a client other than the page asked for, to its end; returns its id. */
  const streamed = async (prompt) => {
    const response = await fetch(`${gateway.url}v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-midstream-pace-ms': '4' },
      body: JSON.stringify({
        model: 'from-outside',
        stream: true,
        stream_options: { include_usage: true },
        messages: [{ role: 'user', content: prompt }],
      }),
    });
    await response.text();
    return response.headers.get('x-midstream-stream');
  };

  test('an empty gateway says what to do', LIMIT, () =>
    withPage(browser, gateway.url, async (page) => {
      await page.getByRole('heading', { name: 'Ask here' }).waitFor();
      await page.getByText('No streams yet.').waitFor();
      const example = page.locator('#example');
      assert.match(await example.textContent(), new RegExp(`curl -N http://127.0.0.1:${gateway.port}/v1/chat/completions`));
      for (const [tab, words] of [['openai', `base_url="http://127.0.0.1:${gateway.port}/v1"`], ['anthropic', `base_url="http://127.0.0.1:${gateway.port}"`]]) {
        await page.getByRole('tab', { name: tab, exact: true }).click();
        assert.ok((await example.textContent()).includes(words));
      }
      await page.getByRole('button', { name: /weather be in Oslo/ }).click();
      assert.match(await page.locator('#prompt').inputValue(), /Oslo/);
      assert.equal(await page.locator('#tool').isChecked(), true);
    }));

  for (const api of APIS) {
    test(`${api.name}: a prompt sent by keyboard is watched from its first word to its verdict`, LIMIT, () =>
      withPage(browser, `${gateway.url}#live`, async (page) => {
        await page.locator('.status[data-state=open]').waitFor();
        // Rows are drawn a frame after the list is here, so what there is before is asked of the gateway.
        const { streams } = await (await fetch(`${gateway.url}streams`, { headers: { accept: 'application/json' } })).json();
        await ask(page, 'Tell me about streams', { api: api.name, reasoning: true });
        await page.locator('.part-text .prose').waitFor();
        const sizes = new Set();
        const word = await until(
          async () => {
            const word = await verdict(page)();
            if (word === 'live') sizes.add((await textOf(page, '.part-text .prose')()).length);
            return word;
          },
          isVerdict,
          'verdict',
          30,
        );
        assert.equal(word, 'complete');
        assert.ok(sizes.size >= 3, `the text was seen at ${sizes.size} lengths while it was live`);
        assert.ok((await textOf(page, '.part-reasoning .prose')()).length > 20, 'reasoning is shown');
        const row = page.locator('.row[aria-current]');
        assert.equal(await page.locator('.row').count(), streams.length + 1);
        assert.equal(await row.locator('.dot').getAttribute('data-state'), 'complete');
        assert.match(await row.textContent(), new RegExp(api.dialect));
        assert.match(await page.locator('.head-facts').textContent(), new RegExp(`${api.dialect}.*POST ${api.path}.*200`));
        assert.match(await page.locator('.figures').textContent(), /first content[\d.]+ (ms|µs).*tokens in → out\d+ → \d+/);
        await assertWhole(page, gateway.url);
      }));

    test(`${api.name}: a tool call grows as it arrives and is laid out when it is whole`, LIMIT, () =>
      withPage(browser, `${gateway.url}#live`, async (page) => {
        await ask(page, 'What will the weather be in Oslo in the next 3 days?', { api: api.name, tool: true });
        await page.locator('.part-tool').waitFor();
        await until(verdict(page), (word) => word === 'complete', 'verdict');
        assert.equal(await page.locator('.part-tool .tool-name').textContent(), 'get_weather');
        const laidOut = await textOf(page, '.part-tool .prose')();
        assert.equal(laidOut, JSON.stringify(JSON.parse(laidOut), null, 2));
        assert.equal(JSON.parse(laidOut).city, 'Oslo');
        assert.match(await page.locator('.choice-foot').textContent(), /tool-calls/);
      }));
  }

  test('the plot is drawn, in the colours of what arrived', LIMIT, async () => {
    await streamed('Tell me about plots');
    await withPage(browser, gateway.url, async (page) => {
      await until(verdict(page), (word) => word === 'complete', 'verdict');
      const drawn = await until(
        () => page.evaluate(pixelsOf, ['--text-series', '--reasoning', '--gap']),
        (counts) => counts.every((count) => count > 30),
        'pixels of text, reasoning and gaps',
      );
      assert.equal(drawn.length, 3);
    }, { expected: [/willReadFrequently/] });
  });

  test('events are filtered by type, walked by keyboard and shown whole', LIMIT, async () => {
    const id = await streamed('Tell me about events');
    await withPage(browser, `${gateway.url}#live/${id}`, async (page) => {
      await until(verdict(page), (word) => word === 'complete', 'verdict');
      const log = page.locator('.log-pane');
      await page.locator('.filter', { hasText: 'usage' }).click();
      await until(() => page.locator('.log-type').allTextContents(), (types) => types.length > 0 && types.every((type) => type === 'usage'), 'only usage');
      await page.locator('.filter', { hasText: 'usage' }).click();
      await log.focus();
      await page.keyboard.press('Home');
      assert.match(await page.locator('.detail-title').textContent(), /stream-start/);
      await page.keyboard.press('End');
      const shown = JSON.parse(await page.locator('.json').textContent());
      assert.equal(shown.type, 'stream-end');
      assert.equal(shown.verdict, 'complete');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.detail').isVisible(), false);
    });
  });

  test('the stop button ends the request, and the gateway sees it end', LIMIT, () =>
    withPage(browser, `${gateway.url}#live`, async (page) => {
      await ask(page, 'Tell me a long story');
      await page.locator('.part .chunk').first().waitFor();
      await tabTo(page, '.composer .danger');
      await page.keyboard.press('Enter');
      const word = await until(verdict(page), isVerdict, 'verdict');
      assert.notEqual(word, 'complete');
      await page.locator('.composer .primary').waitFor();
      const id = decodeURIComponent(new URL(page.url()).hash.split('/')[1]);
      const { streams } = await (await fetch(`${gateway.url}streams`)).json();
      assert.equal(streams.find((stream) => stream.id === id).state, 'cancelled');
    }));

  test('a stream of another client appears by itself and is followed', LIMIT, () =>
    withPage(browser, `${gateway.url}#live`, async (page) => {
      await page.locator('.status[data-state=open]').waitFor();
      const response = await fetch(`${gateway.url}v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'from-outside', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      const id = response.headers.get('x-midstream-stream');
      await page.locator(`.row[data-id="${id}"][aria-current]`).waitFor();
      await response.text();
      await until(verdict(page), (word) => word === 'complete', 'verdict');
      await page.locator('#follow').uncheck();
      await page.locator(`.row[data-id="${await streamed('Hello again')}"]`).waitFor();
      assert.equal(await page.locator('.row[aria-current]').getAttribute('data-id'), id);
    }));

  test('dark by the system, light by choice', LIMIT, () =>
    withPage(
      browser,
      gateway.url,
      async (page) => {
        const brightness = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).reduce((sum, value) => sum + Number(value), 0));
        assert.ok((await brightness()) < 120);
        await page.getByRole('button', { name: 'Theme: system' }).click();
        assert.ok((await brightness()) > 600);
        await page.reload();
        assert.ok((await brightness()) > 600, 'the choice is remembered');
        await page.getByRole('button', { name: 'Theme: light' }).click();
        assert.ok((await brightness()) < 120);
      },
      { colorScheme: 'dark' },
    ));

  test('a phone needs no sideways scrolling and reaches everything', LIMIT, async () => {
    await streamed('Hello');
    await withPage(
      browser,
      `${gateway.url}#live`,
      async (page) => {
        const fits = async (what) => {
          const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
          assert.ok(width <= 360, `${what}: ${width} pixels wide`);
          const wide = await page.evaluate(() =>
            [...document.querySelectorAll('button, a, select, input, textarea, h2, h3, dd, .chunk')]
              .filter((element) => element.checkVisibility() && !element.closest('.example, .skip'))
              .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
              .map((element) => element.outerHTML.slice(0, 120)),
          );
          assert.deepEqual(wide, [], `${what}: cut off`);
        };
        await page.locator('.row').first().waitFor();
        await fits('list');
        for (const field of ['#prompt', '#api', '#model']) {
          const { width } = await page.locator(field).boundingBox();
          assert.ok(width >= 110, `${field} is ${width} pixels wide`);
        }
        await page.locator('.row').first().tap();
        await page.locator('.part').first().waitFor();
        await fits('answer');
        for (const pane of ['Timing', 'Events']) {
          await page.locator('.pane-switch button', { hasText: pane }).tap();
          await page.locator(pane === 'Timing' ? '.plot canvas' : '.log-row').first().waitFor();
          await fits(pane);
        }
        await page.getByRole('link', { name: 'All streams' }).tap();
        await page.locator('#prompt').waitFor();
        await page.locator('#prompt').fill('Hello from a phone');
        await page.locator('.composer .primary').tap();
        await page.locator('.part .chunk').first().waitFor();
        await fits('live answer');
        // The next question is asked from there; how it is sent is a touch away.
        const prompt = page.locator('#prompt');
        assert.ok(await prompt.isVisible(), 'the box to ask from');
        assert.equal(await page.locator('#model').isVisible(), false);
        await page.getByRole('button', { name: 'Options' }).tap();
        await page.locator('#model').waitFor();
        await fits('options');
        await page.getByRole('button', { name: 'Options' }).tap();
        await until(verdict(page), isVerdict, 'the end of the answer');
        const before = await page.evaluate(() => location.hash);
        await prompt.fill('And again');
        await page.locator('.composer .primary').tap();
        await until(() => page.evaluate(() => location.hash), (hash) => hash !== before, 'another stream');
        const answer = await page.locator('.answer').boundingBox();
        assert.ok(answer.height > 200, `the answer is ${answer.height} pixels high`);
      },
      { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
    );
  });
});

test('a gateway that goes away is missed, and found again', LIMIT, async () => {
  const browser = await launch();
  let gateway = await startGateway();
  try {
    await withPage(
      browser,
      gateway.url,
      async (page) => {
        await page.locator('.status[data-state=open]').waitFor();
        await gateway.stop('SIGKILL');
        await page.locator('.banner').waitFor({ state: 'visible' });
        assert.match(await page.locator('.banner').textContent(), /does not answer/);
        await sleep(600);
        gateway = await startGateway([], gateway.port);
        await page.locator('.banner').waitFor({ state: 'hidden' });
        await page.locator('#prompt').fill('Are you back?');
        await page.keyboard.press('Control+Enter');
        await until(verdict(page), (word) => word === 'complete', 'verdict');
      },
      { expected: [/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|Failed to load resource/] },
    );
  } finally {
    await browser.close();
    await gateway.stop();
  }
});

/** The text on the page is the text that the gateway has. */
async function assertWhole(page, url) {
  const id = new URL(page.url()).hash.split('/')[1];
  const { response } = await (await fetch(`${url}streams/${id}`)).json();
  assert.equal(await textOf(page, '.part-text .prose')(), response.choices[0].text);
  assert.equal(await textOf(page, '.part-reasoning .prose')(), response.choices[0].reasoning);
}

/** Runs in the page: how many pixels of the plot's canvases have each colour, nearly. */
function pixelsOf(names) {
  const probe = document.body.appendChild(document.createElement('span'));
  const wanted = names.map((name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color.match(/\d+/g).slice(0, 3).map(Number);
  });
  probe.remove();
  const counts = names.map(() => 0);
  for (const canvas of document.querySelectorAll('.plot canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
      wanted.forEach((rgb, index) => {
        if (data[at + 3] > 200 && rgb.every((value, part) => Math.abs(value - data[at + part]) < 24)) counts[index]++;
      });
    }
  }
  return counts;
}
