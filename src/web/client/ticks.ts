/** The boxes that somebody has ticked or not by hand; what the server thinks of them no longer counts. */
const decided = new WeakSet<Element>();

export function isDecided(box: Element): boolean {
  return decided.has(box);
}

/** Shows how many sessions are ticked, and makes the buttons work that tick all or none. */
export function countTicks(): void {
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.type !== 'checkbox') return;
    decided.add(target);
    showTicks();
  });
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-tick]') : null;
    if (button === null) return;
    for (const box of choosable()) {
      box.checked = button.getAttribute('data-tick') === 'all';
      decided.add(box);
    }
    showTicks();
  });
  // A page that comes back from the browser's memory shows its ticks of before.
  window.addEventListener('pageshow', showTicks);
  showTicks();
}

export function showTicks(): void {
  const boxes = choosable();
  const count = boxes.filter(({ checked }) => checked).length;
  for (const button of document.querySelectorAll('button[data-tick]')) {
    button.toggleAttribute('hidden', boxes.length < 2);
  }
  setText('ticked', `${count} of ${boxes.length} ticked`);
  const submit = document.querySelector<HTMLButtonElement>('#restore button[type=submit]');
  if (submit !== null) submit.disabled = count === 0;
}

function choosable(): readonly HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('#restore input[type=checkbox]:not(:disabled)')];
}

function setText(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element !== null && element.textContent !== text) element.textContent = text;
}
