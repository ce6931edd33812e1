import { useTranslation } from 'react-i18next';

import { MyRecordDocument } from '../gql/graphql';
import { useGql } from '../shared/api/queries';
import { PersonFacts } from '../shared/person/PersonFacts';
import { FailureView } from '../shared/ui/FailureView';
import { Loading } from '../shared/ui/Loading';
import { Page, Panel } from '../shared/ui/Page';
import { StageTag } from '../shared/ui/StageTag';

/** A member's own record: seen by the member, kept by the branch. */
export function MyRecord() {
  const { t } = useTranslation('portal');
  const answer = useGql('people', MyRecordDocument, {});
  const person = answer.data?.viewer?.person;
  return (
    <Page title={t('me.title')} subtitle={t('me.subtitle')} aside={person && <StageTag stage={person.stage} />}>
      <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      {answer.isPending && <Loading />}
      {answer.data && !person && <p>{t('me.none')}</p>}
      {person && (
        <Panel>
          <div className="bn-person">
            {person.photo && (
              <img
                className="bn-photo-own"
                src={`data:${person.photo.mediaType};base64,${person.photo.base64}`}
                alt={t('me.photo')}
              />
            )}
            <PersonFacts person={person} />
          </div>
        </Panel>
      )}
    </Page>
  );
}
