-- What PostGraphile cannot know of: the subtree, the way up and the figures, as computed columns. Both lists of people are
-- in the order of the tree, which stands in another table than theirs and so cannot be asked for by a column.
CREATE FUNCTION organizations_subtree_people(o organizations) RETURNS SETOF people LANGUAGE sql STABLE AS $$
    SELECT p.* FROM organizations b JOIN people p ON p.path = b.path
    WHERE b.tree_order >= o.tree_order AND b.tree_order < o.tree_order || '~' AND p.stage <> 'left'
    ORDER BY b.tree_order, p.name_key, p.id
$$;
CREATE FUNCTION organizations_members(o organizations) RETURNS SETOF people LANGUAGE sql STABLE AS $$
    SELECT p.* FROM organizations b JOIN people p ON p.path = b.path
    WHERE b.tree_order >= o.tree_order AND b.tree_order < o.tree_order || '~' AND p.stage IN ('probationary', 'full')
    ORDER BY b.tree_order, p.name_key, p.id
$$;
CREATE FUNCTION organizations_ancestors(o organizations) RETURNS SETOF organizations LANGUAGE sql STABLE AS $$
    SELECT * FROM organizations a
    WHERE a.tenant_id = o.tenant_id
      AND a.path = ANY (ARRAY(SELECT left(o.path, above) FROM generate_series(3, length(o.path) - 3, 3) AS above))
    ORDER BY a.path
$$;
CREATE TYPE organization_figures AS (
    members bigint, full_members bigint, probationary bigint, candidates bigint, activists bigint, applicants bigint,
    women bigint, minority bigint, college_and_above bigint
);
CREATE FUNCTION organizations_figures(o organizations) RETURNS organization_figures LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(full_members + probationary), 0), coalesce(sum(full_members), 0), coalesce(sum(probationary), 0),
           coalesce(sum(candidates), 0), coalesce(sum(activists), 0), coalesce(sum(applicants), 0), coalesce(sum(women), 0),
           coalesce(sum(minority), 0), coalesce(sum(college_and_above), 0)
    FROM organization_counts c WHERE c.path >= o.path AND c.path < o.path || '~'
$$;
GRANT EXECUTE ON FUNCTION organizations_subtree_people, organizations_members, organizations_ancestors, organizations_figures
    TO banyan_app;
