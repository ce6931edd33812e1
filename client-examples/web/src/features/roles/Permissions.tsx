import { useTranslation } from 'react-i18next';

import type { Permission } from '../../gql/graphql';

/** Rights in words. */
export function Permissions({ permissions }: { permissions: readonly Permission[] }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  if (permissions.length === 0) return <>{t('noPermissions')}</>;
  return <>{permissions.map((permission) => t(`permission.${permission}`)).join(common('listSeparator'))}</>;
}
