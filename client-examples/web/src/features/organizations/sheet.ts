interface Lasting {
  from?: string | null;
  until?: string | null;
}

/** What had begun on a day and not yet ended; days compare as they are written. */
export const heldOn =
  (day: string) =>
  ({ from, until }: Lasting): boolean =>
    (from ?? '') <= day && (!until || day < until);
