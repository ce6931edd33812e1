import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { type SecurityEventKind, SecurityEventRowFragmentDoc, SignInsDocument } from '../../gql/graphql';
import { securityEventKinds, SecurityEventTable } from '../../shared/accounts/SecurityEventTable';
import { useGql } from '../../shared/api/queries';
import { firstPage, pageArguments } from '../../shared/paging';
import { OrgPicker } from '../../shared/tree/OrgPicker';
import { Page, Panel } from '../../shared/ui/Page';
import { useUrlState } from '../../shared/urlState';
import { useSigned } from '../../shared/viewer';

/** Sign-ins and what else happened around accounts, for those who read the log. */
export function SignInsPage() {
  const { t } = useTranslation('accounts');
  const { t: common } = useTranslation();
  const { root } = useSigned();
  const [state, change] = useUrlState();
  const under = state.under ?? root?.id ?? '';
  const answer = useGql(
    'journal',
    SignInsDocument,
    {
      under,
      reach: state.reach === 'OWN' ? 'OWN' : 'SUBTREE',
      kinds: state.kinds ? (state.kinds.split(',') as SecurityEventKind[]) : null,
      ...pageArguments(state),
    },
    { keepPrevious: true, enabled: under !== '', staleTime: 0 },
  );
  if (!root) return null;
  const list = answer.data?.securityEvents;
  return (
    <Page title={t('signIns.title')} subtitle={t('signIns.subtitle')}>
      <div className="bn-filters" role="search" aria-label={t('signIns.filter')}>
        <Select
          className="bn-filter-kinds"
          aria-label={t('event.kind')}
          placeholder={t('event.kind')}
          mode="multiple"
          maxTagCount="responsive"
          allowClear
          value={state.kinds?.split(',') ?? []}
          options={securityEventKinds.map((kind) => ({ value: kind, label: t(`event.${kind}`) }))}
          onChange={(kinds: string[]) => change({ ...firstPage, kinds: kinds.join(',') || undefined })}
        />
        <span className="bn-filters-gap" />
        <span className="bn-filter-org">
          <OrgPicker rootId={root.id} value={under} title={t('filter.organization')} onChange={(id) => change({ ...firstPage, under: id })} />
        </span>
        <Segmented
          aria-label={common('reach.label')}
          value={state.reach === 'OWN' ? 'OWN' : 'SUBTREE'}
          options={['SUBTREE', 'OWN'].map((value) => ({ value, label: common(`reach.${value}`) }))}
          onChange={(reach) => change({ ...firstPage, reach: reach === 'OWN' ? 'OWN' : undefined })}
        />
      </div>
      <Panel flush>
        <SecurityEventTable
          own={false}
          rows={(list?.nodes ?? []).map((row) => readFragment(SecurityEventRowFragmentDoc, row))}
          pageInfo={list?.pageInfo}
          total={list?.totalCount}
          totalCapped={list?.totalCountCapped}
          loading={answer.isPending || answer.isPlaceholderData}
          failure={answer.error}
          retry={() => void answer.refetch()}
        />
      </Panel>
    </Page>
  );
}
