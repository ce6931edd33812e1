import { App, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { readFragment } from '../../gql';
import { EditOrganizationDocument, OrganizationDetailFragmentDoc } from '../../gql/graphql';
import { invalidate } from '../../shared/api/queries';
import { useSubmission } from '../../shared/api/useSubmission';
import { changedValues } from '../../shared/forms/changed';
import { FormDrawer } from '../../shared/forms/FormDrawer';
import { StaleDialog } from '../../shared/forms/StaleDialog';
import { useStale } from '../../shared/forms/useStale';
import { differences, type EditValues, valuesOf } from './editValues';
import type { Organization } from './organization';
import { OrganizationFields, organizationFields } from './OrganizationFields';

export function EditOrganization({ organization: opened, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation('organizations');
  const { message } = App.useApp();
  const [form] = Form.useForm<EditValues>();
  // The record as it was when the form was opened: a live update must not change what is compared.
  const [before] = useState(opened);
  const { submit, ...submission } = useSubmission(EditOrganizationDocument, (result) => result.organizationEdit, [
    'organizations',
    'journal',
  ]);
  const stale = useStale(readFragment(OrganizationDetailFragmentDoc, submission.refused?.current));

  const changes = () => changedValues(valuesOf(before), form.getFieldsValue());

  const save = async (version: number) => {
    const done = await submit({ input: { ...changes(), id: before.id, version } });
    if (!done) return;
    message.success(t('edit.done'));
    onClose();
  };

  return (
    <>
      <FormDrawer<EditValues>
        title={t('edit.title', { name: before.name })}
        form={form}
        fields={organizationFields}
        initialValues={valuesOf(before)}
        question={t('edit.question')}
        onSubmit={() => void save(before.version)}
        onClose={onClose}
        {...submission}
      >
        <OrganizationFields territoryName={before.territory?.fullName} />
      </FormDrawer>
      {stale.current && (
        <StaleDialog
          differences={differences(changes(), stale.current, t)}
          onKeepMine={() => void save(stale.current?.version ?? before.version)}
          onTakeTheirs={() => {
            void invalidate('organizations');
            onClose();
          }}
          onClose={stale.close}
        />
      )}
    </>
  );
}
