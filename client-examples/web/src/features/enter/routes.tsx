import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const enterRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/enter',
    component: lazyRouteComponent(() => import('./EnterPage'), 'EnterPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/enrol',
    component: lazyRouteComponent(() => import('./EnrolPage'), 'EnrolPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/claim',
    component: lazyRouteComponent(() => import('./ClaimPage'), 'ClaimPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/password',
    component: lazyRouteComponent(() => import('./NewPasswordPage'), 'NewPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/browsers',
    component: lazyRouteComponent(() => import('./BrowsersPage'), 'BrowsersPage'),
  }),
];
