import { PaperClipOutlined } from '@ant-design/icons';
import { Button, Upload } from 'antd';
import { useTranslation } from 'react-i18next';

/** What the server takes; it looks at the content again. */
const accepted = '.pdf,.ofd,.jpg,.jpeg,.png,.docx,.xlsx,.pptx';

interface Props {
  id?: string;
  value?: File | null;
  onChange?: (file: File | null) => void;
}

/** One file of a form; it is sent when the form is. */
export function FileField({ id, value, onChange }: Props) {
  const { t } = useTranslation('attachments');
  return (
    <Upload
      id={id}
      accept={accepted}
      maxCount={1}
      fileList={value ? [{ uid: value.name, name: value.name, status: 'done' }] : []}
      beforeUpload={(file) => {
        onChange?.(file);
        return false;
      }}
      onRemove={() => onChange?.(null)}
    >
      <Button icon={<PaperClipOutlined aria-hidden />}>{t('choose')}</Button>
    </Upload>
  );
}
