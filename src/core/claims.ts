import type { Conversation } from './conversation.ts';

/** The session names and conversations of one user that are taken: by what is live, and by what a plan creates. */
export class Claims {
  readonly #names = new Set<string>();
  readonly #holders = new Map<string, string>();

  claim(name: string, conversations: readonly Conversation[]): void {
    this.#names.add(name);
    for (const one of conversations) this.#holders.set(keyOf(one), name);
  }

  isTaken(name: string): boolean {
    return this.#names.has(name);
  }

  /** The session that holds a conversation; null when none does. */
  holderOf(conversation: Conversation): string | null {
    return this.#holders.get(keyOf(conversation)) ?? null;
  }

  freeName(wanted: string): string {
    let name = wanted;
    for (let suffix = 2; this.#names.has(name); suffix++) name = `${wanted}-${suffix}`;
    return name;
  }
}

function keyOf({ agent, id }: Conversation): string {
  return JSON.stringify([agent, id]);
}
