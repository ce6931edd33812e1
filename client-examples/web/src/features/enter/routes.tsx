import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const enterRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/enter',
    component: lazyRouteComponent(() => import('./EnterPage'), 'EnterPage'),
  }),
];
