// antd's styles as one static file made at build time, so that the browser never gets a <style>
// element and `style-src 'self'` needs no 'unsafe-inline'.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { createElement, type ReactNode } from 'react';
import type { Plugin } from 'vite';

import { staticStyles } from '../src/app/theme.ts';

const require = createRequire(import.meta.url);
const cssModule = 'virtual:antd.css';
const servedAs = '/antd-static.css';
const dynamicCss = fileURLToPath(new URL('../src/shared/dynamicCss.ts', import.meta.url));

/** The components in use; a style that is missing on the screen is a name that is missing here. */
const components = [
  'Alert', 'App', 'Avatar', 'Breadcrumb', 'Button', 'Checkbox', 'DatePicker', 'Descriptions', 'Drawer',
  'Dropdown', 'Empty', 'Form', 'Image', 'Input', 'InputNumber', 'Menu', 'message', 'Modal', 'Pagination',
  'Popconfirm', 'Popover', 'QRCode', 'Radio', 'Segmented', 'Select', 'Skeleton', 'Space', 'Spin', 'Table', 'Tabs',
  'Tooltip', 'Tree', 'TreeSelect', 'Typography', 'Upload',
];

export function antdCss(): Plugin {
  return {
    name: 'antd-css',
    resolveId: (id) => (id === cssModule ? servedAs : undefined),
    load(id) {
      if (id !== servedAs) return undefined;
      const antd = require('antd') as typeof import('antd');
      const { extractStyle } = require('@ant-design/static-style-extract') as {
        extractStyle: (options: object) => string;
      };
      return extractStyle({
        includes: components,
        customTheme: (node: ReactNode) =>
          createElement(antd.ConfigProvider, { theme: staticStyles, wave: { disabled: true } }, node),
      });
    },
  };
}

/** What antd still writes at run time (scroll lock, scrollbar measure) goes through our module. */
export function stylesWithoutElements(): Plugin {
  return {
    name: 'styles-without-elements',
    enforce: 'pre',
    apply: 'build',
    resolveId(source, importer) {
      if (!importer?.includes('node_modules')) return undefined;
      return /(^|\/)dynamicCSS(\.js)?$/.test(source) ? dynamicCss : undefined;
    },
  };
}
