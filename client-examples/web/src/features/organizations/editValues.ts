import type { TFunction } from 'i18next';

import type { Difference } from '../../shared/forms/StaleDialog';
import type { Organization } from './organization';

export interface EditValues {
  name?: string | null;
  shortName?: string | null;
  code?: string | null;
  kind?: string | null;
  setting?: string | null;
  territory?: string | null;
  foundedOn?: string | null;
  contactPerson?: string | null;
  contactPhone?: string | null;
  address?: string | null;
}

export const valuesOf = (organization: Organization): EditValues => ({
  name: organization.name,
  shortName: organization.shortName,
  code: organization.code,
  kind: organization.kind.code,
  setting: organization.setting?.code,
  territory: organization.territory?.code,
  foundedOn: organization.foundedOn,
  contactPerson: organization.contactPerson,
  contactPhone: organization.contactPhone,
  address: organization.address,
});

/** What I entered beside what the record holds now, for the fields that I changed. */
export function differences(mine: EditValues, current: Organization, t: TFunction<'organizations'>): Difference[] {
  const now = valuesOf(current);
  return (Object.keys(mine) as (keyof EditValues)[]).map((field) => ({
    field,
    label: t(`field.${field}`),
    mine: mine[field] ?? '—',
    theirs: now[field] ?? '—',
  }));
}
