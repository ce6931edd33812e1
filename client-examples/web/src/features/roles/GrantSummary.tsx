import { useTranslation } from 'react-i18next';

import type { GrantRowFragment } from '../../gql/graphql';
import { formatInstant } from '../../shared/format';
import { Facts } from '../../shared/ui/Facts';
import { Permissions } from './Permissions';

/** Exactly what a grant gives: nothing is approved or ended that has not been seen. */
export function GrantSummary({ grant }: { grant: GrantRowFragment }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  return (
    <div className="bn-gap">
      <Facts
        facts={[
          { label: t('field.account'), value: grant.account?.name, wide: true },
          { label: t('field.role'), value: common(`role.${grant.role}`), wide: true },
          { label: t('field.organization'), value: grant.organization?.name, wide: true },
          { label: t('field.from'), value: formatInstant(grant.from), wide: true },
          { label: t('field.until'), value: grant.until ? formatInstant(grant.until) : t('openEnd'), wide: true },
          { label: t('field.permissions'), value: <Permissions permissions={grant.permissions} />, wide: true },
          { label: t('field.givenBy'), value: grant.givenBy, wide: true },
          ...(grant.post ? [{ label: t('field.post'), value: grant.post.name, wide: true }] : []),
          ...(grant.onBehalfOf ? [{ label: t('field.onBehalfOf'), value: grant.onBehalfOf, wide: true }] : []),
          { label: t('field.reason'), value: grant.reason, wide: true },
          ...(grant.approvedBy
            ? [{ label: t('field.approvedBy'), value: common('withNote', { name: grant.approvedBy, note: grant.approvedAt ? formatInstant(grant.approvedAt) : '—' }), wide: true }]
            : []),
        ]}
      />
    </div>
  );
}
