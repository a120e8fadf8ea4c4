// The real clients work through the gateway unchanged, by base URL alone.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';

import { start } from './midstream.mjs';
import { anthropic, gemini, ollama, openaiChat, openaiResponses } from './providers.mjs';

const corpus = fileURLToPath(new URL('../../corpus', import.meta.url));

describe('the demo model', () => {
  let server;
  before(async () => (server = await start('serve', '--demo-pace', '0')));
  after(() => server?.stop());

  for (const [name, client, finish] of [
    ['openai chat', openaiChat, 'stop'],
    ['openai Responses', openaiResponses, 'completed'],
    ['anthropic', anthropic, 'end_turn'],
    ['ollama', ollama, 'stop'],
  ]) {
    test(`answers the ${name} client`, async () => {
      const answer = await client(server.url);
      assert.ok(answer.text.length > 20, answer.text);
      assert.equal(answer.finish, finish);
      assert.ok(answer.usage.input > 0 && answer.usage.output > 0);
    });
  }

  test('answers the AI SDK', async () => {
    const provider = createOpenAICompatible({ name: 'midstream', baseURL: `${server.url}/v1` });
    const result = streamText({ model: provider('demo'), prompt: 'Hello' });
    let text = '';
    for await (const delta of result.textStream) text += delta;
    assert.ok(text.length > 20, text);
    assert.equal(await result.finishReason, 'stop');
  });

  test('answers curl -N', async () => {
    const body = JSON.stringify({ model: 'demo', stream: true, messages: [{ role: 'user', content: 'Hello' }] });
    const args = ['-sN', `${server.url}/v1/chat/completions`, '-H', 'content-type: application/json', '-d', body];
    const { stdout } = await promisify(execFile)('curl', args);
    assert.match(stdout, /^data: \{/);
    assert.match(stdout, /data: \[DONE\]\n\n$/);
  });

  test('shows every answer at /streams', async () => {
    await openaiChat(server.url);
    const { streams } = await (await fetch(`${server.url}/streams`)).json();
    assert.equal(streams[0].dialect, 'openai-chat');
    assert.equal(streams[0].verdict, 'complete');
  });
});

describe('an upstream', () => {
  for (const [upstream, recording, client] of [
    ['openai', 'openai-chat/parallel-tool-calls/body.sse', openaiChat],
    ['openai', 'openai-responses/parallel-functions/body.sse', openaiResponses],
    ['anthropic', 'anthropic/thinking-and-parallel-tools/body.sse', anthropic],
    ['gemini', 'gemini/reasoning-then-text/body.sse', gemini],
    ['ollama', 'ollama/tool-calls/body.ndjson', ollama],
  ]) {
    test(`answers ${recording} through the gateway as it does without it`, async () => {
      const replay = await start('replay', `${corpus}/${recording}`, '--speed', '0');
      const gateway = await start('serve', '--upstream', `${upstream}=${replay.url}`);
      try {
        const direct = await client(replay.url);
        assert.ok(direct.text !== '' || direct.tools.length > 0);
        assert.deepEqual(await client(gateway.url), direct);
        const { streams } = await (await fetch(`${gateway.url}/streams`)).json();
        assert.equal(streams[0].dialect, recording.split('/')[0]);
      } finally {
        await Promise.all([gateway.stop(), replay.stop()]);
      }
    });
  }
});
