import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import { personStages } from '../../shared/ui/StageTag';

/** Nobody is added as one who has left. */
const stages = personStages.filter((stage) => stage !== 'LEFT');

export function StageField({ rule }: { rule: { required: boolean; message: string } }) {
  const { t } = useTranslation('people');
  const { t: common } = useTranslation();
  return (
    <Form.Item name="stage" label={t('field.stage')} rules={[rule]}>
      <Select placeholder={common('form.choose')} options={stages.map((stage) => ({ value: stage, label: common(`stage.${stage}`) }))} />
    </Form.Item>
  );
}
