import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const ownAccountRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/account',
    component: lazyRouteComponent(() => import('./OwnAccountPage'), 'OwnAccountPage'),
  }),
];
