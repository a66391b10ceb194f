import { shellQuote, writingCommand } from '../../core/own-command.ts';
import { forgetSessions } from '../../reconcile/record/forget-sessions.ts';
import { publishMetrics } from '../../reconcile/record/publish-metrics.ts';
import { renderMetricsText } from '../../render/status/metrics-text.ts';
import { forgetDocument } from '../../render/records/forget.ts';
import { errorDocument, jsonText } from '../../render/text/json-text.ts';
import { printable } from '../../render/text/printable.ts';
import { exitCodes, UnknownRefusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf, openContext } from '../open-context.ts';
import { knownUsers } from '../open-records.ts';
import { sayOnStderr, writeResult } from '../output.ts';
import { refuseRecordsOfRoot } from '../records-place.ts';
import { userOrOneselfAnd } from '../user-arguments.ts';
import { version } from '../version.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { args, env } = invocation;
  const own = invokerOf(env).account;
  // Only a person without root may leave out the user.
  const users = own.uid === 0 ? [] : [own.name, ...(await knownUsers(invocation))];
  const {
    user,
    asked,
    rest: selectors,
  } = userOrOneselfAnd(invocation, {
    command: 'forget',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    placeholder: 'NAME|PATTERN...',
    isOne: (word) => !users.includes(word),
  });
  const context = await openContext(invocation, asked === null ? [] : [asked], 'record');
  refuseRecordsOfRoot(context, `an administrator can: ${writingCommand(context, 'forget', shellQuote(user))} …`);
  const result = await forgetSessions(context, selectors, args.has('if-gone') ? 'names' : 'selectors');
  switch (result.kind) {
    case 'forgotten':
      writeResult(invocation, {
        document: () => forgetDocument(user, result.names),
        text: () => result.names.map((name) => `${user}: forgot ${printable(name)}\n`).join(''),
        diagnostics: publishMetrics(context, version, renderMetricsText),
      });
      return exitCodes.done;
    case 'refused':
      throw new UnknownRefusal('selection', ...result.problems);
    case 'locked':
      return unable(invocation, exitCodes.locked, `${user}: ${result.reason}`);
    case 'not-recorded':
      return unable(invocation, exitCodes.incomplete, `${user}: ${result.reason}`);
  }
}

function unable({ args, terminal }: Invocation, exitCode: number, reason: string): number {
  sayOnStderr(terminal, 'error', reason);
  if (args.has('json')) terminal.writeOut(jsonText(errorDocument(exitCode, [reason], null)));
  return exitCode;
}
