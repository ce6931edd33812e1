import { CheckCircleOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

import type { PasswordPolicy } from '../api/session';
import { passwordHints } from './passwordHints';

interface Props {
  password: string;
  policy: PasswordPolicy;
  old?: string;
}

export function PasswordHints({ password, policy, old }: Props) {
  const { t } = useTranslation('session');
  return (
    <ul className="bn-hints">
      {passwordHints(password, policy, old).map(({ name, met }) => (
        <li key={name} className={met ? 'bn-hint-met' : undefined}>
          {met ? <CheckCircleOutlined aria-label={t('hint.met')} /> : <MinusCircleOutlined aria-label={t('hint.open')} />}
          {t(`hint.${name}`, { count: policy.minimum })}
        </li>
      ))}
    </ul>
  );
}
