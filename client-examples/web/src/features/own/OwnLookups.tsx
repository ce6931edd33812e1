import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type LookupRowFragment, LookupRowFragmentDoc, OwnLookupsDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { formatInstant } from '../../shared/format';
import { pageArguments } from '../../shared/paging';
import { CursorTable } from '../../shared/ui/CursorTable';
import { Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';

/** Who had the hidden parts of my record shown, when and what for. */
export function OwnLookups() {
  const { t } = useTranslation('own');
  const { t: common } = useTranslation();
  const { t: named } = useTranslation('people');
  const [state] = useUrlState();
  const answer = useGql('session', OwnLookupsDocument, pageArguments(state), { keepPrevious: true, staleTime: 0 });
  const list = answer.data?.viewer?.lookups;
  const who = (row: LookupRowFragment) => (row.role ? common('withNote', { name: row.by, note: common(`role.${row.role}`) }) : row.by);
  const what = (row: LookupRowFragment) => row.fields.map((field) => named(`unmask.field.${field}`, { defaultValue: field })).join(common('listSeparator'));
  return (
    <>
      <p className="bn-hint bn-gap">{t('lookups.explanation')}</p>
      <Panel flush>
        <CursorTable
          label={t('tab.lookups')}
          rows={(list?.nodes ?? []).map((row) => readFragment(LookupRowFragmentDoc, row))}
          rowKey={(row) => row.id}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          totalText={(total) => t('lookups.total', { total })}
          loading={answer.isPending || answer.isPlaceholderData}
          failure={answer.error}
          retry={() => void answer.refetch()}
          card={(row) => (
            <>
              <strong>{who(row)}</strong>
              <span>
                {what(row)} · {row.organization}
              </span>
              <small>
                {formatInstant(row.at)} · {row.purpose}
              </small>
            </>
          )}
          columns={[
            { title: t('lookups.at'), render: (_, row) => formatInstant(row.at), width: 170 },
            { title: t('lookups.by'), render: (_, row) => who(row), width: 200, ellipsis: true },
            { title: t('lookups.organization'), dataIndex: 'organization', width: 200, ellipsis: true },
            { title: t('lookups.fields'), render: (_, row) => what(row), width: 180 },
            { title: t('lookups.purpose'), dataIndex: 'purpose', ellipsis: true },
          ]}
        />
      </Panel>
    </>
  );
}
