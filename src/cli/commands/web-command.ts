import { statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { shellQuote } from '../../core/own-command.ts';
import { counted } from '../../core/text.ts';
import { localClock } from '../../render/text/clock.ts';
import { changesDirectory } from '../../state/state-paths.ts';
import { systemErrorText } from '../../system/errors.ts';
import { firstInheritedSocket, inheritedSocketCount } from '../../system/sockets/inherited-sockets.ts';
import { readRegularFile } from '../../system/files/read-file.ts';
import { installationOnHost, localInstallation } from '../../systemd/installation.ts';
import { notifySystemd } from '../../systemd/notify-systemd.ts';
import { type ListenAddress, listenAddressFrom } from '../../web/listen-address.ts';
import type { RootReach } from '../../web/reach-root.ts';
import { type PublicOrigin, publicOriginFrom } from '../../web/same-origin.ts';
import { serveWeb, WebSetupError } from '../../web/serve-web.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { sayOnStderr } from '../output.ts';

const rootsDirectory = '/var/lib/tmux-persist';

/** Serves the page of the sessions until a signal ends it. */
export async function run(invocation: Invocation): Promise<number> {
  const { args, env, terminal, signal } = invocation;
  const complain = (text: string): void => sayOnStderr(terminal, 'error', text);
  try {
    await serveWeb({
      address: addressOf(invocation),
      header: headerOf(invocation),
      secret: secretOf(invocation),
      publicOrigin: originOf(invocation),
      reach: reachOf(invocation),
      changesDirectory: changesDirectory(
        resolve(args.last('state-dir') ?? env['TMUX_PERSIST_STATE_DIR'] ?? rootsDirectory),
      ),
      clock: localClock(terminal.utcOffsetMinutes),
      complain,
      onReady: (where) => {
        if (!args.has('quiet')) sayOnStderr(terminal, 'info', `the page is served on ${where}`);
        void tellReady(invocation, complain);
      },
      signal,
    });
  } catch (error) {
    if (error instanceof WebSetupError) throw new Refusal(error.message);
    throw error;
  }
  // That is how such a service ends.
  return exitCodes.done;
}

/** The service asks over a socket of systemd's, because its sandbox allows no sudo. */
function reachOf({ args, uid }: Invocation): RootReach {
  const asked =
    args.last('command') ?? join((installationOnHost() ?? localInstallation).program, 'bin/tmux-restore-user');
  const [, path] = /^unix:(\/.*)$/.exec(asked) ?? [];
  if (path !== undefined) return { kind: 'socket', path };
  const command = resolve(asked);
  const needsSudo = uid !== 0 && !args.has('no-sudo');
  return { kind: 'program', argv: needsSudo ? ['sudo', '-n', '--', command] : [command] };
}

function addressOf({ args, env }: Invocation): ListenAddress {
  const [asked, inherited] = [args.last('listen'), inheritedSocketCount(env)];
  if (asked !== null && inherited > 0) throw new Refusal('systemd has passed a socket, so --listen is one too many');
  if (asked === null) {
    if (inherited === 1) return { kind: 'inherited', descriptor: firstInheritedSocket };
    if (inherited > 1) throw new Refusal(`systemd has passed ${counted(inherited, 'socket')}, and web takes one`);
    throw new Refusal('web needs a place to listen: --listen unix:/run/tmux-persist-web/web.sock');
  }
  const address = listenAddressFrom(asked);
  if (address !== null) return address;
  throw new Refusal(
    `--listen ${JSON.stringify(asked)} is neither a loopback address nor a Unix socket; 127.0.0.1:8484, unix:/run/web.sock`,
  );
}

function headerOf({ args }: Invocation): string {
  const header = args.last('header') ?? 'X-Forwarded-User';
  if (/^[A-Za-z0-9-]{1,100}$/.test(header)) return header;
  throw new Refusal(`--header ${JSON.stringify(header)} is not the name of a header; X-Forwarded-User`);
}

function originOf({ args }: Invocation): PublicOrigin {
  const asked = args.last('origin');
  if (asked === null) return { origin: null, prefix: '' };
  const origin = publicOriginFrom(asked);
  if (origin !== null) return origin;
  throw new Refusal(
    `--origin ${JSON.stringify(asked)} is not the address of a page; https://tmux.example.org/sessions`,
  );
}

const maxSecretBytes = 4096;
const minSecretLength = 16;

/** The secret of `--secret-file`, or of the credential that systemd passes; null where neither is. */
function secretOf({ args, env }: Invocation): string | null {
  const path = args.last('secret-file') ?? credentialOf(env);
  if (path === null) return null;
  const reading = readRegularFile(path, maxSecretBytes);
  if (reading.kind !== 'read') {
    throw new Refusal(`cannot read ${path}: ${reading.kind === 'missing' ? 'it is not there' : reading.reason}`);
  }
  if ((reading.stats.mode & 0o004) !== 0)
    throw new Refusal(`everybody can read ${path}; chmod o-r ${shellQuote(path)}`);
  const secret = reading.text.replace(/\r?\n$/, '');
  if (/^[\u0021-\u007E]+$/.test(secret) && secret.length >= minSecretLength) return secret;
  throw new Refusal(
    `${path} does not hold one line of ${minSecretLength} or more visible ASCII characters; make one: openssl rand -hex 32`,
  );
}

function credentialOf(env: Invocation['env']): string | null {
  const directory = env['CREDENTIALS_DIRECTORY'] ?? '';
  const path = join(directory, 'secret');
  return isAbsolute(directory) && statSync(path, { throwIfNoEntry: false }) !== undefined ? path : null;
}

/** Says READY=1 where systemd waits for that. */
async function tellReady({ signal }: Invocation, complain: (text: string) => void): Promise<void> {
  try {
    const problem = await notifySystemd(['READY=1'], { signal });
    if (problem !== null && !signal.aborted) complain(problem);
  } catch (error) {
    complain(`systemd was not told that the page is served: ${systemErrorText(error)}`);
  }
}
