import { App, ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { StepUpHost } from '../shared/stepUp/StepUpHost';
import { theme } from './theme';

export function Look({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === 'en' ? en : zh}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
      form={{ requiredMark: true }}
    >
      <App className="bn-app">
        {children}
        <StepUpHost />
      </App>
    </ConfigProvider>
  );
}
