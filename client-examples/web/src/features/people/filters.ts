import type { PersonFilter, PersonStage } from '../../gql/graphql';
import { firstPage } from '../../shared/paging';
import type { UrlState } from '../../shared/urlState';

/** Filters of the list of people, as they are named in the URL. */
export const filterNames = [
  'name',
  'identityNumber',
  'stages',
  'sex',
  'ethnicGroup',
  'education',
  'ageFrom',
  'ageTo',
  'partyGroup',
  'identityConverted',
] as const;

export const cleared: UrlState = { ...firstPage, ...Object.fromEntries(filterNames.map((name) => [name, undefined])) };

const years = (text: string | undefined): number | null => (text && /^\d{1,3}$/.test(text) ? Number(text) : null);

export function stagesOf(state: UrlState): PersonStage[] {
  return state.stages ? (state.stages.split(',') as PersonStage[]) : [];
}

export function personFilter(state: UrlState): PersonFilter {
  const stages = stagesOf(state);
  return {
    name: state.name ?? null,
    identityNumber: state.identityNumber?.trim().toUpperCase() ?? null,
    stages: stages.length > 0 ? stages : null,
    sex: state.sex ?? null,
    ethnicGroup: state.ethnicGroup ?? null,
    education: state.education ?? null,
    ageFrom: years(state.ageFrom),
    ageTo: years(state.ageTo),
    partyGroup: state.partyGroup ?? null,
    identityConverted: state.identityConverted === 'true' ? true : null,
  };
}

/** Null leaves out: the server tells "not given" from "given as nothing". */
export function withoutNulls<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null)) as Value;
}
