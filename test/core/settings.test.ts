import { describe, expect, test } from 'vitest';
import { storableOptions, storableSettings } from '../../src/core/settings.ts';

describe('what is stored of a session’s settings', () => {
  test.each(['API_TOKEN', 'aws_secret_access', 'SSH_KEYFILE', 'Db_Password', 'PGPASSWD', 'MY_CREDENTIALS'])(
    'is never the value of %s',
    (name) => {
      const given = { name, value: 'hunter2' };
      const option = { name: `@${name}`, value: 'hunter2' };
      const stored = storableSettings([option], [given], []);
      expect(stored).toEqual({ options: [], environment: [], withheld: [option.name, name] });
    },
  );

  test('is every other variable and option, also one that tmux itself calls a key', () => {
    const options = [
      { name: 'status-keys', value: 'vi' },
      { name: 'update-environment[3]', value: 'X' },
      { name: '@title', value: '' },
    ];
    const environment = [
      { name: 'CLAUDE_CONFIG_DIR', value: '/home/emo/.claude-work' },
      { name: 'HIDDEN', value: null },
    ];
    expect(storableSettings(options, environment, [])).toEqual({ options, environment, withheld: [] });
  });

  test('is no variable that every client brings along when it attaches', () => {
    const environment = [{ name: 'SSH_AUTH_SOCK', value: '/tmp/agent' }];
    expect(storableSettings([], environment, ['DISPLAY', 'SSH_AUTH_SOCK'])).toMatchObject({
      environment: [],
      withheld: [],
    });
  });

  test.each(['destroy-unattached', '@claude_transcript', '@tmux-persist-started'])('is not the option %s', (name) => {
    expect(storableSettings([{ name, value: 'on' }], [], [])).toMatchObject({ options: [], withheld: [] });
  });

  test.each([
    ['too long', 'x'.repeat(4_097)],
    ['no text', '\uD800'],
    ['more than a command line can hold', 'a\0b'],
  ])('says the name where the value is %s', (_, value) => {
    const stored = storableSettings([{ name: '@note', value }], [{ name: 'NOTE', value }], []);
    expect(stored).toEqual({ options: [], environment: [], withheld: ['@note', 'NOTE'] });
  });

  test('is bounded, however much is set', () => {
    const options = Array.from({ length: 1_000 }, (_, at) => ({ name: `@x${at}`, value: 'y' }));
    const environment = options.map(({ value }, at) => ({ name: `X${at}`, value }));
    const stored = storableSettings(options, environment, []);
    expect([stored.options.length, stored.environment.length, stored.withheld.length]).toEqual([64, 64, 64]);
    expect(storableOptions(options)).toHaveLength(64);
  });
});
