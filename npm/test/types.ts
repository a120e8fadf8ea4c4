// What must type-check for those who use the package, with the declarations themselves; nothing here is run.
import * as core from '../core/dist/base.js';
import * as coreReact from '../core/dist/react.js';
import init, { midstream, MidstreamError, Session, type FinalResponse, type StreamEvent } from '../dist/index.js';

export async function use(response: Response): Promise<FinalResponse> {
  await init();
  const stream = midstream(response, { dialect: 'anthropic', timeouts: { gapMs: 1000 } });
  for await (const event of stream) {
    if (event.type === 'text-delta') event.delta satisfies string;
    if (event.type === 'error') throw MidstreamError.from(event);
    // @ts-expect-error there is no such event
    if (event.type === 'telepathy') break;
  }
  // @ts-expect-error there is no such dialect
  midstream(response, { dialect: 'klingon' });
  const events: StreamEvent[] = new Session().push(new Uint8Array(1));
  return events.length > 0 ? midstream('').final() : stream.response();
}

export async function useCore(response: Response): Promise<string | undefined> {
  // @ts-expect-error the small engine has no graph
  core.KnowledgeGraph;
  void coreReact.useMidstream;
  return (await core.midstream(response, { throwOnError: true }).final()).choices[0]?.text;
}
