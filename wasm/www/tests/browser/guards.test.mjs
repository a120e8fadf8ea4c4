// A gateway whose answers must pass rules, as the page shows it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatChunks, launch, startGateway, startUpstream, until, withPage } from './harness.mjs';

test('what a rule masks is marked in the text and told, and never shown', { timeout: 60_000 }, async () => {
  const secret = ['AKIA', 'QYLPMN5HFIQR', 'XYZA'];
  const upstream = await startUpstream((response) =>
    chatChunks(response, [`[AWS_KEY] is no key; 键 is ${secret[0]}`, secret[1], `${secret[2]}, keep it`]),
  );
  const gateway = await startGateway(['--upstream', `openai=${upstream.url}`, '--rules', 'secrets']);
  const browser = await launch();
  try {
    const body = '{"model":"m","stream":true,"messages":[]}';
    const answer = await fetch(`${gateway.url}v1/chat/completions`, { method: 'POST', body });
    assert.ok(!(await answer.text()).includes(secret[1]));
    const id = answer.headers.get('x-midstream-stream');
    await withPage(browser, `${gateway.url}#live/${id}`, async (page) => {
      await until(() => page.locator('.finding-list').textContent(), (text) => text.includes('masked'), 'the finding');
      const text = await page.locator('.answer').textContent();
      assert.ok(!text.includes(secret[1]) && text.includes(', keep it'), text);
      // An entity may be seen in the placeholder: then its mark stands within, and the match's in pieces around it.
      const [finding] = (await page.locator('.answer [data-kind=match]').first().getAttribute('data-findings')).split(' ');
      const pieces = await page.locator(`.answer mark[data-findings~="${finding}"]`).allTextContents();
      assert.match(pieces.join(''), /^\[[A-Z_]+\]$/);
      // What the model wrote itself is no mask, though it looks like one.
      const before = await page.locator('.answer').evaluate((answer) => {
        const mark = answer.querySelector('[data-kind=match]');
        const range = document.createRange();
        range.setStart(answer, 0);
        range.setEndBefore(mark);
        return range.toString();
      });
      assert.match(before, /键 is $/);
    });
  } finally {
    await browser.close();
    await gateway.stop();
    await upstream.stop();
  }
});
