// The list of a person.

graphql`
  fragment Person_history on Person
  @refetchable(queryName: "PersonHistoryPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    history(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Person_history") {
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
  fragment Person_access on Person
  @refetchable(queryName: "PersonAccessPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    access(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Person_access") {
      edges {
        node {
          holder
          why
        }
      }
    }
  }
`;
