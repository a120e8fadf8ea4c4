// Events in, what a person looks at out: one stream's answers, findings and figures. Knows nothing of the page.

import type { Metrics, Place, StreamError, StreamEvent, Usage, Verdict } from './events';
import { asFinding, type FindingEvent } from './findings';
import { Masks } from './masks';
import { Meter } from './meter';
import { GrowingText, utf8Length } from './utf';

/** One of the texts of an answer, with what was found in it. Offsets in it are UTF-16. */
export interface Channel {
  name: string;
  content: GrowingText;
  /** In order of arrival; only ever appended to. */
  marks: Mark[];
  /** What rules have masked in it. */
  masks: Masks;
}

/** A finding's place in a channel. */
export interface Mark {
  finding: Finding;
  channel: Channel;
  /** UTF-8, as the engine gave them. A point has `start8 === end8`. */
  start8: number;
  end8: number;
}

export interface Finding {
  /** Counts the findings of the stream from 0. */
  index: number;
  kind: string;
  event: FindingEvent;
  mark: Mark | null;
}

/** A run of one kind of content in an answer: `start` to `end` of its channel's text. */
export interface Part {
  kind: 'text' | 'reasoning' | 'refusal' | 'tool';
  channel: Channel;
  /** UTF-16. */
  start: number;
  end: number;
  beganUs: number;
  endedUs: number | null;
  tool: Tool | null;
}

export interface Tool {
  id: string;
  name: string;
  providerExecuted: boolean;
  /** What its `tool-call` said; null while the input is being written. */
  call: { inputText: string; is: InputKind } | null;
}

/** What a whole tool input is: JSON, words or code for a tool that takes no JSON, or JSON that an error has told of. */
export type InputKind = 'json' | 'free' | 'broken';

export interface Source {
  url: string | null;
  title: string | null;
}

/** One answer of a response. */
export interface Choice {
  index: number;
  parts: Part[];
  channels: Map<string, Channel>;
  sources: Source[];
  /** Length of the base64 audio so far, in characters. */
  audioChars: number;
  finish: { reason: string; raw: string } | null;
}

export class StreamState {
  framing: string | null = null;
  dialect: string | null = null;
  responseId: string | null = null;
  model: string | null = null;
  /** Sorted by index. */
  readonly choices: Choice[] = [];
  usage: Usage = NO_USAGE;
  readonly errors: (StreamError & Place)[] = [];
  readonly findings: Finding[] = [];
  unknownEvents = 0;
  verdict: Verdict | null = null;
  metrics: Metrics | null = null;
  readonly meter = new Meter();
  /** The last event taken: a repeated one (after resuming) is ignored. */
  lastSeq = -1;
  lastUs = 0;
  /** The part that was written to last. */
  current: Part | null = null;

  /** Takes the next event; returns whether it was new. */
  apply(event: StreamEvent & Place): boolean {
    if (event.seq <= this.lastSeq) return false;
    this.lastSeq = event.seq;
    this.lastUs = Math.max(this.lastUs, event.at_us);
    this.take(event);
    return true;
  }

  private take(event: StreamEvent & Place): void {
    switch (event.type) {
      case 'stream-start':
        this.framing = event.framing;
        this.dialect = event.dialect;
        return;
      case 'response-metadata':
        this.responseId = event.id ?? this.responseId;
        this.model = event.model ?? this.model;
        return;
      case 'text-start':
        this.open('text', event.choice, event.at_us);
        return;
      case 'reasoning-start':
        this.open('reasoning', event.choice, event.at_us);
        return;
      case 'text-delta':
        return this.write('text', event.choice, event.delta, event.at_us);
      case 'reasoning-delta':
        return this.write('reasoning', event.choice, event.delta, event.at_us);
      case 'refusal-delta':
        return this.write('refusal', event.choice, event.delta, event.at_us);
      case 'text-end':
        return this.close('text', event.choice, event.at_us);
      case 'reasoning-end':
        return this.close('reasoning', event.choice, event.at_us);
      case 'tool-input-start':
        this.openTool(event.choice, event.id, event.name, event.provider_executed ?? false, event.at_us);
        return;
      case 'tool-input-delta':
        return this.append(this.toolPart(event.id) ?? this.openTool(0, event.id, '', false, event.at_us), event);
      case 'tool-input-end': {
        const part = this.toolPart(event.id);
        if (part) part.endedUs = event.at_us;
        return;
      }
      case 'tool-call': {
        const part = this.toolPart(event.id) ?? this.openTool(event.choice, event.id, event.name, false, event.at_us);
        const written = event.input_text.trim();
        const json = event.input !== null || written === '' || written === 'null';
        // The error comes first; a tool that takes words or code has no JSON and no error.
        const broken = this.errors.some(({ span }) => span?.channel === `tool:${event.id}`);
        part.tool!.call = { inputText: event.input_text, is: json ? 'json' : broken ? 'broken' : 'free' };
        part.endedUs ??= event.at_us;
        return;
      }
      case 'source':
        this.choice(event.choice).sources.push({ url: event.url ?? null, title: event.title ?? null });
        return;
      case 'audio-delta':
        this.choice(event.choice).audioChars += event.data.length;
        return;
      case 'usage':
        this.usage = newer(this.usage, event);
        return;
      case 'finish':
        this.choice(event.choice).finish = { reason: event.reason, raw: event.raw_reason };
        return;
      case 'error':
        this.errors.push(event);
        return;
      case 'unknown':
        this.unknownEvents++;
        return;
      case 'tool-result':
      case 'file':
      case 'logprobs':
      case 'provider-metadata':
        return;
      case 'stall-end': {
        const stall = this.findings.findLast((finding) => finding.kind === 'stall');
        if (stall) stall.event['silent_us'] = event.silent_us;
        return;
      }
      case 'stream-end':
        this.verdict = event.verdict;
        this.metrics = event.metrics;
        this.current = null;
        return;
      default:
        this.find(event);
    }
  }

  /** The answer `index`, begun if it was not known. */
  private choice(index: number): Choice {
    const known = this.choices.find((choice) => choice.index === index);
    if (known) return known;
    const choice = { index, parts: [], channels: new Map(), sources: [], audioChars: 0, finish: null };
    this.choices.push(choice);
    this.choices.sort((a, b) => a.index - b.index);
    return choice;
  }

  private open(kind: Part['kind'], index: number, atUs: number, tool: Tool | null = null): Part {
    const choice = this.choice(index);
    const channel = channelOf(choice, tool ? `tool:${tool.id}` : kind);
    const start = channel.content.text.length;
    const part: Part = { kind, channel, start, end: start, beganUs: atUs, endedUs: null, tool };
    choice.parts.push(part);
    return part;
  }

  private openTool(index: number, id: string, name: string, providerExecuted: boolean, atUs: number): Part {
    return this.open('tool', index, atUs, { id, name, providerExecuted, call: null });
  }

  /** The latest call with this id. */
  private toolPart(id: string): Part | undefined {
    for (const choice of this.choices) {
      const part = choice.parts.findLast((part) => part.tool?.id === id);
      if (part) return part;
    }
    return undefined;
  }

  private write(kind: Part['kind'], index: number, delta: string, atUs: number): void {
    const last = this.choice(index).parts.at(-1);
    const part = last?.kind === kind && last.endedUs === null ? last : this.open(kind, index, atUs);
    this.append(part, { delta, at_us: atUs });
  }

  private append(part: Part, { delta, at_us }: { delta: string; at_us: number }): void {
    part.channel.content.append(delta);
    part.channel.masks.settle(part.channel.content);
    part.end = part.channel.content.text.length;
    this.current = part;
    const kind = part.kind === 'reasoning' || part.kind === 'tool' ? part.kind : 'text';
    this.meter.content(kind, utf8Length(delta), at_us);
  }

  private close(kind: Part['kind'], index: number, atUs: number): void {
    const part = this.choice(index).parts.findLast((part) => part.kind === kind);
    if (part) part.endedUs ??= atUs;
  }

  private find(event: StreamEvent & Place): void {
    const found = asFinding(event);
    if (!found) {
      this.unknownEvents++;
      return;
    }
    const finding: Finding = { index: this.findings.length, kind: found.type, event: found, mark: null };
    this.findings.push(finding);
    if (found.span) {
      const channel = channelOf(this.choice(found.span.choice), found.span.channel);
      const mark = (start8: number, end8: number): void => {
        if (start8 < end8) channel.marks.push((finding.mark = { finding, channel, start8, end8 }));
      };
      const { start, end } = found.span;
      if (found.type !== 'match') mark(start, end);
      else if (found['action'] === 'mask') channel.masks.add({ start, end, kind: String(found['kind']), place: mark }, channel.content);
      else mark(channel.masks.shown(start), channel.masks.shown(end));
    } else if (this.current) {
      // A finding without a span, such as a silence, stands where the stream was when it was found.
      const { channel } = this.current;
      finding.mark = { finding, channel, start8: channel.content.bytes, end8: channel.content.bytes };
      channel.marks.push(finding.mark);
    }
  }
}

/** The text under `mark`, as far as it has come. */
export function markedText({ channel, start8, end8 }: Mark): string {
  return channel.content.text.slice(channel.content.unitAt(start8), channel.content.unitAt(end8));
}

function channelOf(choice: Choice, name: string): Channel {
  let channel = choice.channels.get(name);
  if (!channel) {
    channel = { name, content: new GrowingText(), marks: [], masks: new Masks() };
    choice.channels.set(name, channel);
  }
  return channel;
}

function newer(known: Usage, update: Usage): Usage {
  const merged = { ...known };
  for (const name of Object.keys(NO_USAGE) as Exclude<keyof Usage, 'cache_write_tokens'>[]) {
    merged[name] = update[name] ?? known[name];
  }
  if (update.cache_write_tokens !== undefined) merged.cache_write_tokens = update.cache_write_tokens;
  return merged;
}

const NO_USAGE: Usage = {
  input_tokens: null,
  output_tokens: null,
  reasoning_tokens: null,
  cache_read_tokens: null,
  total_tokens: null,
};
