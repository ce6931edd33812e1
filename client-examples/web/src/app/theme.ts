import type { ThemeConfig } from 'antd';

/** The palette; the same values are the custom properties of `tokens.css`. */
const token: ThemeConfig['token'] = {
  colorPrimary: '#1f4e86',
  colorInfo: '#1f4e86',
  colorLink: '#1f4e86',
  colorLinkHover: '#163a66',
  colorLinkActive: '#163a66',
  colorPrimaryHover: '#2a5f9e',
  colorPrimaryActive: '#163a66',
  colorError: '#b3261e',
  colorWarning: '#8a5a00',
  colorSuccess: '#1e7a3c',
  colorText: '#1f2937',
  colorTextSecondary: '#4b5563',
  colorTextTertiary: '#4b5563',
  colorTextDescription: '#4b5563',
  colorTextQuaternary: '#6b7280',
  colorTextPlaceholder: '#6b7280',
  colorTextDisabled: '#6b7280',
  colorIcon: '#4b5563',
  colorBgLayout: '#f5f6f8',
  colorBorder: '#cbd2da',
  colorBorderSecondary: '#e3e6ea',
  colorSplit: '#e3e6ea',
  colorPrimaryBg: '#e8eff8',
  colorPrimaryBgHover: '#d9e5f4',
  controlItemBgActive: '#e8eff8',
  controlItemBgActiveHover: '#d9e5f4',
  controlItemBgHover: '#f1f4f8',
  colorInfoBg: '#e8eff8',
  colorInfoBorder: '#b9cde6',
  colorErrorBg: '#fbe9e7',
  colorErrorBorder: '#e3a29d',
  colorWarningBg: '#fdf3dc',
  colorWarningBorder: '#e0c68a',
  colorSuccessBg: '#e7f4ea',
  colorSuccessBorder: '#a3cfb1',
  fontFamily: '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif',
  fontSize: 14,
  fontSizeSM: 13,
  borderRadius: 4,
  borderRadiusLG: 4,
  borderRadiusSM: 4,
  controlHeight: 32,
  // Calm and quick: what opens is there, nothing slides or fades.
  motion: false,
  wireframe: false,
};

const components: ThemeConfig['components'] = {
  Table: {
    headerBg: '#f1f4f8',
    headerSplitColor: 'transparent',
    cellPaddingBlockSM: 6,
    cellPaddingInlineSM: 10,
    cellFontSizeSM: 14,
    rowHoverBg: '#f5f8fc',
    headerBorderRadius: 0,
  },
  Tabs: { horizontalMargin: '0 0 12px 0', titleFontSize: 14, horizontalItemGutter: 24 },
  Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px', labelRequiredMarkColor: '#b3261e' },
  Tree: { titleHeight: 28, nodeSelectedBg: '#e8eff8', nodeHoverBg: '#f1f4f8' },
  Menu: { itemHeight: 36, itemBorderRadius: 4, itemSelectedBg: '#e8eff8', itemSelectedColor: '#1f4e86', activeBarBorderWidth: 0 },
  Descriptions: { labelBg: '#f1f4f8', itemPaddingBottom: 8 },
  Modal: { titleFontSize: 16 },
};

const base: ThemeConfig = { token, components, hashed: false, cssVar: { key: 'banyan' } };

/** For making the static file. */
export const staticStyles: ThemeConfig = base;

/** For the browser: the file is there, nothing is to be computed. */
export const theme: ThemeConfig = { ...base, zeroRuntime: true };
