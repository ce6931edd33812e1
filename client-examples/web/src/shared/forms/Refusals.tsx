import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { UserError } from '../api/useSubmission';

/** A refusal: what is wrong, which rule says so, what to do about it. */
export function Refusal({ error }: { error: UserError }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="bn-refusal" data-code={error.code}>
      {error.message}
      {error.hint && <span className="bn-refusal-hint">{error.hint}</span>}
      {error.rule && <span className="bn-refusal-rule">{t('form.rule', { rule: error.rule })}</span>}
    </span>
  );
}

export function Refusals({ errors }: { errors: UserError[] }) {
  if (errors.length === 0) return null;
  return (
    <div className="bn-refusals">
      {errors.map((error) => (
        <Alert key={`${error.code} ${error.path.join('.')}`} type="error" showIcon title={<Refusal error={error} />} />
      ))}
    </div>
  );
}
