import type { UserError } from '../api/useSubmission';

export interface FieldErrors {
  byField: Record<string, UserError[]>;
  /** About no field of this form. */
  others: UserError[];
}

/** `path` is such as ["input", "name"]: the part after `input` names the field. */
export function sortErrors(errors: UserError[], fields: readonly string[]): FieldErrors {
  const sorted: FieldErrors = { byField: {}, others: [] };
  for (const error of errors) {
    const field = error.path[0] === 'input' ? error.path[1] : error.path[0];
    if (field && fields.includes(field)) (sorted.byField[field] ??= []).push(error);
    else sorted.others.push(error);
  }
  return sorted;
}

export const isStale = (errors: UserError[]): boolean => errors.some((error) => error.code === 'STALE_VERSION');
