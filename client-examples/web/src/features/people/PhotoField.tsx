import { UserOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Upload } from 'antd';
import { useTranslation } from 'react-i18next';

import { SetPhotoDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { FailureView } from '../../shared/ui/FailureView';
import { useSigned } from '../../shared/viewer';
import type { Person } from './person';
import { photoProblem, readBase64 } from './photo';

export function PhotoField({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const { viewer } = useSigned();
  const { submit, busy, userErrors, failure } = useSubmission(SetPhotoDocument, (result) => result.personSetPhoto, [
    'people',
    'journal',
  ]);
  const may = !viewer.readOnly && person.may.includes('EDIT_PERSON');

  const set = async (base64: string | null) => {
    if (await submit({ input: { id: person.id, version: person.version, base64 } })) {
      message.success(t(base64 ? 'photo.set' : 'photo.removed'));
    }
  };
  const choose = async (file: File) => {
    const problem = photoProblem(file);
    if (problem) message.error(t(`photo.${problem}`));
    else await set(await readBase64(file));
  };

  return (
    <div className="bn-photo">
      {person.photo ? (
        <img src={`data:${person.photo.mediaType};base64,${person.photo.base64}`} alt={t('photo.of', { name: person.name })} />
      ) : (
        <span className="bn-photo-none" role="img" aria-label={t('photo.none')}>
          <UserOutlined aria-hidden />
        </span>
      )}
      {may && (
        <div className="bn-photo-actions">
          <Upload
            accept="image/jpeg,image/png"
            showUploadList={false}
            beforeUpload={(file) => {
              void choose(file);
              return false;
            }}
          >
            <Button loading={busy}>{t(person.photo ? 'photo.replace' : 'photo.upload')}</Button>
          </Upload>
          {person.photo && (
            <Popconfirm title={t('photo.removeQuestion')} onConfirm={() => void set(null)}>
              <Button danger>{t('photo.remove')}</Button>
            </Popconfirm>
          )}
        </div>
      )}
      <Refusals errors={userErrors} />
      <FailureView failure={failure} />
    </div>
  );
}
