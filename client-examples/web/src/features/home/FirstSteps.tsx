import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Permission } from '../../gql/graphql';
import { nextStep } from './firstStep';

interface Props {
  organization: {
    id: string;
    childCount: number;
    holdsMembers: boolean;
    may: Permission[];
    counts: { members: number; applicants: number };
  };
}

/** Guidance for an empty system: first organizations, then people. Gone as soon as both are there. */
export function FirstSteps({ organization }: Props) {
  const { t } = useTranslation('home');
  const step = nextStep(organization);
  if (!step) return null;
  const search = step === 'organizations' ? { node: organization.id } : { under: organization.id };
  return (
    <Alert
      type="info"
      showIcon
      title={t(`first.${step}.title`)}
      description={
        <>
          {t(`first.${step}.text`)}{' '}
          <Link to={step === 'organizations' ? '/organizations' : '/people'} search={search as never}>
            {t(`first.${step}.link`)}
          </Link>
        </>
      }
    />
  );
}
