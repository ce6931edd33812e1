import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import { formatInstant } from '../format';
import { Facts } from '../ui/Facts';

interface Named {
  name: string;
}

interface Shown {
  name: string;
  sex: Named;
  ethnicGroup: Named;
  birthDate: string;
  age: number;
  identityNumber: { text: string };
  noIdentityNumberReason?: string | null;
  identityConverted?: boolean;
  phone?: { text: string } | null;
  email?: { text: string } | null;
  address?: { text: string } | null;
  nativePlace?: { fullName: string } | null;
  education: Named;
  jobCategory?: Named | null;
  stage: string;
  appliedOn?: string | null;
  joinedOn?: string | null;
  confirmedOn?: string | null;
  organization?: Named | null;
  partyGroup?: Named | null;
  updatedAt: string;
}

/** Values that were opened for a moment, in place of their masked forms. */
interface Opened {
  IDENTITY_NUMBER?: string | null;
  PHONE?: string | null;
  EMAIL?: string | null;
  ADDRESS?: string | null;
}

/** The number, or the reason why there is none (A13). */
export const numberOf = (person: Pick<Shown, 'identityNumber' | 'noIdentityNumberReason'>, t: TFunction<'people'>): string =>
  person.noIdentityNumberReason ? t('noIdentityNumber', { reason: person.noIdentityNumberReason }) : person.identityNumber.text;

/** What is known of a person; for the administrator and for the person alike. */
export function PersonFacts({ person, opened = {} }: { person: Shown; opened?: Opened }) {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  return (
    <Facts
      facts={[
        { label: t('field.name'), value: person.name },
        { label: t('field.sex'), value: person.sex.name },
        { label: t('field.ethnicGroup'), value: person.ethnicGroup.name },
        { label: t('field.birthDate'), value: common('withNote', { name: person.birthDate, note: t('years', { count: person.age }) }) },
        {
          label: t('field.identityNumber'),
          value: (
            <>
              {revealed(opened.IDENTITY_NUMBER) ?? numberOf(person, t)}
              {person.identityConverted && <div className="bn-muted">{t('identityConverted.explanation')}</div>}
            </>
          ),
        },
        { label: t('field.nativePlace'), value: person.nativePlace?.fullName },
        { label: t('field.education'), value: person.education.name },
        { label: t('field.jobCategory'), value: person.jobCategory?.name },
        { label: t('field.phone'), value: revealed(opened.PHONE) ?? person.phone?.text },
        { label: t('field.email'), value: revealed(opened.EMAIL) ?? person.email?.text },
        { label: t('field.address'), value: revealed(opened.ADDRESS) ?? person.address?.text },
        { label: t('field.stage'), value: common(`stage.${person.stage}`) },
        { label: t('field.organization'), value: person.organization?.name },
        { label: t('field.partyGroup'), value: person.partyGroup?.name },
        { label: t('field.appliedOn'), value: person.appliedOn },
        { label: t('field.joinedOn'), value: person.joinedOn },
        { label: t('field.confirmedOn'), value: person.confirmedOn },
        { label: t('field.updatedAt'), value: formatInstant(person.updatedAt) },
      ]}
    />
  );
}

const revealed = (value: string | null | undefined) => value && <mark className="bn-revealed">{value}</mark>;
