import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { formatInstant, formatNumber } from '../../shared/format';
import { Facts } from '../../shared/ui/Facts';
import { Panel } from '../../shared/ui/Page';
import type { Organization } from './organization';
import { WarningList } from './WarningList';

export function BasicFacts({ organization, onSelect }: { organization: Organization; onSelect: (id: string) => void }) {
  const { t } = useTranslation('organizations');
  const { superior, counts } = organization;
  return (
    <div className="bn-stack">
      {organization.warnings.length > 0 && (
        <Alert type="warning" showIcon title={<WarningList warnings={organization.warnings} />} />
      )}
      <Panel>
        <Facts
          facts={[
            { label: t('field.name'), value: organization.name, wide: true },
            { label: t('field.shortName'), value: organization.shortName },
            { label: t('field.code'), value: organization.code },
            { label: t('field.kind'), value: organization.kind.name },
            { label: t('field.level'), value: t('level.of', { level: organization.level }) },
            { label: t('field.setting'), value: organization.setting?.name },
            {
              label: t('field.superior'),
              value: superior && (
                <Button type="link" className="bn-inline" onClick={() => onSelect(superior.id)}>
                  {superior.name}
                </Button>
              ),
            },
            { label: t('field.territory'), value: organization.territory?.fullName },
            { label: t('field.foundedOn'), value: organization.foundedOn },
            { label: t('field.status'), value: t(`status.${organization.status}`) },
            { label: t('field.contactPerson'), value: organization.contactPerson },
            { label: t('field.contactPhone'), value: organization.contactPhone },
            { label: t('field.address'), value: organization.address, wide: true },
            { label: t('field.children'), value: formatNumber(organization.childCount) },
            { label: t('field.members'), value: formatNumber(counts.members) },
            ...(organization.status === 'DISSOLVED'
              ? [
                  { label: t('field.dissolvedOn'), value: organization.dissolvedOn },
                  { label: t('field.dissolvedReason'), value: organization.dissolvedReason },
                ]
              : []),
            { label: t('field.createdAt'), value: formatInstant(organization.createdAt) },
            { label: t('field.updatedAt'), value: formatInstant(organization.updatedAt) },
          ]}
        />
      </Panel>
    </div>
  );
}
