/** The citizen identity number of GB 11643: six digits of place, birth date, sequence, check. */
const shape = /^\d{6}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dX]$/;
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checks = '10X98765432';

export interface IdentityFacts {
  birthDate: string;
  /** Code of GB/T 2261.1. */
  sex: '1' | '2';
}

export type IdentityReading = { ok: true; facts: IdentityFacts } | { ok: false; problem: 'shape' | 'date' | 'check' };

export function readIdentityNumber(text: string): IdentityReading {
  const number = text.trim().toUpperCase();
  const parts = shape.exec(number);
  if (!parts) return { ok: false, problem: 'shape' };

  const [, year, month, day, sequence] = parts;
  const birthDate = `${year}-${month}-${day}`;
  const date = new Date(`${birthDate}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== birthDate) {
    return { ok: false, problem: 'date' };
  }

  const sum = weights.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  if (checks[sum % 11] !== number[17]) return { ok: false, problem: 'check' };

  return { ok: true, facts: { birthDate, sex: Number(sequence) % 2 === 1 ? '1' : '2' } };
}
