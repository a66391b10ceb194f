import { askUsers } from '../../agents/ask-users.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { nothingSelected } from '../../core/plan/selection.ts';
import { applyPlan } from '../../reconcile/apply/apply-plan.ts';
import { makePlan } from '../../reconcile/apply/make-plan.ts';
import type { Context } from '../../reconcile/context.ts';
import { type DemoWorld, makeDemoWorld } from '../../reconcile/demo-world.ts';
import { examineTools } from '../../reconcile/doctor/examine-program.ts';
import { assessUsers } from '../../reconcile/observe/assess-users.ts';
import { saveUsers } from '../../reconcile/record/save-users.ts';
import { renderApplyText } from '../../render/apply.ts';
import { renderPlanText } from '../../render/plan-text.ts';
import { renderSaveText } from '../../render/save.ts';
import { readHostFacts } from '../../system/host.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';

/** Shows the main job from end to end, on a separate tmux server and state directory. */
export async function run(invocation: Invocation): Promise<number> {
  const world = makeDemoWorld({
    diagnostics: [],
    invoker: invokerOf(invocation.env),
    host: readHostFacts(),
    recordsKeeper: 'invoker',
    goodRoster: null,
    legacyDirectory: null,
    socketName: null,
    seesAllServers: false,
    givenOptions: [],
    tmuxConfigFile: null,
    lockTimeoutMs: 10_000,
    askUsers,
    readKills: () => Promise.resolve([]),
    now: invocation.now,
    utcOffsetMinutes: invocation.terminal.utcOffsetMinutes,
    signal: invocation.signal,
  });
  try {
    await refuseUnusableTools(world.context);
    return await play(world, invocation);
  } finally {
    await world.remove();
  }
}

async function play(world: DemoWorld, { terminal }: Invocation): Promise<number> {
  const { context } = world;
  const options = { color: terminal.colorOut, utcOffsetMinutes: terminal.utcOffsetMinutes, verbose: true, held: true };
  const say = (heading: string, text = ''): void => terminal.writeOut(`\n# ${heading}\n${text}`);

  const names = await world.createSessions();
  say(`three sessions on a tmux server of their own: ${names.join(', ')}`);
  say('tmux-persist save', renderSaveText((await saveUsers(context)).results, options));
  await world.killServer();
  say('the server is killed with SIGKILL, as the kernel does when memory is short');
  say('tmux-persist plan', renderPlanText(await planOf(context), options));

  const application = await applyPlan(context, {
    selection: nothingSelected,
    drawsProgress: false,
    withUnits: false,
    message: null,
    onSettled: () => {},
  });
  if (application.kind === 'refused') throw new Refusal(...application.problems);
  say('tmux-persist apply', renderApplyText(application.applied, options));

  const last = await planOf(context);
  say('tmux-persist plan, once more: nothing is left to do', renderPlanText(last, options));
  say('all of it is removed again; nothing of yours was touched');
  return last.pending || last.summary.live !== names.length ? exitCodes.failed : exitCodes.done;
}

async function planOf(context: Context): Promise<Plan> {
  const planning = makePlan(context, await assessUsers(context, context.users, 'leave-out'), nothingSelected);
  if (planning.kind === 'refused') throw new Refusal(...planning.problems);
  return planning.plan;
}

async function refuseUnusableTools(context: Context): Promise<void> {
  const errors = (await examineTools(context)).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new Refusal(...errors.map(({ subject, message, mend }) => `${subject} ${message}; ${mend ?? ''}`));
}
