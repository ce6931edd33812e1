import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const portalRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/me',
    component: lazyRouteComponent(() => import('./MyRecord'), 'MyRecord'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/branch',
    component: lazyRouteComponent(() => import('./MyBranch'), 'MyBranch'),
  }),
];
