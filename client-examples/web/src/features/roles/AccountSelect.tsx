import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { GrantAccountsDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { useDelayed } from '../../shared/useDelayed';

interface Props {
  id?: string;
  under: string;
  value?: string;
  onChange?: (id: string) => void;
}

/** An account, found by the beginning of its name. */
export function AccountSelect({ under, ...field }: Props) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const [text, setText] = useState('');
  const search = useDelayed(text.trim());
  const accounts = useGql('roles', GrantAccountsDocument, { under, search: search || null }, { keepPrevious: true });
  return (
    <Select
      {...field}
      showSearch={{ filterOption: false, onSearch: setText }}
      placeholder={t('give.search')}
      loading={accounts.isFetching}
      options={accounts.data?.accounts.nodes.map(({ id, name, organization }) => ({
        value: id,
        label: organization ? common('withNote', { name, note: organization.name }) : name,
      }))}
    />
  );
}
