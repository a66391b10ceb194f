// What the tests of src/reconcile call of it, for a bundle that has the reader of agents' files beside it.
export { agentCommands } from '../../../src/reconcile/agent-commands.ts';
export { applyPlan } from '../../../src/reconcile/apply-plan.ts';
export { createUserSessions } from '../../../src/reconcile/create-user-sessions.ts';
export { forgetSessions } from '../../../src/reconcile/forget-sessions.ts';
export { resumeUserSessions } from '../../../src/reconcile/resume-session.ts';
export { saveUsers } from '../../../src/reconcile/save-users.ts';
