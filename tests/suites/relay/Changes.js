// What changes the lists of a store: mutations that put into them, and the live stream.

graphql`
  mutation ChangesOrganizationCreateMutation($input: OrganizationCreateInput!, $connections: [ID!]!) {
    organizationCreate(input: $input) {
      organization @appendNode(connections: $connections, edgeTypeName: "OrganizationEdge") {
        id
        name
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`;

graphql`
  mutation ChangesPersonAddMutation($input: PersonAddInput!, $connections: [ID!]!) {
    personAdd(input: $input) {
      person @prependNode(connections: $connections, edgeTypeName: "PersonEdge") {
        id
        name
      }
      userErrors {
        code
      }
    }
  }
`;

graphql`
  subscription ChangesSubscription($under: ID!) {
    changes(under: $under) {
      kind
      subjectId
      subject {
        id
        ... on Organization {
          name
        }
        ... on Person {
          name
        }
      }
    }
  }
`;
