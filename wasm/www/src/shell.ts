// What stands around every view: the bar with the tabs, the state of the connection, the banner when it is lost.

import { h, setAttr, setText } from './dom';
import { themeButton } from './theme';

/** A view under a tab. */
export interface View {
  /** The address changed: `rest` is what follows the tab's name in it, as it stands there, null on a page opened without an address. */
  route(rest: string | null): void;
}

interface Tab {
  name: string;
  title: string;
  create: (host: HTMLElement) => View;
  link: HTMLAnchorElement;
  host: HTMLElement;
  view: View | null;
}

export class Shell {
  private readonly tabs: Tab[] = [];
  private readonly nav = h('nav', { class: 'tabs', 'aria-label': 'Views' });
  private readonly status = h('span', { class: 'status' });
  private readonly bannerText = h('span', { role: 'alert' });
  private readonly retry = h('button', { type: 'button' }, 'Try now');
  private readonly banner = h('div', { class: 'banner', hidden: true }, this.bannerText, this.retry);
  private readonly speaker = h('div', { class: 'sr-only', role: 'status' });
  private countdown: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly root: HTMLElement) {
    root.append(
      h('a', { class: 'skip', href: '#', onclick: (event) => this.skip(event) }, 'Skip to the view'),
      h(
        'header',
        { class: 'bar' },
        h('h1', {}, h('a', { class: 'brand', href: '#live' }, brandMark(), 'midstream')),
        this.nav,
        this.status,
        themeButton(),
      ),
      this.banner,
      this.speaker,
    );
  }

  /** Adds a tab; its view is made when it is first shown, but for the first tab's, which tells how the gateway is. */
  add(name: string, title: string, create: Tab['create']): void {
    const link = h('a', { href: `#${name}` }, title);
    const host = h('main', { class: `view view-${name}`, tabindex: -1, hidden: true });
    this.nav.append(link);
    this.root.append(host);
    this.tabs.push({ name, title, create, link, host, view: null });
  }

  start(): void {
    addEventListener('hashchange', () => this.route());
    const [first] = this.tabs;
    if (first) first.view = first.create(first.host);
    this.route();
  }

  /** Says above every view what this browser lacks. */
  warn(words: string): void {
    this.banner.before(h('p', { class: 'banner', role: 'alert' }, words));
  }

  /** The gateway answers. */
  connected(): void {
    clearInterval(this.countdown);
    if (!this.banner.hidden) this.say('The gateway answers again');
    this.banner.hidden = true;
    setText(this.status, location.host);
    setAttr(this.status, 'data-state', 'open');
    setAttr(this.status, 'title', `Connected to ${location.host}`);
  }

  /** The gateway does not answer; the next attempt comes at `retryAt`. */
  lost(retryAt: number, retry: () => void): void {
    clearInterval(this.countdown);
    const tell = (): void => {
      const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
      setText(this.retry, seconds > 0 ? `Try now (${seconds} s)` : 'Trying …');
    };
    this.retry.onclick = retry;
    setText(this.bannerText, `The gateway at ${location.host} does not answer. What you see is what it said last.`);
    this.banner.hidden = false;
    setText(this.status, 'not connected');
    setAttr(this.status, 'data-state', 'lost');
    tell();
    this.countdown = setInterval(tell, 250);
  }

  /** Tells those who listen instead of looking. For beginnings and ends, not for every word. */
  say(text: string): void {
    this.speaker.textContent = text;
  }

  private route(): void {
    const hash = location.hash.slice(1);
    const [name, ...rest] = hash.split('/');
    const tab = this.tabs.find((tab) => tab.name === name) ?? this.tabs[0];
    if (!tab) return;
    for (const other of this.tabs) {
      other.host.hidden = other !== tab;
      setAttr(other.link, 'aria-current', other === tab ? 'page' : null);
    }
    tab.view ??= tab.create(tab.host);
    tab.view.route(hash ? rest.join('/') : null);
  }

  private skip(event: Event): void {
    event.preventDefault();
    this.tabs.find(({ host }) => !host.hidden)?.host.focus();
  }
}

function brandMark(): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 16');
  svg.setAttribute('class', 'brand-mark');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M1 9h5l2.5-6 4 11 3-8 1.5 3h6');
  svg.append(path);
  return svg;
}
