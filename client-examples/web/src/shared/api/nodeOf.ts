/** A node of the type that was asked for; undefined when the id is that of something else. */
export function nodeOf<Node extends { __typename: string }, Name extends Node['__typename']>(
  node: Node | null | undefined,
  name: Name,
): Extract<Node, { __typename: Name }> | undefined {
  return node?.__typename === name ? (node as Extract<Node, { __typename: Name }>) : undefined;
}
