import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';

import { accountRoutes } from '../features/accounts/routes';
import { enterRoutes } from '../features/enter/routes';
import { homeRoutes } from '../features/home/routes';
import { journalRoutes } from '../features/journal/routes';
import { ownAccountRoutes } from '../features/own/routes';
import { organizationRoutes } from '../features/organizations/routes';
import { peopleRoutes } from '../features/people/routes';
import { roleRoutes } from '../features/roles/routes';
import { portalRoutes } from '../portal/routes';
import { parseSearch, stringifySearch } from '../shared/urlState';
import { BrokenPage } from './BrokenPage';
import { MissingPage } from './MissingPage';

const root = createRootRoute({ component: Outlet, notFoundComponent: MissingPage, errorComponent: BrokenPage });

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./Shell'), 'Shell'),
  errorComponent: BrokenPage,
});

export const router = createRouter({
  routeTree: root.addChildren([
    ...enterRoutes(root),
    shell.addChildren([
      ...homeRoutes(shell),
      ...organizationRoutes(shell),
      ...peopleRoutes(shell),
      ...accountRoutes(shell),
      ...roleRoutes(shell),
      ...journalRoutes(shell),
      ...ownAccountRoutes(shell),
      ...portalRoutes(shell),
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: BrokenPage,
  scrollRestoration: true,
});
