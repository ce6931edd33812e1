import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { HomeQuery } from '../../gql/graphql';
import { LazyChart } from '../../shared/ui/LazyChart';
import { Panel } from '../../shared/ui/Page';

type Node = Extract<NonNullable<HomeQuery['node']>, { __typename: 'Organization' }>;
type Overview = NonNullable<Node['memberOverview']>;

const bars = (rows: Overview['byAgeBand']) => rows.map(({ code, count }) => ({ name: code.name, value: count }));

/** Ages are those at the end of the year, as in the reports: no list of people can be filtered so. */
export function Structure({ overview }: { overview: Overview }) {
  const { t } = useTranslation('home');
  const ages = useMemo(() => bars(overview.byAgeBand), [overview.byAgeBand]);
  const educations = useMemo(() => bars(overview.byEducation), [overview.byEducation]);

  return (
    <>
      <Panel title={t('chart.age')}>
        <LazyChart label={t('chart.age')} bars={ages} />
      </Panel>
      <Panel title={t('chart.education')}>
        <LazyChart label={t('chart.education')} bars={educations} />
      </Panel>
    </>
  );
}
