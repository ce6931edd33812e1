/** How true the last answer was: the time up to which, while the server can only read from a copy; null when all is fresh. */
let asOf: string | null = null;
const listeners = new Set<() => void>();

export const staleAsOf = (): string | null => asOf;

export function onStaleness(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Told of every answer. One that only says what went wrong tells nothing of the data on the page. */
export function noteStaleness(answer: { data?: unknown; extensions?: { stale?: { asOf: string } } } | null): void {
  const marked = answer?.extensions?.stale?.asOf;
  if (!marked && !answer?.data) return;
  const next = marked ?? null;
  if (next === asOf) return;
  asOf = next;
  for (const listener of listeners) listener();
}
