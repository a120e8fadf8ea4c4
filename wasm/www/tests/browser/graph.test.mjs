// Names in answers, and the graph that is made of them, as a person meets them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chatChunks, setUp, sleep, until, withPage } from './harness.mjs';

const LIMIT = { timeout: 60_000 };

describe('graph view', () => {
  const on = setUp((response, { text }) => chatChunks(response, [text]));

  /** Has the upstream say this; returns the stream's id. */
  const say = async (text, headers = {}) => {
    const response = await fetch(`${on.gateway.url}v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify({ text }) });
    await response.text();
    return response.headers.get('x-midstream-stream');
  };
  const names = (page) => () => page.locator('.graph-side .fact').allTextContents();

  test('a page that is open before the first name shows what to do, and then the graph as it grows', LIMIT, () =>
    withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await page.getByText('No graph yet.').waitFor();
      await say('Nobody is named. Marie Curie moved to Paris. She liked tea.');
      await until(names(page), (all) => all.length === 2 && all[0].startsWith('Marie Curie'), 'two names');
      assert.equal(await page.locator('.graph-empty').isVisible(), false);
      await say('Lise Meitner met Marie Curie in Berlin.');
      await until(names(page), (all) => all.length === 4, 'four names');
      assert.match(await page.locator('.graph-counts').textContent(), /^4 names, 6 links/);
      const drawn = await until(() => page.evaluate(drawnPixels), (count) => count > 200, 'pixels on the canvas');
      assert.ok(drawn > 200);
    }, { expected: [/willReadFrequently/] }));

  test('a fact shows the sentence that says it, and leads to its stream', LIMIT, async () => {
    const id = await say('It rained. Ada Lovelace wrote to Charles Babbage in London. The end.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await page.locator('input[type=search]').fill('lovel');
      await page.locator('.graph-results button', { hasText: 'Ada Lovelace' }).click();
      await page.locator('.graph-details h3', { hasText: 'Ada Lovelace' }).waitFor();
      await page.locator('.fact', { hasText: 'wrote to' }).click();
      const sentence = page.locator('.sentence');
      await sentence.waitFor();
      assert.equal(await sentence.textContent(), 'Ada Lovelace wrote to Charles Babbage in London.');
      assert.equal(await sentence.locator('mark').textContent(), 'Ada Lovelace wrote to Charles Babbage in London');
      assert.equal(await page.getByText('Show the stream').getAttribute('href'), `#live/${id}`);
    });
  });

  test('a fact that is denied reads as the text has it, and is marked as a denial', LIMIT, async () => {
    await say('Bob Novak did not visit Rome.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await page.locator('input[type=search]').fill('novak');
      await page.locator('.graph-results button', { hasText: 'Bob Novak' }).click();
      const fact = page.locator('.fact', { hasText: 'did not visit' });
      await fact.waitFor();
      assert.match(await fact.textContent(), /^Bob Novak did not visit Rome · denial /);
      await fact.click();
      const heading = page.locator('.graph-details h3', { hasText: 'did not visit' });
      await heading.waitFor();
      assert.equal(await heading.textContent(), 'Bob Novak did not visit Rome · denial');
    });
  });

  test('what is not in the graph, or no longer, is counted below the drawing', LIMIT, async () => {
    await say('Marie Curie may have moved to Rome.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      const counts = () => page.locator('.graph-counts').textContent();
      await until(counts, (text) => /links · \d+ uncertain facts? left out$/.test(text), 'an uncertain fact');
      await page.route(/\/graphs\/[^/]+\?limit=\d+$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), evicted_nodes: 12, evicted_edges: 34, left_out: 5, hedged: 1 } });
      });
      await say('Marie Curie moved to Paris.');
      const words = ' links · 12 nodes, 34 links made room for newer ones · 5 facts did not fit · 1 uncertain fact left out';
      await until(counts, (text) => text.endsWith(words), 'all that is not there');
      const [note, stage] = await Promise.all(['.graph-counts', '.graph-stage'].map((part) => page.locator(part).boundingBox()));
      assert.ok(note.y >= stage.y && note.x + note.width <= stage.x + stage.width, JSON.stringify([note, stage]));
    }, { viewport: { width: 400, height: 780 } });
  });

  test('two fingers zoom the drawing', LIMIT, async () => {
    await say('Marie Curie moved to Paris.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await until(() => page.evaluate(drawnPixels), (count) => count > 200, 'pixels on the canvas');
      const { x, y, width, height } = await page.locator('.graph-canvas').boundingBox();
      const fingers = await page.context().newCDPSession(page);
      const touch = (type, apart) => {
        const points = apart ? [-apart, apart].map((by, id) => ({ x: x + width / 2 + by, y: y + height / 2, id })) : [];
        return fingers.send('Input.dispatchTouchEvent', { type, touchPoints: points });
      };
      const before = await page.evaluate(drawnPixels);
      await touch('touchStart', 150);
      for (const apart of [120, 90, 60, 30]) await touch('touchMove', apart);
      await touch('touchEnd');
      const after = await until(() => page.evaluate(drawnPixels), (count) => count < before * 0.9, 'a smaller drawing');
      assert.ok(after > 0, 'it is still in sight');
    }, { viewport: { width: 400, height: 780 }, hasTouch: true, reducedMotion: 'reduce', expected: [/willReadFrequently/] });
  });

  test('the slider shows what was known before', LIMIT, async () => {
    await say('Emmy Noether taught in Erlangen.');
    await sleep(50);
    await say('Sofia Kovalevskaya taught in Stockholm.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await until(names(page), (all) => all.some((name) => name.startsWith('Stockholm')), 'all names');
      const slider = page.getByLabel('Time', { exact: true });
      await slider.fill('0');
      await until(names(page), (all) => all.length > 0 && !all.some((name) => name.startsWith('Stockholm')), 'fewer names');
      assert.notEqual(await page.locator('.graph-moment').textContent(), 'all');
      await slider.fill('1000');
      await until(names(page), (all) => all.some((name) => name.startsWith('Stockholm')), 'all names again');
    });
  });

  test('details go with the slider: what was not known, or not so, is not told', LIMIT, async () => {
    await say('Emmy Noether taught in Erlangen.');
    await sleep(50);
    await say('Tim Cook has led Apple since 2011. Steve Jobs led Apple from 1997 to 2011. Steve Jobs led Apple.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      const slider = page.getByLabel('Time', { exact: true });
      const side = () => page.locator('.graph-side').textContent();
      await page.locator('.graph-side .fact', { hasText: 'Tim Cook' }).click();
      const fact = page.locator('.fact', { hasText: 'Tim Cook has led Apple' });
      await fact.waitFor();
      assert.equal(await fact.locator('.so').textContent(), ' since 2011');
      assert.match(await fact.locator('.told').textContent(), /^ told .*20\d\d/);
      await slider.fill('0');
      await until(side, (text) => /Nothing was known of it at/.test(text) && !/has led/.test(text), 'no facts');
      await slider.fill('1000');
      await fact.click();
      const when = page.locator('.graph-facts .so');
      await when.waitFor();
      assert.equal(await when.textContent(), 'since 2011');
      assert.equal(await when.getAttribute('title'), 'from 2011-01-01T00:00:00Z');
      await slider.fill('0');
      await until(side, (text) => /This was not known at/.test(text) && !/led/.test(text), 'no sentence');
      await page.getByLabel('Which time').selectOption('so');
      await until(side, (text) => /This was not so at/.test(text), 'not so yet');
      await slider.fill('1000');
      await until(side, (text) => /since 2011/.test(text), 'the fact again');
    });
  });

  test('what is all in sight stays so when the window changes by a little, and a name from the list moves nothing', LIMIT, async () => {
    await say('Marie Curie moved to Paris. Lise Meitner met Marie Curie in Berlin. Ada Lovelace wrote to Charles Babbage in London.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await until(names(page), (all) => all.length > 6, 'names');
      await page.locator('.graph-side .fact', { hasText: 'Charles Babbage' }).click();
      await page.locator('.graph-details').waitFor();
      const edges = () => page.evaluate(drawnEdges);
      for (const [width, height] of [[1280, 800], [1100, 660], [900, 560], [1100, 660], [1280, 800]]) {
        await page.setViewportSize({ width, height });
        await sleep(200);
        const free = await until(edges, (free) => free !== null, 'a drawing');
        assert.ok(free.every((pixels) => pixels > 10), `${width} x ${height}: ${free} pixels free at left, top, right and bottom`);
        assert.ok(Math.abs(free[0] - free[2]) < 120, `${width} x ${height}: in the middle, not ${free}`);
      }
    }, { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', expected: [/willReadFrequently/] });
  });

  test('an answer that was overtaken does not bring back what the slider took away', LIMIT, async () => {
    await say('Emmy Noether taught in Erlangen.');
    await sleep(50);
    await say('Sofia Kovalevskaya taught in Stockholm.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await until(names(page), (all) => all.some((name) => name.startsWith('Stockholm')), 'all names');
      let late = 0;
      await page.route(/\/graphs\/[^/]+\?limit=\d+$/, async (route) => {
        await sleep(1500);
        await route.continue();
        late++;
      });
      await say('Sofia Kovalevskaya taught in Stockholm.');
      await sleep(600);
      await page.getByLabel('Time', { exact: true }).fill('0');
      await until(names(page), (all) => all.length > 0 && !all.some((name) => name.startsWith('Stockholm')), 'fewer names');
      await until(() => late, (count) => count > 0, 'the late answer');
      await sleep(300);
      assert.ok(!(await names(page)()).some((name) => name.startsWith('Stockholm')));
    });
  });

  test('each key has a graph of its own', LIMIT, async () => {
    await say('Marie Curie taught in Philadelphia.', { authorization: 'Bearer sk-one' });
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      const choice = page.getByLabel('Graph', { exact: true });
      const options = await until(() => choice.locator('option').allTextContents(), (all) => all.length === 2, 'two graphs');
      assert.ok(!options.join().includes('sk-one'), options.join());
      await choice.selectOption({ label: options.find((option) => option.startsWith('key')) });
      await until(names(page), (all) => all.length === 2 && all.some((name) => name.startsWith('Marie Curie')), 'its names');
    });
  });

  test('names in an answer are marked with their kind, and the same one has one number', LIMIT, async () => {
    const id = await say('Marie Curie moved to Paris. Later Marie Curie left.');
    await withPage(on.browser, `${on.gateway.url}#live/${id}`, async (page) => {
      const marks = page.locator('.answer mark[data-entity=PERSON]');
      await until(() => marks.allTextContents(), (all) => all.join() === 'Marie Curie,Marie Curie', 'two marks');
      const titles = await marks.evaluateAll((all) => all.map((mark) => mark.title.match(/person (\d+)/)?.[1]));
      assert.equal(titles[0], titles[1]);
      assert.equal(await page.locator('.answer mark[data-entity=LOCATION]').textContent(), 'Paris');
    });
  });

  test('a page that becomes narrow shows the whole graph again, wherever a hand had moved it', LIMIT, async () => {
    await say('Marie Curie moved to Paris.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await until(names(page), (all) => all.length > 1, 'names');
      await until(() => page.evaluate(drawnPixels), (count) => count > 200, 'pixels on the canvas');
      const box = await page.locator('.graph-canvas').boundingBox();
      await page.mouse.move(box.x + 20, box.y + 20);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 3, box.y + 20, { steps: 4 });
      await page.mouse.up();
      await page.setViewportSize({ width: 375, height: 780 });
      await until(() => page.locator('.graph-canvas').boundingBox(), ({ width }) => width <= 375, 'a narrow drawing');
      await until(() => page.evaluate(drawnPixels), (count) => count > 200, 'pixels on the narrow canvas');
    }, { viewport: { width: 1440, height: 900 }, expected: [/willReadFrequently/] });
  });

  test('the narrow page shows the drawing and the list', LIMIT, async () => {
    await say('Marie Curie moved to Paris.');
    await withPage(on.browser, `${on.gateway.url}#graph`, async (page) => {
      await until(names(page), (all) => all.length > 1, 'names');
      const boxes = await Promise.all(['.graph-canvas', '.graph-side'].map((part) => page.locator(part).boundingBox()));
      assert.ok(boxes.every((box) => box.width >= 340 && box.height >= 100 && box.x >= 0 && box.x + box.width <= 390), JSON.stringify(boxes));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the page');
    }, { viewport: { width: 390, height: 780 } });
  });
});

/** How many pixels of the drawing are not empty. */
function drawnPixels() {
  const canvas = document.querySelector('.graph-canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 3; at < data.length; at += 4) count += data[at] > 0 ? 1 : 0;
  return count;
}

/** How many pixels are empty left of, above, right of and below the drawing. */
function drawnEdges() {
  const canvas = document.querySelector('.graph-canvas');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[4 * (y * width + x) + 3] === 0) continue;
      [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return right < 0 ? null : [left, top, width - 1 - right, height - 1 - bottom];
}
