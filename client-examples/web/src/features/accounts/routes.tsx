import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const accountRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/accounts',
    component: lazyRouteComponent(() => import('./AccountsPage'), 'AccountsPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/sign-ins',
    component: lazyRouteComponent(() => import('./SignInsPage'), 'SignInsPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/policy',
    component: lazyRouteComponent(() => import('./PolicyPage'), 'PolicyPage'),
  }),
];
