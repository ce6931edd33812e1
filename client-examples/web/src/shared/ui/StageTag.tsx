import { useTranslation } from 'react-i18next';

import type { PersonStage } from '../../gql/graphql';
import { StatusTag, type Tone } from './StatusTag';

export const personStages: PersonStage[] = ['APPLICANT', 'ACTIVIST', 'CANDIDATE', 'PROBATIONARY', 'FULL', 'LEFT'];

const tones: Record<PersonStage, Tone> = {
  FULL: 'ok',
  PROBATIONARY: 'info',
  CANDIDATE: 'warn',
  ACTIVIST: 'warn',
  APPLICANT: 'none',
  LEFT: 'bad',
};

export function StageTag({ stage }: { stage: PersonStage }) {
  const { t } = useTranslation();
  return <StatusTag tone={tones[stage]}>{t(`stage.${stage}`)}</StatusTag>;
}
