import type { FormInstance } from 'antd';
import { useEffect, useMemo } from 'react';

import type { UserError } from '../api/useSubmission';
import { Refusal } from './Refusals';
import { sortErrors } from './userErrors';

/** Puts each refusal at its field and answers those that belong to none. */
export function useFieldErrors(form: FormInstance, errors: UserError[], fields: readonly string[]): UserError[] {
  const names = fields.join(' ');
  const sorted = useMemo(() => sortErrors(errors, names.split(' ')), [errors, names]);
  useEffect(() => {
    const entries = Object.entries(sorted.byField);
    if (entries.length === 0) return;
    form.setFields(
      entries.map(([name, list]) => ({
        name,
        // antd types errors as strings and renders any node.
        errors: list.map((error) => <Refusal key={error.code} error={error} />) as unknown as string[],
      })),
    );
    const first = entries[0]?.[0];
    if (first) form.scrollToField(first, { block: 'center' });
  }, [form, sorted]);
  return sorted.others;
}
