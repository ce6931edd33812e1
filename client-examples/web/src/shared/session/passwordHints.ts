import type { PasswordPolicy } from '../api/session';

export interface PasswordHint {
  name: 'length' | 'classes' | 'different';
  met: boolean;
}

const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{N}\s]/u];

/** How many of small letters, capitals, digits and signs are in it. */
export const classesIn = (password: string): number => classes.filter((one) => one.test(password)).length;

/** What the console can tell while one types; what it cannot, the server refuses. */
export function passwordHints(password: string, policy: PasswordPolicy, old?: string): PasswordHint[] {
  return [
    { name: 'length', met: [...password].length >= policy.minimum },
    ...(policy.profile === 'graded' ? [{ name: 'classes' as const, met: classesIn(password) >= 3 }] : []),
    ...(old === undefined ? [] : [{ name: 'different' as const, met: password !== '' && password !== old }]),
  ];
}
