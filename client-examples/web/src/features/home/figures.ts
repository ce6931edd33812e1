import type { HomeQuery } from '../../gql/graphql';

export interface Figure {
  name: string;
  value: number;
  /** What the value is a share of. */
  of?: number;
  link?: { to: string; search: Record<string, string> };
}

type Shown = Extract<NonNullable<HomeQuery['node']>, { __typename: 'Organization' }>;
export type Counts = Shown['counts'];
export type Overview = Shown['overview'];

/** Codes of GB/T 2261.1 and of the stages that make a member. */
const woman = '2';
const memberStages = 'PROBATIONARY,FULL';

const people = (under: string, search: Record<string, string>) => ({ to: '/people', search: { under, ...search } });

export function peopleFigures(under: string, counts: Counts): Figure[] {
  const of = counts.members;
  return [
    { name: 'members', value: counts.members, link: people(under, { stages: memberStages }) },
    { name: 'full', value: counts.full, of, link: people(under, { stages: 'FULL' }) },
    { name: 'probationary', value: counts.probationary, of, link: people(under, { stages: 'PROBATIONARY' }) },
    { name: 'women', value: counts.women, of, link: people(under, { stages: memberStages, sex: woman }) },
    { name: 'minority', value: counts.minority, of },
    { name: 'collegeAndAbove', value: counts.collegeAndAbove, of },
  ];
}

export function organizationFigures(under: string, counts: Counts, overview: Overview): Figure[] {
  return [
    { name: 'applicants', value: counts.applicants, link: people(under, { stages: 'APPLICANT' }) },
    { name: 'activists', value: counts.activists, link: people(under, { stages: 'ACTIVIST' }) },
    { name: 'candidates', value: counts.candidates, link: people(under, { stages: 'CANDIDATE' }) },
    {
      name: 'organizations',
      value: overview.organizations,
      link: { to: '/organizations', search: { node: under, tab: 'subordinates', reach: 'SUBTREE' } },
    },
    {
      name: 'branches',
      value: overview.branches,
      link: { to: '/organizations', search: { node: under, tab: 'overview' } },
    },
  ];
}
