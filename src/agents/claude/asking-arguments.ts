import { isOption, splitArguments } from './arguments.ts';

/**
 * Arguments without those that let Claude Code act without asking (2.1.329). Settings that are written out could do the same by many
 * names, and are left out whole when they speak of permissions.
 */
export function askingArguments(args: readonly string[]): readonly string[] {
  return splitArguments(args).flatMap((part) => {
    if (part.kind !== 'flag' || part.flag === null || part.values.some(isOption)) return [];
    return asksFirst(part.name, part.values) ? part.words : [];
  });
}

function asksFirst(name: string, values: readonly string[]): boolean {
  switch (name) {
    case '--permission-mode':
      return !values.some((value) => /bypass|dontask/i.test(value));
    case '--settings':
      return !values.some((value) => value.trimStart().startsWith('{') && /permission|bypass|skip/i.test(value));
    default:
      return !/^--(allow-)?dangerously-/.test(name);
  }
}
