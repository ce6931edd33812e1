// The lists at the root, each as a client of Relay pages through it, forwards and backwards.
// Compiled, never run.

graphql`
  query QueryListsQuery($table: String!, $organization: ID!) {
    ...Query_organizations
    ...Query_people
    ...Query_journal
    ...Query_grants
    ...Query_accounts
    ...Query_codeTables
    ...Query_codes @arguments(table: $table)
    ...Query_divisions
    ...Query_securityEvents
    ...Query_invitations
    ...Query_units
    ...Query_jobs
    ...Query_accountRoster @arguments(organization: $organization)
    viewer {
      ...Viewer_securityEvents
      ...Viewer_lookups
    }
  }
`;

graphql`
  fragment Query_organizations on Query
  @refetchable(queryName: "QueryOrganizationsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    filter: { type: "OrganizationFilter" }
    orderBy: { type: "OrganizationOrder", defaultValue: TREE }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    organizations(under: $under, reach: $reach, filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_organizations", filters: ["under", "reach", "filter", "orderBy"]) {
      edges {
        node {
          id
          name
        }
      }
      totalCount
    }
  }
`;

graphql`
  fragment Query_people on Query
  @refetchable(queryName: "QueryPeoplePageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    filter: { type: "PersonFilter" }
    orderBy: { type: "PersonOrder", defaultValue: TREE }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    people(under: $under, reach: $reach, filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_people", filters: ["under", "reach", "filter", "orderBy"]) {
      edges {
        node {
          id
          name
          ...Person_history
        }
      }
    }
  }
`;

graphql`
  fragment Query_journal on Query
  @refetchable(queryName: "QueryJournalPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    filter: { type: "JournalFilter" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    journal(under: $under, reach: $reach, filter: $filter, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_journal", filters: ["under", "reach", "filter"]) {
      edges {
        node {
          id
          eventName
        }
      }
    }
  }
`;

graphql`
  fragment Query_grants on Query
  @refetchable(queryName: "QueryGrantsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    filter: { type: "GrantFilter" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    grants(under: $under, reach: $reach, filter: $filter, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_grants", filters: ["under", "reach", "filter"]) {
      edges {
        node {
          id
          role
        }
      }
    }
  }
`;

graphql`
  fragment Query_accounts on Query
  @refetchable(queryName: "QueryAccountsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    search: { type: "String" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    accounts(under: $under, reach: $reach, search: $search, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_accounts", filters: ["under", "reach", "search"]) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

graphql`
  fragment Query_codeTables on Query
  @refetchable(queryName: "QueryCodeTablesPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    codeTables(first: $first, after: $after, last: $last, before: $before) @connection(key: "Query_codeTables") {
      edges {
        node {
          name
          title
        }
      }
    }
  }
`;

graphql`
  fragment Query_codes on Query
  @refetchable(queryName: "QueryCodesPageQuery")
  @argumentDefinitions(
    table: { type: "String!" }
    search: { type: "String" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    codes(table: $table, search: $search, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_codes", filters: ["table", "search"]) {
      edges {
        node {
          code
          name
        }
      }
    }
  }
`;

graphql`
  fragment Query_divisions on Query
  @refetchable(queryName: "QueryDivisionsPageQuery")
  @argumentDefinitions(
    parent: { type: "String" }
    search: { type: "String" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    divisions(parent: $parent, search: $search, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_divisions", filters: ["parent", "search"]) {
      edges {
        node {
          code
          name
        }
      }
    }
  }
`;

graphql`
  fragment Query_securityEvents on Query
  @refetchable(queryName: "QuerySecurityEventsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    kinds: { type: "[SecurityEventKind!]" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    securityEvents(under: $under, reach: $reach, kinds: $kinds, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_securityEvents", filters: ["under", "reach", "kinds"]) {
      edges {
        node {
          id
          kind
        }
      }
    }
  }
`;

graphql`
  fragment Query_invitations on Query
  @refetchable(queryName: "QueryInvitationsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    invitations(under: $under, reach: $reach, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_invitations", filters: ["under", "reach"]) {
      edges {
        node {
          id
          expiresAt
        }
      }
    }
  }
`;

graphql`
  fragment Query_units on Query
  @refetchable(queryName: "QueryUnitsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    filter: { type: "UnitFilter" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    units(under: $under, reach: $reach, filter: $filter, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_units", filters: ["under", "reach", "filter"]) {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

graphql`
  fragment Query_jobs on Query
  @refetchable(queryName: "QueryJobsPageQuery")
  @argumentDefinitions(
    under: { type: "ID" }
    reach: { type: "Reach", defaultValue: SUBTREE }
    filter: { type: "JobFilter" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    jobs(under: $under, reach: $reach, filter: $filter, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_jobs", filters: ["under", "reach", "filter"]) {
      edges {
        node {
          id
          state
        }
      }
    }
  }
`;

graphql`
  fragment Query_accountRoster on Query
  @refetchable(queryName: "QueryAccountRosterPageQuery")
  @argumentDefinitions(
    organization: { type: "ID!" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    accountRoster(organization: $organization, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Query_accountRoster", filters: ["organization"]) {
      edges {
        node {
          userName
          flags
        }
      }
    }
  }
`;
