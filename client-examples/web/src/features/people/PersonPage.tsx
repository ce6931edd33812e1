import { PrinterOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PersonDocument } from '../../gql/graphql';
import { useGql } from '../../shared/api/queries';
import { FailureView } from '../../shared/ui/FailureView';
import { Loading } from '../../shared/ui/Loading';
import { Page } from '../../shared/ui/Page';
import { StageTag } from '../../shared/ui/StageTag';
import { useSigned } from '../../shared/viewer';
import { EditPerson } from './EditPerson';
import { personOf } from './person';
import { PersonTabs } from './PersonTabs';

export function PersonPage() {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  const { viewer } = useSigned();
  const { id } = useParams({ strict: false }) as { id: string };
  const [editing, setEditing] = useState(false);
  const answer = useGql('people', PersonDocument, { id });
  const person = personOf(answer.data);

  if (answer.isPending) return <Loading />;
  if (!person) {
    return (
      <Page title={t('detail.none')}>
        <FailureView failure={answer.error} retry={() => void answer.refetch()} />
      </Page>
    );
  }
  const { organization } = person;
  return (
    <Page
      documentTitle={person.name}
      title={
        <>
          {person.name} <StageTag stage={person.stage} />
        </>
      }
      subtitle={
        organization && (
          <Link to="/people" search={{ under: organization.id } as never}>
            {organization.name}
          </Link>
        )
      }
      aside={
        <>
          <Button className="bn-no-phone" icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
            {common('action.print')}
          </Button>
          {!viewer.readOnly && person.may.includes('EDIT_PERSON') && (
            <Button type="primary" onClick={() => setEditing(true)}>
              {t('edit.open')}
            </Button>
          )}
        </>
      }
    >
      <PersonTabs person={person} />
      {editing && <EditPerson person={person} onClose={() => setEditing(false)} />}
    </Page>
  );
}
