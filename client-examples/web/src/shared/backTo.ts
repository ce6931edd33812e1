/** A page of this console to go back to after signing in; anything else is not followed. */
export function backTo(wanted: string | undefined): string {
  if (!wanted || !/^\/(?![/\\])/.test(wanted) || /^\/(enter|enrol|claim|password)\b/.test(wanted)) return '/';
  return wanted;
}
