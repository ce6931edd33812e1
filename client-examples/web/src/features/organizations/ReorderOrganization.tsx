import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Modal, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';

import { ReorderOrganizationDocument } from '../../gql/graphql';
import { useSubmission } from '../../shared/api/useSubmission';
import { Refusals } from '../../shared/forms/Refusals';
import { FailureView } from '../../shared/ui/FailureView';
import type { Organization } from './organization';
import { listSiblings, neighbour } from './siblings';

const first = 'first';

/** The place among the siblings, which trees, lists and rosters follow. */
export function ReorderOrganization({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation('organizations');
  const { message } = App.useApp();
  const superior = organization.superior?.id ?? '';
  const siblings = useQuery({ queryKey: ['organizations', 'siblings', superior], queryFn: () => listSiblings(superior) });
  const { submit, busy, userErrors, failure } = useSubmission(
    ReorderOrganizationDocument,
    (result) => result.organizationReorder,
    ['organizations', 'journal'],
  );

  const list = siblings.data ?? [];
  const at = list.findIndex(({ id }) => id === organization.id);
  const version = list[at]?.version ?? organization.version;
  const up = neighbour(list, organization.id, 'up');
  const down = neighbour(list, organization.id, 'down');

  const place = async (afterId: string | null) => {
    if (await submit({ input: { id: organization.id, version, afterId } })) message.success(t('reorder.done'));
  };

  return (
    <Modal
      open
      title={t('reorder.title', { name: organization.name })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t('reorder.close')}</Button>}
    >
      <FailureView failure={failure ?? siblings.error} />
      <Refusals errors={userErrors} />
      <p role="status">{at >= 0 && t('reorder.place', { place: at + 1, total: list.length })}</p>
      <Space orientation="vertical" className="bn-fill">
        <Space>
          <Button icon={<ArrowUpOutlined aria-hidden />} disabled={busy || up === undefined} onClick={() => void place(up ?? null)}>
            {t('reorder.up')}
          </Button>
          <Button icon={<ArrowDownOutlined aria-hidden />} disabled={busy || down === undefined} onClick={() => void place(down ?? null)}>
            {t('reorder.down')}
          </Button>
        </Space>
        <Select
          className="bn-fill"
          aria-label={t('reorder.after')}
          placeholder={t('reorder.after')}
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          disabled={busy}
          loading={siblings.isPending}
          options={[
            { value: first, label: t('reorder.first') },
            ...list.filter(({ id }) => id !== organization.id).map(({ id, name }) => ({ value: id, label: t('reorder.afterName', { name }) })),
          ]}
          onChange={(chosen: string | null) => void place(chosen === first ? null : chosen)}
        />
      </Space>
    </Modal>
  );
}
