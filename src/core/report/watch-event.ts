import type { Diagnostic } from '../diagnostic.ts';
import type { Killer, ServerEnding } from '../endings.ts';
import type { HealDecision } from '../heal/heal.ts';
import type { SessionFacts } from '../manifest.ts';
import type { AppliedPlan, SaveResult } from '../plan/outcome.ts';

/** What the watch tells the journal. */
export type WatchEvent =
  | {
      readonly kind: 'started';
      readonly users: number;
      /** Why the kernel's log is not followed, so that kills are known less exactly; null when it is. */
      readonly withoutKernelLog: string | null;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'server-ended'; readonly user: string; readonly ending: ServerEnding }
  /** How the server ends will not be seen. */
  | { readonly kind: 'server-not-watched'; readonly user: string; readonly reason: string }
  | { readonly kind: 'killed'; readonly user: string; readonly pid: number; readonly killer: Killer }
  /** Something of the kernel's log was not read, so some kills may be known less exactly. */
  | { readonly kind: 'kernel-log-gap'; readonly reason: string }
  /** It could not be written, so other runs do not know it. */
  | { readonly kind: 'ending-not-kept'; readonly user: string; readonly reason: string }
  | { readonly kind: 'saved'; readonly results: readonly SaveResult[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'heal-decided'; readonly user: string; readonly decisions: readonly HealDecision[] }
  /** Something else has its name, or its conversation, since. */
  | {
      readonly kind: 'heal-in-conflict';
      readonly user: string;
      readonly session: SessionFacts;
      readonly reason: string;
    }
  | { readonly kind: 'healed'; readonly user: string; readonly applied: AppliedPlan }
  | { readonly kind: 'heal-failed'; readonly user: string; readonly reason: string }
  /** systemd may take the watch for hanging, and start it again. */
  | { readonly kind: 'systemd-not-told'; readonly reason: string }
  /** The roster, or another input of a run, cannot be used. The watch goes on with the last good one. */
  | { readonly kind: 'not-reloaded'; readonly problems: readonly string[] };
