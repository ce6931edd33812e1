/**
 * What a form changed, for inputs in which an absent field means unchanged and null means cleared.
 * Empty text counts as cleared.
 */
export function changedValues<Values extends object>(before: Partial<Values>, after: Partial<Values>): Partial<Values> {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(after)) {
    const now = normal(value);
    if (now !== normal((before as Record<string, unknown>)[name])) changed[name] = now;
  }
  return changed as Partial<Values>;
}

function normal(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return value ?? null;
}

/** Leaves out what was not filled in, for forms that make something new. */
export function filledValues<Values extends object>(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, normal(value)] as const)
      .filter(([, value]) => value !== null),
  ) as Values;
}
