import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

import { EnterFrame } from './EnterFrame';

const browsers = [
  { name: 'Chrome / Chromium', from: 110 },
  { name: 'Edge', from: 110 },
  { name: 'Firefox', from: 121 },
  { name: 'Safari', from: 16.4 },
];

/** What a workstation needs (A19): a present browser, and nothing that had to be installed or allowed. */
export function BrowsersPage() {
  const { t } = useTranslation('enter');
  const able = browserSupportsWebAuthn();
  return (
    <EnterFrame title={t('browsers.title')} subtitle={t('browsers.subtitle')}>
      <Alert className="bn-gap" type={able ? 'success' : 'warning'} showIcon title={t(able ? 'browsers.able' : 'browsers.unable')} />
      <table className="bn-counts bn-gap">
        <thead>
          <tr>
            <th scope="col">{t('browsers.browser')}</th>
            <th scope="col">{t('browsers.from')}</th>
          </tr>
        </thead>
        <tbody>
          {browsers.map(({ name, from }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{from}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="bn-points">
        {['others', 'screen', 'nothing', 'key', 'cookies'].map((point) => (
          <li key={point}>{t(`browsers.${point}`)}</li>
        ))}
      </ul>
    </EnterFrame>
  );
}
