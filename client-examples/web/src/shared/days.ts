/** Instants of days in the calendar of the reader. */
export const startOfDay = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

/** "Until" a day includes that day; the server means "earlier than". */
export function endOfDay(day: string): string {
  const next = new Date(`${day}T00:00:00`);
  next.setDate(next.getDate() + 1);
  return next.toISOString();
}

/** The last day that is still before an instant: what `endOfDay` was given. */
export function dayBefore(instant: string): string {
  const last = new Date(new Date(instant).getTime() - 1);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${last.getFullYear()}-${two(last.getMonth() + 1)}-${two(last.getDate())}`;
}
