/** Instants of days in the calendar of the reader. */
export const startOfDay = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

/** "Until" a day includes that day; the server means "earlier than". */
export function endOfDay(day: string): string {
  const next = new Date(`${day}T00:00:00`);
  next.setDate(next.getDate() + 1);
  return next.toISOString();
}
