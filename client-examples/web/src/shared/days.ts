/** "Until" a day includes that day, and "from" it starts with it, in the calendar of the reader. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59.999`).toISOString();

export const startOfDay = (day: string): string => new Date(`${day}T00:00:00`).toISOString();
