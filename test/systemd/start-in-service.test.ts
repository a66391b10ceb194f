import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandEnd, serviceArgv, type ServiceRequest } from '../../src/systemd/start-in-service.ts';

const emo = { name: 'emo', uid: 1001, gid: 1002, home: '/home/emo', shell: '/bin/zsh' };
const place = { unit: 'tmux-server-1001-x.service', stdoutSocket: '/run/x.out', stderrSocket: '/run/x.err' };
const plain: ServiceRequest = {
  account: emo,
  command: ['tmux', '-u', 'new-session', '-d'],
  env: { HOME: '/home/emo', LANG: 'C.UTF-8' },
  memory: { highMib: null, maxMib: null },
};

const shell = ['/bin/sh', '-c', 'unset PWD OLDPWD SHLVL; "$$@"; echo "exit $$?"; exit 0', 'sh'];

describe('the command that starts a server in a service of its user', () => {
  test('names the user, the slice, and a unit of its own', () => {
    const argv = serviceArgv(plain, place);
    expect(argv[0]).toBe('systemd-run');
    expect(argv).toEqual(
      expect.arrayContaining([
        '--unit=tmux-server-1001-x.service',
        '--uid=emo',
        '--slice=user-1001.slice',
        '--service-type=forking',
        '--property=OOMPolicy=continue',
        '--property=Before=tmux-persist-shutdown.service',
        '--setenv=HOME=/home/emo',
        '--setenv=LANG=C.UTF-8',
      ]),
    );
    expect(argv.slice(argv.indexOf('--'))).toEqual(['--', ...shell, 'tmux', '-u', 'new-session', '-d']);
  });

  test('limits memory only where the roster does', () => {
    expect(memoryLimits({ highMib: null, maxMib: null })).toEqual([]);
    expect(memoryLimits({ highMib: 6000, maxMib: 8192 })).toEqual([
      '--property=MemoryHigh=6000M',
      '--property=MemoryMax=8192M',
    ]);
    expect(memoryLimits({ highMib: null, maxMib: 64 })).toEqual(['--property=MemoryMax=64M']);
  });

  test('keeps whatever words the command has, and lets none of them be an option or a variable of systemd', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('--', '-p', '$HOME', '${HOME}', '$$', '%h', '\\x41', '--wait', ''),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const argv = serviceArgv({ ...plain, command: ['tmux', ...words] }, place);
        const options = serviceArgv(plain, place);
        const end = options.indexOf('--');
        expect(argv.slice(0, end + 1)).toEqual(options.slice(0, end + 1));
        const passed = argv.slice(end + 1);
        // systemd.service(5): `$$` is a dollar sign, and a single one begins a variable.
        expect(passed.map((one) => one.replaceAll('$$', '')).join('')).not.toContain('$');
        expect(passed.map((one) => one.replaceAll('$$', () => '$'))).toEqual([
          ...shell.map((one) => one.replaceAll('$$', () => '$')),
          'tmux',
          ...words,
        ]);
      }),
    );
  });
});

describe('what the command wrote and how it ended', () => {
  test.each([
    ['row\t$0\nexit 0\n', { exitCode: 0, stdout: 'row\t$0\n' }],
    ['exit 127\n', { exitCode: 127, stdout: '' }],
    ['exit 1\nexit 0\n', { exitCode: 0, stdout: 'exit 1\n' }],
    ['cut off', null],
    ['', null],
  ])('of %j is %j', (output, end) => {
    expect(commandEnd(output)).toEqual(end);
  });
});

function memoryLimits(memory: ServiceRequest['memory']): readonly string[] {
  return serviceArgv({ ...plain, memory }, place).filter((word) => word.startsWith('--property=Memory'));
}
