import { Empty, Spin } from 'antd';
import { useTranslation } from 'react-i18next';

import { OrgTreeSearchDocument } from '../../gql/graphql';
import { useGql } from '../api/queries';
import { formatTotal } from '../format';
import { FailureView } from '../ui/FailureView';

const shown = 50;

/** Codes begin with a digit; names and their initials do not. */
export const organizationFilter = (text: string) => (/^\d/.test(text) ? { code: text } : { name: text });

export function SearchResults({ under, text, onChoose }: { under: string; text: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const found = useGql(
    'organizations',
    OrgTreeSearchDocument,
    { under, filter: organizationFilter(text), first: shown },
    { keepPrevious: true },
  );
  if (found.error) return <FailureView failure={found.error} retry={() => void found.refetch()} />;
  const organizations = found.data?.organizations;
  return (
    <div className="bn-tree-found">
      <Spin spinning={found.isPending}>
        <p role="status">
          {organizations && t('tree.found', { total: formatTotal(organizations.totalCount, organizations.totalCountCapped) })}
        </p>
        {organizations?.nodes.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('table.empty')} />}
        <ul aria-label={t('tree.results')}>
          {organizations?.nodes.map((organization) => (
            <li key={organization.id}>
              <button type="button" onClick={() => onChoose(organization.id)}>
                <span>{organization.name}</span>
                <small>
                  {organization.code} · {organization.superior?.name ?? organization.kind.name}
                </small>
              </button>
            </li>
          ))}
        </ul>
      </Spin>
    </div>
  );
}
