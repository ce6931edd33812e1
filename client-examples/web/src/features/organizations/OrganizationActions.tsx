import { DownOutlined, PrinterOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Permission } from '../../gql/graphql';
import { useSigned } from '../../shared/viewer';
import { CreateOrganization } from './CreateOrganization';
import { DissolveOrganization } from './DissolveOrganization';
import { EditOrganization } from './EditOrganization';
import { MoveOrganization } from './MoveOrganization';
import type { Organization } from './organization';
import { RenameOrganization } from './RenameOrganization';
import { ReorderOrganization } from './ReorderOrganization';

type Action = 'create' | 'edit' | 'rename' | 'reorder' | 'move' | 'dissolve';

interface Props {
  organization: Organization;
  onSelect: (id: string) => void;
}

/** What the server lets this viewer do to this organization; a leaf offers no new child. */
export function OrganizationActions({ organization, onSelect }: Props) {
  const { t } = useTranslation('organizations');
  const { viewer } = useSigned();
  const navigate = useNavigate();
  const [action, setAction] = useState<Action | null>(null);
  const may = (permission: Permission) => !viewer.readOnly && organization.may.includes(permission);
  const close = () => setAction(null);
  const active = organization.status === 'ACTIVE';

  const rare: [Action, boolean][] = [
    ['rename', active && may('RENAME_ORGANIZATION')],
    ['reorder', active && may('REORDER_ORGANIZATIONS') && organization.superior !== null],
    ['move', active && may('MOVE_ORGANIZATION') && organization.superior !== null],
    ['dissolve', active && may('DISSOLVE_ORGANIZATION')],
  ];
  const items = rare
    .filter(([, offered]) => offered)
    .map(([key]) => ({ key, label: t(`action.${key}`), danger: key === 'dissolve', onClick: () => setAction(key) }));

  const shared = { organization, onClose: close };
  return (
    <>
      {active && may('CREATE_ORGANIZATION') && organization.mayContain.length > 0 && (
        <Button type="primary" onClick={() => setAction('create')}>
          {t('action.create')}
        </Button>
      )}
      {active && may('EDIT_ORGANIZATION') && <Button onClick={() => setAction('edit')}>{t('action.edit')}</Button>}
      {items.length > 0 && (
        <Dropdown trigger={['click']} menu={{ items }}>
          <Button>
            {t('action.more')} <DownOutlined aria-hidden />
          </Button>
        </Dropdown>
      )}
      <Button
        className="bn-no-phone"
        icon={<PrinterOutlined aria-hidden />}
        onClick={() => void navigate({ to: '/organizations/$id/sheet', params: { id: organization.id }, search: {} } as never)}
      >
        {t('sheet.open')}
      </Button>
      {action === 'create' && <CreateOrganization {...shared} onCreated={onSelect} />}
      {action === 'edit' && <EditOrganization {...shared} />}
      {action === 'rename' && <RenameOrganization {...shared} />}
      {action === 'reorder' && <ReorderOrganization {...shared} />}
      {action === 'move' && <MoveOrganization {...shared} />}
      {action === 'dissolve' && <DissolveOrganization {...shared} onDissolved={onSelect} />}
    </>
  );
}
