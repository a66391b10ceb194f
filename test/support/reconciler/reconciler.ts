import { askUsers } from '../../../src/agents/ask-users.ts';
import { createInterface } from 'node:readline';
import { type AppliedPlan, outcomeOf } from '../../../src/core/plan/outcome.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { defaultPolicy, defaultStartPolicy } from '../../../src/core/roster.ts';
import { nothingSelected } from '../../../src/core/plan/selection.ts';
import { applyPlan } from '../../../src/reconcile/apply/apply-plan.ts';
import { makePlan } from '../../../src/reconcile/apply/make-plan.ts';
import type { Context } from '../../../src/reconcile/context.ts';
import { assessUsers } from '../../../src/reconcile/observe/assess-users.ts';
import { forgetSessions } from '../../../src/reconcile/record/forget-sessions.ts';
import { saveUsers } from '../../../src/reconcile/record/save-users.ts';
import { ownAccount } from '../../../src/system/host/accounts.ts';
import { readHostFacts } from '../../../src/system/host/host.ts';
import type {
  PlannedAction,
  ReconcilerAnswer,
  ReconcilerRequest,
  ReconcilerRun,
  ReconcilerSetup,
} from './reconciler-protocol.ts';

// The program's runs without its command line, each in a host that may have booted since: what no option can say.
const setup: ReconcilerSetup = JSON.parse(process.argv[2] ?? '');

for await (const line of createInterface({ input: process.stdin })) {
  const { run, bootId }: ReconcilerRequest = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await answerTo(run, contextIn(bootId)))}\n`);
}

async function answerTo(run: ReconcilerRun, context: Context): Promise<ReconcilerAnswer> {
  switch (run.kind) {
    case 'save': {
      const { results, diagnostics } = await saveUsers(context);
      return {
        ...nothing,
        result: results[0]?.result ?? 'nothing',
        diagnostics: diagnostics.map(({ message }) => message),
      };
    }
    case 'plan': {
      const assessments = await assessUsers(context, context.users, 'read');
      const planning = makePlan(context, assessments, { ...nothingSelected, include: run.include });
      return planning.kind === 'refused' ? refused(planning.problems) : planned(planning.plan, null, 'planned');
    }
    case 'apply': {
      const selection = { ...nothingSelected, include: run.include };
      const application = await applyPlan(context, {
        selection,
        drawsProgress: false,
        withUnits: false,
        message: null,
        onSettled: () => {},
      });
      if (application.kind === 'refused') return refused(application.problems);
      const { applied } = application;
      return planned(applied.plan, applied, applied.complete ? 'applied' : 'incomplete');
    }
    case 'forget': {
      const { kind } = await forgetSessions(context, [run.session]);
      return { ...nothing, result: kind };
    }
  }
}

const nothing = { actions: [], pending: false, diagnostics: [] } as const;

function refused(problems: readonly string[]): ReconcilerAnswer {
  return { ...nothing, result: 'refused', diagnostics: problems };
}

function planned(plan: Plan, applied: AppliedPlan | null, result: string): ReconcilerAnswer {
  const actions = plan.users.flatMap((user) =>
    user.actions.map((action): PlannedAction => ({
      action: action.action,
      session: action.candidate.session.name,
      as: 'as' in action ? action.as : null,
      cause: action.candidate.cause,
      outcome: applied === null ? null : (outcomeOf(action, applied)?.kind ?? null),
    })),
  );
  const diagnostics = (applied ?? plan).diagnostics.map(({ message }) => message);
  return { result, actions, pending: plan.pending, diagnostics };
}

function contextIn(bootId: string): Context {
  const { account, stateDirectory, socketName, tmuxTmpDir, searchPath } = setup;
  const self = ownAccount(process.env);
  const user = { name: account.name, logins: [], parked: false, isAdmin: false, mistake: null, policy: defaultPolicy };
  return {
    roster: { path: null, users: [user], start: defaultStartPolicy },
    goodRoster: null,
    users: [user],
    accounts: new Map([[account.name, account]]),
    diagnostics: [],
    invoker: { account: self, path: searchPath, tmuxTmpDir },
    host: { ...readHostFacts(), bootId },
    stateDirectory,
    recordsKeeper: 'invoker',
    legacyDirectory: null,
    socketName,
    seesAllServers: false,
    givenOptions: [],
    tmuxConfigFile: '/dev/null',
    lockTimeoutMs: 20_000,
    askUsers,
    readKills: () => Promise.resolve([]),
    now: () => new Date(),
    utcOffsetMinutes: () => 0,
    signal: new AbortController().signal,
  };
}
