import { App } from 'antd';
import { useTranslation } from 'react-i18next';

import { type AccountRowFragment, CloseAccountDocument, DisableAccountDocument, EnableAccountDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { ReasonDrawer } from '../../shared/forms/ReasonDrawer';

export type StateChange = 'disable' | 'enable' | 'close';

interface Props {
  account: AccountRowFragment;
  change: StateChange;
  onClose: () => void;
}

const areas = ['accounts', 'roles', 'journal'] as const;

/** Disable, enable or close: the sessions end with the first and the last. */
export function ChangeState({ account, change, onClose }: Props) {
  const { t } = useTranslation('accounts');
  const { message } = App.useApp();
  const disabling = useSubmission(DisableAccountDocument, (result) => result.accountDisable, [...areas]);
  const enabling = useSubmission(EnableAccountDocument, (result) => result.accountEnable, [...areas]);
  const closing = useSubmission(CloseAccountDocument, (result) => result.accountClose, [...areas]);
  const { submit, ...submission } = { disable: disabling, enable: enabling, close: closing }[change];
  const save = async (reason: string) => {
    const input = { id: account.id, version: account.version, reason };
    if (!(await submit({ input }))) return;
    message.success(t(`${change}.done`));
    onClose();
  };
  return (
    <ReasonDrawer
      title={t(`${change}.title`, { name: account.name })}
      explanation={t(`${change}.explanation`)}
      question={t(`${change}.question`, { name: account.name })}
      submitLabel={t(`${change}.open`)}
      danger={change !== 'enable'}
      onSubmit={(reason) => void save(reason)}
      onClose={onClose}
      {...submission}
    />
  );
}
