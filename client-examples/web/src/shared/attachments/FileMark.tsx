import { PaperClipOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';

/** Beside the name in a list: there are files. */
export function FileMark({ count }: { count: number }) {
  const { t } = useTranslation('attachments');
  if (count === 0) return null;
  return (
    <span className="bn-file-mark" title={t('count', { count })}>
      <PaperClipOutlined aria-hidden />
      {t('mark')}
    </span>
  );
}
