// The list of a party group.

graphql`
  fragment PartyGroup_members on PartyGroup
  @refetchable(queryName: "PartyGroupMembersPageQuery")
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  ) {
    members(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "PartyGroup_members") {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;
