import { type AnyRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

export const journalRoutes = (parent: AnyRoute) => [
  createRoute({
    getParentRoute: () => parent,
    path: '/journal',
    component: lazyRouteComponent(() => import('./JournalPage'), 'JournalPage'),
  }),
];
