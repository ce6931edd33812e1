// The lists of whoever asks.

graphql`
  fragment Viewer_securityEvents on Viewer
  @refetchable(queryName: "ViewerSecurityEventsPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    securityEvents(first: $first, after: $after, last: $last, before: $before) @connection(key: "Viewer_securityEvents") {
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
  fragment Viewer_lookups on Viewer
  @refetchable(queryName: "ViewerLookupsPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    lookups(first: $first, after: $after, last: $last, before: $before) @connection(key: "Viewer_lookups") {
      edges {
        node {
          id
          purpose
        }
      }
    }
  }
`;
