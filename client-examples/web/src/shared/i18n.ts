import dayjs from 'dayjs';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const languages = ['zh-CN', 'en'] as const;
export type UiLanguage = (typeof languages)[number];

const remembered = 'banyan.language';

const texts = {
  'zh-CN': () => import('../locales/zh-CN'),
  en: () => import('../locales/en'),
};

export const isChinese = (): boolean => i18next.language !== 'en';

function initialLanguage(): UiLanguage {
  const stored = localStorage.getItem(remembered);
  return languages.find((language) => language === stored) ?? 'zh-CN';
}

async function load(language: UiLanguage): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'common')) {
    const bundles = (await texts[language]()).default;
    for (const [namespace, bundle] of Object.entries(bundles)) i18next.addResourceBundle(language, namespace, bundle);
  }
  if (language === 'zh-CN') {
    const locale = (await import('dayjs/locale/zh-cn')).default;
    dayjs.locale(locale);
  } else {
    dayjs.locale('en');
  }
  document.documentElement.lang = language;
}

export async function startI18n(language: UiLanguage = initialLanguage()): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'common',
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await load(language);
  await i18next.changeLanguage(language);
}

export async function changeLanguage(language: UiLanguage): Promise<void> {
  await load(language);
  localStorage.setItem(remembered, language);
  await i18next.changeLanguage(language);
}
