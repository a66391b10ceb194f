import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'vitest';
import type { planDocument } from '../../src/render/plan/plan-json.ts';
import type { Sandbox } from './persist-sandbox.ts';

export type PlanDocument = ReturnType<typeof planDocument>;
export type PlannedAction = PlanDocument['users'][number]['actions'][number];

const schema: object = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/plan.schema.json'), 'utf8'));
const isPlan = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<PlanDocument>(schema);

/** What `plan --json` prints, checked against its schema. */
export function planOf(box: Sandbox, ...args: readonly string[]): PlanDocument {
  const { stdout } = box.persist('plan', '--json', ...args);
  const document: unknown = JSON.parse(stdout);
  if (!isPlan(document)) throw new Error(`not a plan: ${JSON.stringify(isPlan.errors, null, 2)}`);
  return document;
}

/** The actions of a plan as `name: action (cause)`, sorted by name. */
export function actionsOf(plan: PlanDocument): readonly string[] {
  return plan.users.flatMap((user) =>
    user.actions.map(({ session, action, cause }) => `${session}: ${action}${cause === null ? '' : ` (${cause})`}`),
  );
}

/** Fails unless there is exactly one action about the session. */
export function actionFor(plan: PlanDocument, session: string): PlannedAction {
  const actions = plan.users.flatMap((user) => user.actions.filter((action) => action.session === session));
  expect(actions, `actions about ${session}`).toHaveLength(1);
  const [action] = actions;
  if (action === undefined) throw new Error(`nothing is planned about ${session}`);
  return action;
}
