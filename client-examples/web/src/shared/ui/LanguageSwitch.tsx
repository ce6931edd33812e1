import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { queryClient } from '../api/queries';
import { changeLanguage } from '../i18n';

/** Names the other language in that language, for those who cannot read this one. */
export function LanguageSwitch() {
  const { i18n } = useTranslation();
  const other = i18n.language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button
      type="text"
      lang={other}
      onClick={() => {
        // Names of codes and texts of refusals come from the server in the language of the request.
        void changeLanguage(other).then(() => queryClient.invalidateQueries());
      }}
    >
      {i18n.language === 'en' ? '中文' : 'English'}
    </Button>
  );
}
