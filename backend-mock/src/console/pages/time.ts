import { html, type Html } from '../html.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** A moment relative to now, in words, with the exact one in it. Both in milliseconds since the epoch. */
function relative(moment: number, now: number): Html {
  const away = moment - now;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(away) >= size) ?? ['second', 1000];
  const iso = new Date(moment).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${RELATIVE.format(Math.round(away / length), unit)}</time>`;
}

export const ago = (moment: number, now: number): Html => relative(Math.min(moment, now), now);
export const shortly = (moment: number, now: number): Html => relative(moment, now);
