import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { HomeQuery } from '../../gql/graphql';
import { LazyChart } from '../../shared/ui/LazyChart';
import { Panel } from '../../shared/ui/Page';
import { ageRange } from '../../shared/ageBand';

type Node = Extract<NonNullable<HomeQuery['node']>, { __typename: 'Organization' }>;
type Overview = NonNullable<Node['memberOverview']>;

const bars = (rows: Overview['byAgeBand']) => rows.map(({ code, count }) => ({ name: code.name, value: count }));

export function Structure({ under, overview }: { under: string; overview: Overview }) {
  const { t } = useTranslation('home');
  const navigate = useNavigate();
  const ages = useMemo(() => bars(overview.byAgeBand), [overview.byAgeBand]);
  const educations = useMemo(() => bars(overview.byEducation), [overview.byEducation]);

  const open = (search: Record<string, string | undefined>) =>
    void navigate({ to: '/people', search: { under, stages: 'PROBATIONARY,FULL', ...search } as never });

  return (
    <>
      <Panel title={t('chart.age')}>
        <LazyChart label={t('chart.age')} bars={ages} onChoose={(index) => open(ageRange(overview.byAgeBand[index]?.code.code))} />
      </Panel>
      <Panel title={t('chart.education')}>
        <LazyChart label={t('chart.education')} bars={educations} />
      </Panel>
    </>
  );
}
