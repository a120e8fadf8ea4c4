// Light or dark: as the system says, or as the person chose.

import { h, icon, setAttr } from './dom';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();

/** Calls `listener` when colours have changed; what is drawn on a canvas must be drawn anew. Returns how to stop it. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The value of a CSS custom property that holds a colour, resolved for the theme. */
export function colour(name: string): string {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

/** A button that goes through the themes. */
export function themeButton(): HTMLButtonElement {
  let theme = stored();
  const button = h('button', { type: 'button', class: 'quiet icon-only' });
  const show = (): void => {
    setAttr(document.documentElement, 'data-theme', theme === 'system' ? null : theme);
    setAttr(button, 'aria-label', `Theme: ${theme}`);
    setAttr(button, 'title', `Theme: ${theme}`);
    button.replaceChildren(icon(theme));
    listeners.forEach((listener) => listener());
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    try {
      localStorage.setItem(STORE, theme);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => listeners.forEach((listener) => listener()));
  show();
  return button;
}

function stored(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(STORE)) ?? 'system';
  } catch {
    return 'system';
  }
}

const STORE = 'midstream-theme';
const probe = h('span', { hidden: true });
document.documentElement.append(probe);
