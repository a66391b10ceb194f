import { commandsIn, givenWords } from './command-words.ts';

export interface StandInSession {
  readonly id: string;
  name: string;
  readonly path: string;
  /** The name of the session whose windows it shares; null for its own. */
  readonly shares: string | null;
  readonly windows: StandInWindow[];
}

export interface StandInWindow {
  readonly id: string;
  index: number;
  readonly name: string | null;
  active: boolean;
  readonly panes: StandInPane[];
}

export interface StandInPane {
  readonly id: string;
  readonly cwd: string;
  /** What is run in it; null when that is left to tmux. */
  readonly command: readonly string[] | null;
  readonly pid: number;
}

/** A command that is refused, in the words that tmux would have for it. */
export class Refusal extends Error {}

/** The sessions of a server that does what it is told, as far as the program tells it. */
export class StandInSessions {
  readonly all: StandInSession[] = [];
  /** Every command, also those that only show something, in order. */
  readonly asked: (readonly string[])[] = [];
  /** Says why a command is refused; null where it is done. */
  refusing: (words: readonly string[]) => string | null = () => null;
  private nextSession = 0;
  private nextPane = 0;
  private nextWindow = 0;

  /** Runs the commands of one line, the first that is refused drops the rest; gives what they print. */
  runLine(text: string): { readonly stdout: string; readonly stderr: string } {
    let stdout = '';
    try {
      for (const words of commandsIn(text)) stdout += this.run(words);
      return { stdout, stderr: '' };
    } catch (error) {
      if (error instanceof Refusal) return { stdout, stderr: `${error.message}\n` };
      throw error;
    }
  }

  add(name: string, ...panes: readonly Partial<StandInPane>[]): StandInSession {
    const made = {
      id: `$${this.nextSession++}`,
      name,
      path: '/',
      shares: null,
      windows: [this.window(0, null, panes)],
    };
    this.all.push(made);
    return made;
  }

  private run(words: readonly string[]): string {
    this.asked.push(words);
    const why = this.refusing(words);
    if (why !== null) throw new Refusal(why);
    const [verb] = words;
    switch (verb) {
      case 'new-session':
        return this.newSession(words);
      case 'new-window':
        return this.newWindow(words);
      case 'split-window': {
        const { options, rest } = givenWords(words, 'tc');
        this.windowAt(options.get('-t') ?? '').panes.push(this.pane(options.get('-c'), rest));
        return '';
      }
      case 'select-window': {
        const { options } = givenWords(words, 't');
        const place = options.get('-t') ?? '';
        for (const window of this.sessionOf(place).windows) window.active = window === this.windowAt(place);
        return '';
      }
      case 'if-shell':
        return this.ifShell(words);
      case 'display-message':
        return `${givenWords(words, '').rest.join(' ')}\n`;
      case 'has-session': {
        const pane = givenWords(words, 't').options.get('-t') ?? '';
        if (this.windowOf(pane) === null) throw new Refusal(`can't find pane: ${pane}`);
        return '';
      }
      case 'swap-pane':
        return this.swap(words);
      default:
        return '';
    }
  }

  private newSession(words: readonly string[]): string {
    const { options, rest } = givenWords(words, 'Fscxynt');
    const name = plain(options.get('-s') ?? '');
    if (this.all.some((one) => one.name === name)) throw new Refusal(`duplicate session: ${name}`);
    const owner = options.get('-t');
    const shared = owner === undefined ? null : this.sessionOf(`${owner}:`);
    const path = plain(options.get('-c') ?? '/');
    const id = `$${this.nextSession++}`;
    const first = { cwd: path, command: rest.length === 0 ? null : rest };
    const windows = shared?.windows ?? [this.window(0, nameIn(options), [first])];
    this.all.push({ id, name, path, shares: shared?.name ?? null, windows });
    return `${shown(options.get('-F') ?? '', { session_id: id, session_name: name })}\n`;
  }

  private newWindow(words: readonly string[]): string {
    const { options, rest } = givenWords(words, 'Ftnc');
    const place = options.get('-t') ?? '';
    const session = this.sessionOf(place);
    const asked = place.slice(place.lastIndexOf(':') + 1);
    const index = asked === '' ? Math.max(...session.windows.map((one) => one.index)) + 1 : Number(asked);
    const made = this.window(index, nameIn(options), [
      { cwd: plain(options.get('-c') ?? session.path), command: rest.length === 0 ? null : rest },
    ]);
    made.active = false;
    session.windows.push(made);
    if (!options.has('-P')) return '';
    return `${shown(options.get('-F') ?? '', { pane_id: made.panes[0]?.id ?? '', window_index: String(index) })}\n`;
  }

  /** Knows two conditions: one that is true, and whether the only window is elsewhere than it should be. */
  private ifShell(words: readonly string[]): string {
    const { options, rest } = givenWords(words, 't');
    const [condition = '', commands = ''] = rest;
    if (condition === '1')
      return commandsIn(commands)
        .map((one) => this.run(one))
        .join('');
    const wanted = /^#\{!=:#\{window_index\},(\d+)\}$/.exec(condition)?.[1];
    const [window] = wanted === undefined ? [] : this.sessionOf(options.get('-t') ?? '').windows;
    if (window !== undefined) window.index = Number(wanted);
    return '';
  }

  private swap(words: readonly string[]): string {
    const { options } = givenWords(words, 'st');
    const [source, target] = [options.get('-s') ?? '', options.get('-t') ?? ''];
    const [from, to] = [this.windowOf(source), this.windowOf(target)];
    if (from === null || to === null) throw new Refusal(`can't find pane: ${from === null ? source : target}`);
    const [a, b] = [from.panes.findIndex(({ id }) => id === source), to.panes.findIndex(({ id }) => id === target)];
    const [one, other] = [from.panes[a], to.panes[b]];
    if (one === undefined || other === undefined) throw new Error('a pane without a place');
    from.panes[a] = other;
    to.panes[b] = one;
    return '';
  }

  private window(index: number, name: string | null, panes: readonly Partial<StandInPane>[]): StandInWindow {
    return {
      id: `@${this.nextWindow++}`,
      index,
      name,
      active: true,
      panes: panes.map(({ cwd, command, pid }) => this.pane(cwd, command ?? [], pid)),
    };
  }

  private pane(cwd = '/', command: readonly string[] = [], pid = 0): StandInPane {
    return { id: `%${this.nextPane++}`, cwd: plain(cwd), command: command.length === 0 ? null : command, pid };
  }

  private windowAt(place: string): StandInWindow {
    const index = Number(place.slice(place.lastIndexOf(':') + 1));
    const window = this.sessionOf(place).windows.find((one) => one.index === index);
    if (window === undefined) throw new Refusal(`can't find window: ${index}`);
    return window;
  }

  private windowOf(pane: string): StandInWindow | null {
    const windows = this.all.flatMap((session) => session.windows);
    return windows.find(({ panes }) => panes.some(({ id }) => id === pane)) ?? null;
  }

  /** `=NAME:…` or `$N:…`. */
  private sessionOf(place: string): StandInSession {
    const target = place.slice(0, place.lastIndexOf(':'));
    const found = this.all.find(({ id, name }) => target === id || target === `=${name}`);
    if (found === undefined) throw new Refusal(`can't find session: ${target}`);
    return found;
  }
}

function nameIn(options: ReadonlyMap<string, string>): string | null {
  const name = options.get('-n');
  return name === undefined ? null : plain(name);
}

/** Undoes `literalFormat` of src/tmux, as tmux does by expanding it. */
function plain(text: string): string {
  return text.replaceAll('##', '#');
}

/** A format with its variables, each of which may stand behind modifiers. */
function shown(format: string, variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables).reduce(
    (text, [variable, value]) => text.replaceAll(new RegExp(`#\\{(?:[^}]*:)?${variable}\\}`, 'g'), () => value),
    format,
  );
}
