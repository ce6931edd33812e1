import { Select } from 'antd';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useSigned } from '../shared/viewer';

/** The outermost organizations of the viewer; one is shown as text, there is nothing to choose. */
export function RootSwitch() {
  const { t } = useTranslation();
  const { viewer, root, chooseRoot } = useSigned();
  const navigate = useNavigate();
  if (!root) return null;
  if (viewer.roots.length === 1) {
    return (
      <span className="bn-root" title={root.name}>
        {root.name}
      </span>
    );
  }
  return (
    <Select
      className="bn-root-select"
      aria-label={t('shell.organization')}
      value={root.id}
      options={viewer.roots.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id) => {
        chooseRoot(id);
        void navigate({ to: '/', search: {} });
      }}
    />
  );
}
