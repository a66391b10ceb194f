const flags =
  /^(--(allow-)?dangerously-[a-z-]+|--yolo|-y|--full-auto|--auto|--allow-all(-[a-z]+)?)$|^--permission-mode=bypassPermissions$|^--approval-mode=yolo$|^--(ask-for-approval=never|sandbox=danger-full-access)$/;

const settings: readonly (readonly [flag: RegExp, value: RegExp])[] = [
  [/^--permission-mode$/, /^bypassPermissions$/],
  [/^--approval-mode$/, /^yolo$/],
  [/^(-a|--ask-for-approval)$/, /^never$/],
  [/^(-s|--sandbox)$/, /^danger-full-access$/],
  [/^(-c|--config)$/, /^(approval_policy|sandbox_mode)\s*=/],
];

/** The arguments of any known agent, without those that let it act without asking (help texts of November 2026). */
export function withoutSkippedPermissions(args: readonly string[]): readonly string[] {
  return args.filter((arg, at) => {
    const [before = '', after = ''] = [args[at - 1], args[at + 1]];
    return !flags.test(arg) && !isSetting(arg, after) && !isSetting(before, arg);
  });
}

function isSetting(flag: string, value: string): boolean {
  return settings.some(([names, values]) => names.test(flag) && values.test(value));
}
