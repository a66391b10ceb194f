import { userOverview } from '../../core/report/overview.ts';
import { examineHost } from '../../reconcile/doctor/examine-host.ts';
import { reportStatus } from '../../reconcile/observe/report-status.ts';
import { overviewDocument, overviewRows } from '../../render/status/overview.ts';
import { readNewestValid } from '../../state/snapshot-store.ts';
import { attemptRead } from '../../system/files/read-file.ts';
import { exitCodes, Refusal, UnknownRefusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openContext } from '../open-context.ts';
import { writeTable } from '../output.ts';
import { oneUserAnd } from '../user-arguments.ts';

export async function run(invocation: Invocation): Promise<number> {
  const { user } = oneUserAnd(invocation.args);
  const context = await openContext(invocation, [], 'record');
  const asking = context.roster.users.find(({ name }) => name === user);
  if (asking === undefined) throw new UnknownRefusal('user', `user ${JSON.stringify(user)} is not in the roster`);
  // Whoever may have a mistake in the settings is no administrator by them.
  if (!asking.isAdmin || asking.mistake !== null) throw new Refusal(`${user} is no admin of the roster`);
  const status = await reportStatus(context, { withStrangers: false, withUnits: false });
  const recordedOf = (name: string) => attemptRead(() => readNewestValid(context.stateDirectory, name).newest);
  const users = status.users.map((one) => {
    const stored = recordedOf(one.user);
    const sessions = stored.kind === 'read' ? (stored.value?.manifest.sessions ?? []) : [];
    return userOverview(one, sessions, context.now().getTime());
  });
  const overview = { user, users, health: await examineHost(context) };
  writeTable(invocation, {
    document: () => overviewDocument(overview),
    table: () => overviewRows(overview),
    diagnostics: [],
  });
  return exitCodes.done;
}
