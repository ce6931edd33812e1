import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const organizationRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/organizations',
    component: lazyRouteComponent(() => import('./OrganizationsPage'), 'OrganizationsPage'),
  }),
  createRoute({
    getParentRoute: () => parent,
    path: '/organizations/$id/sheet',
    component: lazyRouteComponent(() => import('./SheetPage'), 'SheetPage'),
  }),
];
