import { App, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { EditPersonDocument, PersonDetailFragmentDoc, type PersonEditInput } from '../../gql/graphql';
import { invalidate } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { changedValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { StaleDialog } from '../../shared/forms/StaleDialog';
import { useStale } from '../../shared/forms/useStale';
import type { Person } from './person';
import { PersonFields, personFields, prefill } from './PersonFields';
import { differences, type PersonValues, valuesOf } from './personValues';

export function EditPerson({ person: opened, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const [form] = Form.useForm<PersonValues>();
  // The record as it was when the form was opened: a live update must not change what is compared.
  const [before] = useState(opened);
  const { submit, ...submission } = useSubmission(EditPersonDocument, (result) => result.personEdit, ['people', 'journal']);
  const stale = useStale(readFragment(PersonDetailFragmentDoc, submission.refused?.current));

  const changes = () => changedValues(valuesOf(before), form.getFieldsValue());

  const save = async (version: number) => {
    const input = { ...changes(), id: before.id, version } as PersonEditInput;
    if (!(await submit({ input }))) return;
    message.success(t('edit.done'));
    onClose();
  };

  return (
    <>
      <FormDrawer<PersonValues>
        title={t('edit.title', { name: before.name })}
        width={640}
        form={form}
        fields={personFields}
        initialValues={valuesOf(before)}
        question={t('edit.question')}
        onValuesChange={(changed) => prefill(form, changed)}
        onSubmit={() => void save(before.version)}
        onClose={onClose}
        {...submission}
      >
        <PersonFields
          form={form}
          organizationId={before.organization?.id ?? ''}
          maskedNumber={before.identityNumber.text}
          nativePlaceName={before.nativePlace?.fullName}
          withStage={false}
        />
      </FormDrawer>
      {stale.current && (
        <StaleDialog
          differences={differences(changes(), stale.current, t)}
          onKeepMine={() => void save(stale.current?.version ?? before.version)}
          onTakeTheirs={() => {
            void invalidate('people');
            onClose();
          }}
          onClose={stale.close}
        />
      )}
    </>
  );
}
