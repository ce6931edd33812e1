/** Bounds of an age band such as "36-45", "0-30" or "61-"; nothing for a band without years. */
export function ageRange(band: string | undefined): { ageFrom?: string; ageTo?: string } {
  const bounds = /^(\d*)-(\d*)$/.exec(band ?? '');
  if (!bounds) return {};
  const [, from, to] = bounds;
  return { ageFrom: from || undefined, ageTo: to || undefined };
}
