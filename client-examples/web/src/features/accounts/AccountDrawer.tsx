import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { AccountDetailDocument, AccountRowFragmentDoc } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { usePhone } from '../../shared/usePhone';
import { AccountDetail } from './AccountDetail';

export function AccountDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('accounts');
  const phone = usePhone();
  const answer = useGql('accounts', AccountDetailDocument, { id }, { staleTime: 0 });
  const node = nodeOf(answer.data?.node, 'Account');
  return (
    <Drawer
      open
      title={node ? readFragment(AccountRowFragmentDoc, node).name : t('title')}
      size={phone ? '100%' : 640}
      onClose={onClose}
      destroyOnHidden
    >
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {node ? <AccountDetail node={node} /> : !answer.error && <Loading />}
    </Drawer>
  );
}
