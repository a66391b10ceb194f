import { askUsers } from '../../agents/ask-users.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { nothingSelected } from '../../core/plan/selection.ts';
import { applyPlan } from '../../reconcile/apply/apply-plan.ts';
import { makePlan } from '../../reconcile/apply/make-plan.ts';
import type { Context } from '../../reconcile/context.ts';
import { type DemoPerson, makeDemoWorld } from '../../reconcile/demo-world.ts';
import { examineTools } from '../../reconcile/doctor/examine-program.ts';
import { assessUsers } from '../../reconcile/observe/assess-users.ts';
import { saveUsers } from '../../reconcile/record/save-users.ts';
import { renderApplyText } from '../../render/plan/apply.ts';
import { renderPlanText } from '../../render/plan/plan-text.ts';
import { renderSaveText } from '../../render/records/save.ts';
import { readHostFacts } from '../../system/host/host.ts';
import { exitCodes, Refusal } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { invokerOf } from '../open-context.ts';

/** Shows the main job from end to end, with people, servers and records of its own. */
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
    const [emo, wizard] = [world.person('emo'), world.person('wizard')];
    await refuseUnusableTools(emo.context);
    return await play(emo, wizard, invocation);
  } finally {
    await world.remove();
  }
}

const conversation = '3f36c85e-5dbb-4a7a-9a5f-0c2d7e1b8a64';

async function play(emo: DemoPerson, wizard: DemoPerson, { terminal }: Invocation): Promise<number> {
  const people = [emo, wizard];
  const { colorOut: color, utcOffsetMinutes } = terminal;
  const options = { color, utcOffsetMinutes, verbose: false, held: false };
  const tell = (words: string): void => terminal.writeOut(`\n# ${words}\n`);
  const show = (command: string, text: string): void => terminal.writeOut(`$ tmux-persist ${command}\n${text}`);
  const save = async (): Promise<void> => {
    const results = (await Promise.all(people.map(({ context }) => saveUsers(context)))).flatMap(
      (saved) => saved.results,
    );
    show('save', renderSaveText(results, options));
  };

  tell('emo and wizard work here; in infra emo talks with an agent (a stand-in)');
  await emo.createSessions([
    { name: 'infra', directory: 'code/infra', windows: 3, conversation },
    { name: 'notes', directory: 'notes', windows: 1, conversation: null },
    { name: 'scratch', directory: 'tmp', windows: 1, conversation: null },
  ]);
  await wizard.createSessions([{ name: 'web', directory: 'code/web', windows: 2, conversation: null }]);
  await save();

  tell('emo closes scratch');
  await emo.closeSession('scratch');
  await save();

  tell("emo's tmux server is killed, as the kernel does when memory is short");
  await emo.killServer();
  for (const { context } of people) show(`plan ${nameOf(context)}`, renderPlanText(await planOf(context), options));

  const application = await applyPlan(emo.context, {
    selection: nothingSelected,
    drawsProgress: false,
    withUnits: false,
    message: null,
    onSettled: () => {},
  });
  if (application.kind === 'refused') throw new Refusal(...application.problems);
  tell('with windows, directories and the conversation');
  show('apply emo', renderApplyText(application.applied, options));

  const last = await planOf(emo.context);
  tell('nothing is left to do, and what emo closed is still closed');
  show('plan emo', renderPlanText(last, options));
  tell('all of it is removed again; nothing of yours was touched');
  return last.pending || last.summary.live !== 2 ? exitCodes.failed : exitCodes.done;
}

function nameOf({ users }: Context): string {
  return users.map(({ name }) => name).join(' ');
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
