/** Why a session is gone, as `save` worked it out from the evidence. */
export const causes = ['reboot', 'server-died', 'killed', 'server-stopped', 'closed', 'forgotten'] as const;

export type Cause = (typeof causes)[number];

export function isCause(text: string): text is Cause {
  return causes.some((cause) => cause === text);
}
