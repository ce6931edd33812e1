import type { FormInstance } from 'antd';
import { useEffect } from 'react';

import type { SessionProblem } from '../api/failures';

/** Puts each problem that the server names at its field. */
export function useProblemFields(form: FormInstance, problems: SessionProblem[]): void {
  const text = JSON.stringify(problems);
  useEffect(() => {
    const byField = new Map<string, string[]>();
    for (const { field, message } of JSON.parse(text) as SessionProblem[]) byField.set(field, [...(byField.get(field) ?? []), message]);
    form.setFields([...byField].map(([name, errors]) => ({ name, errors })));
  }, [form, text]);
}
