import { Idiomorph } from 'idiomorph';
import { isDecided, showTicks } from './ticks.ts';

/** How long to wait before a new try when the server has refused the stream. */
const againMs = 15_000;

let stream: EventSource | null = null;
let streamPath = '';
let isLoading = false;
let isStale = false;

/** Listens to the stream that the page names, and loads the page anew when the server says that it has changed. */
export function keepCurrent(): void {
  const main = document.getElementById('main');
  const path = main?.dataset['live'] ?? '';
  if (path === streamPath && stream !== null) return;
  stream?.close();
  stream = null;
  streamPath = path;
  if (path === '') return say('');
  const version = main?.dataset['version'] ?? '';
  const opened = new EventSource(`${path}?version=${encodeURIComponent(version)}`);
  stream = opened;
  opened.addEventListener('open', () => say('live'));
  opened.addEventListener('changed', () => void load());
  opened.addEventListener('error', () => {
    say('waiting');
    if (opened.readyState !== EventSource.CLOSED || stream !== opened) return;
    // The browser itself gives up when the answer is not 200.
    stream = null;
    streamPath = '';
    setTimeout(() => void load(), againMs);
  });
}

/** Puts the page's present state in the place of the old one. Focus, scroll, ticks and open parts stay. */
async function load(): Promise<void> {
  isStale = true;
  if (isLoading) return;
  isLoading = true;
  try {
    while (isStale) {
      isStale = false;
      // One at a time: what changes meanwhile makes it stale again.
      // oxlint-disable-next-line no-await-in-loop
      await loadOnce();
    }
  } catch {
    say('waiting');
    setTimeout(() => void load(), againMs);
  } finally {
    isLoading = false;
  }
}

async function loadOnce(): Promise<void> {
  const [address] = location.href.split('#');
  const response = await fetch(address ?? location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
  const main = document.getElementById('main');
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
  const freshMain = fresh.getElementById('main');
  if (main === null || freshMain === null) throw new Error('this is not our page');
  if (response.status >= 500 || response.status === 429) throw new Error('there is no page now');
  await Idiomorph.morph(main, freshMain, {
    morphStyle: 'outerHTML',
    callbacks: { beforeNodeMorphed, beforeAttributeUpdated },
  });
  document.title = fresh.title;
  showTicks();
  keepCurrent();
}

/** A box that somebody has ticked, or not, keeps that as long as it can be ticked. */
function beforeNodeMorphed(old: Node, fresh: Node): boolean {
  if (old instanceof HTMLInputElement && fresh instanceof HTMLInputElement && isDecided(old) && !fresh.disabled) {
    fresh.checked = old.checked;
    fresh.toggleAttribute('checked', old.checked);
  }
  // It would lose its focus.
  return !(old instanceof HTMLButtonElement && old.dataset['tick'] !== undefined);
}

/** What somebody has opened stays open. */
function beforeAttributeUpdated(name: string, element: Element): boolean {
  return !(name === 'open' && element instanceof HTMLDetailsElement);
}

const words = { live: 'live', waiting: 'not live; load the page again if this stays', '': '' } as const;

function say(state: keyof typeof words): void {
  const sign = document.getElementById('connection');
  if (sign === null) return;
  sign.hidden = state === '';
  sign.dataset['state'] = state;
  sign.textContent = words[state];
}
