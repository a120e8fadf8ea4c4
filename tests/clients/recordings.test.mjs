// Final objects equal what the providers' own clients assemble from the same recorded streams.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { finals, lines, recordings, start } from './midstream.mjs';
import { anthropic, gemini, ollama, openaiChat, openaiResponses, ours } from './providers.mjs';

const clients = [
  { dialect: 'openai-chat', assemble: openaiChat, atLeast: 250 },
  { dialect: 'openai-responses', assemble: openaiResponses, atLeast: 40 },
  { dialect: 'anthropic', assemble: anthropic, atLeast: 80 },
  { dialect: 'gemini', assemble: gemini, atLeast: 70 },
  { dialect: 'ollama', assemble: ollama, atLeast: 9 },
];

// Where the client's own answer is known to be less than the stream says, and why.
const clientFallsShort = [
  [/^mistral\/.*(thinking|reasoning)/, 'the openai client joins arrays of content as "[object Object]"'],
  [/groq.*test_chat_streaming_legacy/, 'the openai client does not look for usage in x_groq'],
  [/stream-tool-call-a/, 'the Gemini client does not assemble partialArgs'],
  [/reasoning-encrypted-content/, 'several responses in one recording: the openai client keeps the last'],
  [/tool-search|tool_search/, 'the openai client has no call of that kind'],
];

const streams = recordings();
let server;

before(async () => {
  if (streams) server = await start('replay', streams, '--speed', '0');
});
after(() => server?.stop());

for (const { dialect, assemble, atLeast } of clients) {
  test(`${dialect}: midstream and the provider's client agree`, { skip: !streams && 'no recorded data' }, async (t) => {
    let agreed = 0;
    const differ = [];
    const refused = [];
    const short = [];
    for (const { name, framing } of manifest(dialect)) {
      const reason = clientFallsShort.find(([pattern]) => pattern.test(name))?.[1];
      if (reason) {
        short.push(`${name}: ${reason}`);
        continue;
      }
      const [final] = finals([`${streams}/${name}`], '--dialect', dialect, '--framing', framing);
      let theirs;
      try {
        const generate = dialect === 'ollama' && final.choices[0] && isGenerate(name);
        theirs = await assemble(`${server.url}/${encodeURI(name)}`, {}, { generate });
      } catch (error) {
        refused.push(`${name} (${final.verdict}): ${String(error.message ?? error).split('\n')[0].slice(0, 120)}`);
        continue;
      }
      try {
        assert.deepEqual(ours(final), theirs);
        agreed += 1;
      } catch {
        differ.push(`${name}\n    theirs ${JSON.stringify(theirs)}\n    ours   ${JSON.stringify(ours(final))}`);
      }
    }
    t.diagnostic(`${agreed} agree, ${short.length} not compared, ${refused.length} refused by the client`);
    [...short, ...refused.map((line) => `refused: ${line}`)].forEach((line) => t.diagnostic(line));
    assert.equal(differ.length, 0, differ.join('\n'));
    assert.ok(agreed >= atLeast, `only ${agreed} streams were compared; refused:\n${refused.join('\n')}`);
  });
}

// A recording of Ollama's /api/generate and not of /api/chat.
function isGenerate(name) {
  return 'response' in JSON.parse(lines(readFileSync(`${streams}/${name}`, 'utf8'))[0]);
}

function manifest(wanted) {
  const rows = lines(readFileSync(`${streams}/MANIFEST.tsv`, 'utf8')).slice(1).map((line) => line.split('\t'));
  const framings = { payloads: 'ndjson', aws: 'event-stream' };
  return rows
    .map(([name, , , , , dialect, framing]) => ({ name, dialect, framing: framings[framing] ?? framing }))
    .filter(({ dialect }) => dialect === wanted);
}
