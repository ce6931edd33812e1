import { useTranslation } from 'react-i18next';

import { type FragmentType, readFragment } from '../../gql';
import { CodeCountFragmentDoc, OrganizationFiguresDocument } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';
import { useGql } from '../../shared/api/queries';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { type CountRow, CountTable } from './CountTable';

type Counted = FragmentType<typeof CodeCountFragmentDoc>;
type Search = Record<string, string | undefined>;

const members = 'PROBATIONARY,FULL';

/** Counts by kind of organization and by what its people are, own level and below. */
export function Overview({ id }: { id: string }) {
  const { t } = useTranslation('organizations');
  const { t: common } = useTranslation();
  const answer = useGql('organizations', OrganizationFiguresDocument, { id });
  if (answer.error) return <FailureView failure={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading />;
  const node = nodeOf(answer.data.node, 'Organization');
  if (!node) return null;
  const { overview, memberOverview } = node;
  // Null for those who may not read people.
  const { withSecretary, withoutSecretary } = overview;

  const coded = (rows: readonly Counted[], search?: (code: string) => Search): CountRow[] =>
    rows
      .map((row) => readFragment(CodeCountFragmentDoc, row))
      .map(({ code, count }) => ({
        key: code.code,
        name: code.name,
        count,
        link: search && { to: '/people', search: { under: id, stages: members, ...search(code.code) } },
      }));

  const led = (secretary: string) => ({
    to: '/organizations',
    search: { node: id, tab: 'subordinates', reach: 'SUBTREE', secretary },
  });
  const kinds = overview.byKind.map((row) => readFragment(CodeCountFragmentDoc, row));
  return (
    <div className="bn-heap">
      <CountTable
        title={t('overview.organizations')}
        rows={kinds.map(({ code, count }) => ({
          key: code.code,
          name: code.name,
          count,
          link: { to: '/organizations', search: { node: id, tab: 'subordinates', reach: 'SUBTREE', kind: code.code } },
        }))}
        total={overview.organizations}
      />
      {typeof withSecretary === 'number' && typeof withoutSecretary === 'number' && (
        <CountTable
          title={t('overview.leadership')}
          rows={[
            { key: 'with', name: t('overview.withSecretary'), count: withSecretary, link: led('YES') },
            { key: 'without', name: t('overview.withoutSecretary'), count: withoutSecretary, link: led('NO') },
          ]}
          total={withSecretary + withoutSecretary}
        />
      )}
      <CountTable
        title={t('overview.units')}
        rows={[
          {
            key: 'own',
            name: t('overview.ownUnits'),
            count: overview.ownUnits,
            link: { to: '/organizations', search: { node: id, tab: 'units', reach: 'OWN' } },
          },
          {
            key: 'all',
            name: t('overview.allUnits'),
            count: overview.units,
            link: { to: '/organizations', search: { node: id, tab: 'units' } },
          },
        ]}
      />
      {memberOverview && (
        <>
          <CountTable
            title={t('overview.stage')}
            rows={memberOverview.byStage.map(({ stage, count }) => ({
              key: stage,
              name: common(`stage.${stage}`),
              count,
              link: { to: '/people', search: { under: id, stages: stage } },
            }))}
          />
          <CountTable title={t('overview.sex')} rows={coded(memberOverview.bySex, (sex) => ({ sex }))} total={memberOverview.members} />
          <CountTable title={t('overview.age')} rows={coded(memberOverview.byAgeBand)} total={memberOverview.members} />
          <CountTable title={t('overview.education')} rows={coded(memberOverview.byEducation)} total={memberOverview.members} />
          <CountTable
            title={t('overview.ethnicGroup')}
            rows={coded(memberOverview.byEthnicGroup, (ethnicGroup) => ({ ethnicGroup }))}
            total={memberOverview.members}
          />
        </>
      )}
    </div>
  );
}
