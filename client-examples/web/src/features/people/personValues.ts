import type { TFunction } from 'i18next';

import type { PersonStage } from '../../gql/graphql';
import type { Difference } from '../../shared/forms/StaleDialog';
import { readIdentityNumber } from '../../shared/identityNumber';
import type { Person } from './person';

export interface PersonValues {
  stage?: PersonStage;
  name?: string | null;
  identityNumber?: string | null;
  birthDate?: string | null;
  sex?: string | null;
  ethnicGroup?: string | null;
  education?: string | null;
  nativePlace?: string | null;
  jobCategory?: string | null;
  noIdentityNumberReason?: string | null;
  phone?: string | null;
  email?: string | null;
  address?: string | null;
  appliedOn?: string | null;
  joinedOn?: string | null;
  confirmedOn?: string | null;
  partyGroupId?: string | null;
}

/**
 * What the form starts with. Masked values stand in it as they are shown: left alone they count as
 * unchanged, emptied as cleared, and anything else is the new value.
 */
export const valuesOf = (person: Person): PersonValues => ({
  name: person.name,
  identityNumber: person.identityNumber.text,
  birthDate: person.birthDate,
  sex: person.sex.code,
  ethnicGroup: person.ethnicGroup.code,
  education: person.education.code,
  nativePlace: person.nativePlace?.code,
  jobCategory: person.jobCategory?.code,
  phone: person.phone?.text,
  email: person.email?.text,
  address: person.address?.text,
  appliedOn: person.appliedOn,
  joinedOn: person.joinedOn,
  confirmedOn: person.confirmedOn,
  partyGroupId: person.partyGroup?.id,
});

/** Birth date and sex must be those of the number, once the number is complete. */
export function agreementProblem(values: PersonValues, field: 'birthDate' | 'sex'): 'birthDate' | 'sex' | null {
  const reading = readIdentityNumber(values.identityNumber ?? '');
  const value = values[field];
  if (!reading.ok || !value) return null;
  return value === reading.facts[field] ? null : field;
}

const fieldKey = (field: keyof PersonValues): string => (field === 'partyGroupId' ? 'partyGroup' : field);

export function differences(mine: PersonValues, current: Person, t: TFunction<'people'>): Difference[] {
  const now = valuesOf(current);
  return (Object.keys(mine) as (keyof PersonValues)[]).map((field) => ({
    field,
    label: t(`field.${fieldKey(field)}`),
    mine: mine[field] ?? '—',
    theirs: now[field] ?? '—',
  }));
}
