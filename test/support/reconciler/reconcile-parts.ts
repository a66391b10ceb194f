// What the tests of src/reconcile call of it, for a bundle that has the reader of agents' files beside it.
export { agentCommands } from '../../../src/reconcile/apply/agent-commands.ts';
export { applyPlan } from '../../../src/reconcile/apply/apply-plan.ts';
export { createUserSessions } from '../../../src/reconcile/apply/create-user-sessions.ts';
export { forgetSessions } from '../../../src/reconcile/record/forget-sessions.ts';
export { resumeUserSessions } from '../../../src/reconcile/apply/resume-session.ts';
export { saveUsers } from '../../../src/reconcile/record/save-users.ts';
