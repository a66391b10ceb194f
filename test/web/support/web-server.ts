import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { binary } from '../../support/persist-sandbox.ts';
import { type Scene, type SceneUser, webScene } from './web-scene.ts';

export const secret = 'a-secret-of-the-tests-0123456789';

/** Where root's command is, and the records. */
type Place = Pick<Scene, 'command' | 'stateDirectory'>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  /** null for no login. */
  readonly login?: string | null;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The fields of a form. */
  readonly form?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

export interface WebServer {
  readonly port: number;
  readonly ask: (ask?: Ask) => Promise<Answer>;
  /** The token of a login's forms, and of which snapshot they are. */
  readonly formOf: (login: string, path?: string) => Promise<{ readonly token: string; readonly at: string }>;
  readonly restore: (login: string, names: readonly string[], ask?: Ask) => Promise<Answer>;
  readonly stderr: () => string;
  /** Sends the signal and waits for the end; the exit status. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts the built program on a free port, with a secret. It ends with the running test. */
export async function webServer(scene: Place, ...args: readonly string[]): Promise<WebServer> {
  return startWebServer(scene, args, onTestFinished);
}

/** The same for all tests of a file, which change nothing in the scene. */
export function webServerOfAll(users: Readonly<Record<string, SceneUser>>, ...args: readonly string[]) {
  const ends: (() => void | Promise<void>)[] = [];
  const atEnd = (end: () => void | Promise<void>): void => void ends.push(end);
  let made: { readonly scene: Scene; readonly server: WebServer } | null = null;
  beforeAll(async () => {
    const scene = webScene(users, atEnd);
    made = { scene, server: await startWebServer(scene, args, atEnd) };
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => {
    if (made === null) throw new Error('the server is not started yet');
    return made;
  };
}

async function startWebServer(
  scene: Place,
  args: readonly string[],
  atEnd: (end: () => void | Promise<void>) => void,
): Promise<WebServer> {
  const secretFile = `${scene.command}.secret`;
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  const child = spawn(
    process.execPath,
    [
      binary,
      ...'web --listen 127.0.0.1:0 --no-sudo'.split(' '),
      '--secret-file',
      secretFile,
      '--command',
      scene.command,
      '--state-dir',
      scene.stateDirectory,
      ...args,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], TZ: 'UTC' } },
  );
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exit = once(child, 'exit');
  atEnd(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr.on('data', () => {
      const found = /127\.0\.0\.1:(\d+)/.exec(stderr);
      if (found !== null) resolve(Number(found[1]));
    });
    child.on('exit', () => reject(new Error(`the server ended: ${stderr}`)));
  });
  const ask = async (about: Ask = {}): Promise<Answer> => askOn({ port }, about);
  const formOf: WebServer['formOf'] = async (login, path = '/') => {
    const { body } = await ask({ login, path });
    const [token, at] = ['token', 'at'].map((name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1]);
    if (token === undefined || at === undefined) throw new Error(`there is no form in: ${body}`);
    return { token, at };
  };
  return {
    port,
    ask,
    formOf,
    restore: async (login, names, about = {}) => {
      const { token, at } = await formOf(login);
      const form = [['token', token], ['at', at], ...names.map((name) => ['session', name] as const)] as const;
      return ask({ method: 'POST', path: '/restore', login, form, ...about });
    },
    stderr: () => stderr,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [status]: unknown[] = await exit;
      return typeof status === 'number' ? status : null;
    },
  };
}

/** One request, as the proxy would send it. */
export async function askOn(
  place: { readonly port: number } | { readonly socketPath: string },
  { method = 'GET', path = '/', login = 'emo', headers = {}, form, body }: Ask,
): Promise<Answer> {
  const content =
    form === undefined
      ? body
      : new URLSearchParams(form.map(([key, value]): [string, string] => [key, value])).toString();
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...place,
        method,
        path,
        agent: false,
        headers: {
          Host: 'tmux.example.org',
          'X-Tmux-Persist-Secret': secret,
          ...(login === null ? {} : { 'X-Forwarded-User': login }),
          ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
          ...(content === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(content)) }),
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(content);
  });
}

/** Sends these bytes, and returns the status of the answer, or 0 when the connection was closed without one. */
export async function statusOfRaw(port: number, bytes: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\r\n')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)));
  });
}

export interface EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Waits for the next `changed`, and returns its data. */
  readonly next: () => Promise<string>;
  readonly count: () => number;
  readonly close: () => void;
}

const doNothing = (): void => {};

/** Opens a stream of server-sent events. */
export async function eventStream(port: number, path: string, login: string): Promise<EventStream> {
  const events: string[] = [];
  let wake = doNothing;
  let taken = 0;
  return new Promise((resolve, reject) => {
    const headers = { 'X-Tmux-Persist-Secret': secret, 'X-Forwarded-User': login };
    const sent = request({ port, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const data = /^event: changed\ndata: (.*)$/m.exec(text.slice(0, end))?.[1];
          if (data !== undefined) events.push(data);
          text = text.slice(end + 2);
        }
        wake();
      });
      response.on('error', () => {});
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        count: () => events.length,
        close: () => sent.destroy(),
        next: async () => {
          while (events.length <= taken) {
            await new Promise<void>((woken) => {
              wake = woken;
            });
          }
          taken += 1;
          return events[taken - 1] ?? '';
        },
      });
    });
    sent.on('error', reject);
    sent.end();
    onTestFinished(() => void sent.destroy());
  });
}
