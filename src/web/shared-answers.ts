/** Asks once for all who want the same at the same time, and keeps an answer for a moment. */
export interface SharedAnswers<Value> {
  readonly get: (key: string, ask: () => Promise<Value>) => Promise<Value>;
  /** Forgets an answer, because something has changed. A question that is on its way is not shared from now on. */
  readonly drop: (key: string) => void;
}

export function sharedAnswers<Value>(keptMs: number): SharedAnswers<Value> {
  const shared = new Map<string, Promise<Value>>();
  const drop = (key: string, answer: Promise<Value>): void => {
    if (shared.get(key) === answer) shared.delete(key);
  };
  return {
    get: async (key, ask) => {
      const known = shared.get(key);
      if (known !== undefined) return known;
      const answer = ask();
      shared.set(key, answer);
      const dropLater = (): void => void setTimeout(() => drop(key, answer), keptMs).unref();
      answer.then(dropLater, dropLater);
      return answer;
    },
    drop: (key) => void shared.delete(key),
  };
}
