// The lists of an organization; a page of them is fetched again through `node`.

graphql`
  query OrganizationListsQuery($id: ID!) {
    node(id: $id) {
      ...Organization_children @alias
      ...Organization_members @alias
      ...Organization_applicants @alias
      ...Organization_partyGroups @alias
      ...Organization_pastStates @alias
      ...Organization_history @alias
    }
  }
`;

graphql`
  fragment Organization_children on Organization
  @refetchable(queryName: "OrganizationChildrenPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    children(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Organization_children") {
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
  fragment Organization_members on Organization
  @refetchable(queryName: "OrganizationMembersPageQuery")
  @argumentDefinitions(
    reach: { type: "Reach", defaultValue: SUBTREE }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    members(reach: $reach, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Organization_members", filters: ["reach"]) {
      edges {
        node {
          id
          name
          stage
        }
      }
    }
  }
`;

graphql`
  fragment Organization_applicants on Organization
  @refetchable(queryName: "OrganizationApplicantsPageQuery")
  @argumentDefinitions(
    reach: { type: "Reach", defaultValue: SUBTREE }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    applicants(reach: $reach, first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Organization_applicants", filters: ["reach"]) {
      edges {
        node {
          id
          name
          stage
        }
      }
    }
  }
`;

graphql`
  fragment Organization_partyGroups on Organization
  @refetchable(queryName: "OrganizationPartyGroupsPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    partyGroups(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Organization_partyGroups") {
      edges {
        node {
          id
          name
          ...PartyGroup_members
        }
      }
    }
  }
`;

graphql`
  fragment Organization_pastStates on Organization
  @refetchable(queryName: "OrganizationPastStatesPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    pastStates(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Organization_pastStates") {
      edges {
        node {
          name
          from
          until
        }
      }
    }
  }
`;

graphql`
  fragment Organization_history on Organization
  @refetchable(queryName: "OrganizationHistoryPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    history(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Organization_history") {
      edges {
        node {
          id
          eventName
        }
      }
    }
  }
`;
