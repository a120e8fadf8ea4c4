// Final objects equal what the providers' own clients assemble from the same recorded streams.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { finals, lines, recordings, start } from './midstream.mjs';
import { anthropic, gemini, ollama, openaiChat, openaiResponses, ours } from './providers.mjs';

// `refuses` says of which streams the client itself makes nothing, so that there is nothing to compare.
const clients = [
  { dialect: 'openai-chat', assemble: openaiChat, atLeast: 250 },
  { dialect: 'openai-responses', assemble: openaiResponses, atLeast: 40 },
  { dialect: 'anthropic', assemble: anthropic, atLeast: 80 },
  { dialect: 'gemini', assemble: gemini, atLeast: 70 },
  { dialect: 'ollama', assemble: ollama, atLeast: 9 },
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
    for (const { name, framing } of manifest(dialect)) {
      const [final] = finals([`${streams}/${name}`], '--dialect', dialect, '--framing', framing);
      let theirs;
      try {
        theirs = await assemble(`${server.url}/${encodeURI(name)}`);
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
    t.diagnostic(`${agreed} agree, ${refused.length} refused by the client`);
    if (process.env.VERBOSE) refused.forEach((line) => t.diagnostic(line));
    assert.deepEqual(differ, [], differ.join('\n'));
    assert.ok(agreed >= atLeast, `only ${agreed} streams were compared; refused:\n${refused.join('\n')}`);
  });
}

function manifest(wanted) {
  const rows = lines(readFileSync(`${streams}/MANIFEST.tsv`, 'utf8')).slice(1).map((line) => line.split('\t'));
  const framings = { payloads: 'ndjson', aws: 'event-stream' };
  return rows
    .map(([name, , , , , dialect, framing]) => ({ name, dialect, framing: framings[framing] ?? framing }))
    .filter(({ dialect }) => dialect === wanted);
}
