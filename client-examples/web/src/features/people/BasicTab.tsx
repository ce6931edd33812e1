import { EyeOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PersonFacts } from '../../shared/person/PersonFacts';
import { Panel } from '../../shared/ui/Page';
import { useCountdown } from '../../shared/useCountdown';
import { useSigned } from '../../shared/viewer';
import { AccountCard } from './AccountCard';
import type { Person } from './person';
import { PhotoField } from './PhotoField';
import { useUnmasked } from './unmasked';
import { UnmaskForm } from './UnmaskForm';

/** The record with its hidden parts, which can be opened for a minute; and the person's account. */
export function BasicTab({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const { viewer, can } = useSigned();
  const { values, until, show, hide } = useUnmasked();
  const [asking, setAsking] = useState(false);
  const [left, setLeft] = useState<number | null>(null);
  const seconds = useCountdown(until);
  const may = !viewer.readOnly && person.may.includes('UNMASK_PEOPLE');
  return (
    <div className="bn-stack">
      <Panel>
        <div className="bn-person">
          <PhotoField person={person} />
          <PersonFacts person={person} opened={values} />
        </div>
        {may && (
          <div className="bn-unmask">
            {until === null ? (
              <Button icon={<EyeOutlined aria-hidden />} onClick={() => setAsking(true)}>
                {t('unmask.open')}
              </Button>
            ) : (
              <>
                <span role="status">
                  {t('unmask.shown')} <span aria-hidden="true">{t('unmask.seconds', { count: seconds })}</span>
                  {left !== null && t('unmask.left', { count: left })}
                </span>
                <Button onClick={hide}>{t('unmask.hide')}</Button>
              </>
            )}
          </div>
        )}
      </Panel>
      {can('READ_GRANTS') && <AccountCard person={person} />}
      {asking && (
        <UnmaskForm
          person={person}
          onShow={(opened, remaining) => {
            show(opened);
            setLeft(remaining);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
