import { cleanup } from '@testing-library/react';
import { afterEach, beforeAll } from 'vitest';

import { startI18n } from '../shared/i18n';

// What antd asks of a browser and jsdom does not have.
window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as unknown as MediaQueryList;

window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

Element.prototype.scrollIntoView = () => undefined;

const computed = window.getComputedStyle.bind(window);
window.getComputedStyle = (element: Element) => computed(element);

beforeAll(() => startI18n('zh-CN'));
afterEach(cleanup);
