import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const roleRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/grants',
    component: lazyRouteComponent(() => import('./GrantsPage'), 'GrantsPage'),
  }),
];
