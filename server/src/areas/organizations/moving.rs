//! Statements of a move, in one step or part by part.

use diesel::sql_types::{BigInt, Bool, Int4, Text};
use uuid::Uuid;

use super::{OrganizationRow, order};
use crate::access::Permit;
use crate::base::db::Statement;
use crate::base::db::prelude::*;
use crate::base::error::Failure;
use crate::base::path::end_of;
use crate::gql::Cx;

/// Organizations of a part: small enough that a part takes a fraction of a second and the progress moves evenly, large
/// enough that looking through the tables of a part costs little beside it.
const PART: i64 = 1_000;

/// The table that goes along last: its rows are held from then on, and progress is written there until then.
pub(super) const JOBS: &str = "jobs";

/// Moves a subtree with everything that stands in it.
pub(super) async fn at_once(
    cx: &Cx,
    moved: &OrganizationRow,
    parent: &Permit,
    label: &str,
    sort_order: i32,
) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    let new_path = format!("{}{label}", parent.path());
    let _rows: Vec<i64> = Statement::<BigInt>::new("SELECT relocate_subtree($1, $2, $3, $4, $5, $6, $7)")
        .bind(parent.tenant())
        .bind(moved.id)
        .bind(moved.path.as_str())
        .bind(parent.organization().0)
        .bind(label)
        .bind(new_path.as_str())
        .bind(sort_order)
        .load(&mut conn.get())
        .await?;
    Ok(())
}

/// How many organizations stand in a subtree, dissolved ones included, and how many people belong to them.
pub(super) async fn weigh(cx: &Cx, path: &str) -> Result<(i64, i64), Failure> {
    let conn = cx.session()?.conn().await?;
    let weight = Statement::<(BigInt, BigInt)>::new(
        "SELECT count(*), coalesce(sum(applicants + activists + candidates + probationary + full_members), 0)::bigint
         FROM organization_counts WHERE path >= $1 AND path < $2",
    );
    Ok(weight.bind(path).bind(end_of(path)).get_result(&mut conn.get()).await?)
}

/// Whether a job moves something that a move of this subtree to this superior would touch. Whoever is ordering a job
/// keeps others from ordering one until the end of the transaction.
pub(super) async fn is_in_the_way(cx: &Cx, moved: &str, superior: &str, ordering: bool) -> Result<bool, Failure> {
    let conn = cx.session()?.conn().await?;
    let asking = Statement::<Bool>::new(if ordering {
        "SELECT move_in_the_way($1, $2, $3, true)"
    } else {
        "SELECT move_in_the_way($1, $2, $3, false)"
    });
    Ok(asking.bind(cx.viewer()?.tenant).bind(moved).bind(superior).get_result(&mut conn.get()).await?)
}

/// A move that is done part by part: what moves, and where it will stand.
pub(super) struct Move<'a> {
    pub moved: &'a OrganizationRow,
    pub superior: &'a OrganizationRow,
    pub label: &'a str,
    /// The new place in the order of the tree.
    pub place: &'a str,
}

impl Move<'_> {
    /// The path that the organization will have.
    pub(super) fn path(&self) -> String {
        format!("{}{}", self.superior.path, self.label)
    }

    /// Where the parts begin, and where the last one ends.
    pub(super) async fn parts(&self, cx: &Cx) -> Result<Vec<String>, Failure> {
        let conn = cx.session()?.conn().await?;
        let mut bounds: Vec<String> = Statement::<Text>::new(
            "SELECT path FROM (
                 SELECT path, row_number() OVER (ORDER BY path) AS number FROM organizations
                 WHERE path >= $1 AND path < $2
             ) AS numbered WHERE (number - 1) % $3 = 0 ORDER BY path",
        )
        .bind(self.moved.path.as_str())
        .bind(end_of(&self.moved.path))
        .bind(PART)
        .load(&mut conn.get())
        .await?;
        bounds.push(end_of(&self.moved.path));
        Ok(bounds)
    }

    /// Moves what stands between two paths.
    pub(super) async fn part(&self, cx: &Cx, low: &str, high: &str) -> Result<(), Failure> {
        let conn = cx.session()?.conn().await?;
        let _rows: Vec<i64> = Statement::<BigInt>::new("SELECT relocate_part($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(cx.viewer()?.tenant)
            .bind(self.moved.id)
            .bind(self.moved.path.as_str())
            .bind(self.superior.id)
            .bind(self.label)
            .bind(self.path())
            .bind(self.moved.sort_order)
            .bind(self.moved.tree_order.as_str())
            .bind(self.place)
            .bind(low)
            .bind(high)
            .load(&mut conn.get())
            .await?;
        Ok(())
    }

    /// What comes after all parts: jobs, and the posts that end with a move.
    pub(super) async fn rest(&self, cx: &Cx) -> Result<(), Failure> {
        let conn = cx.session()?.conn().await?;
        let resting = Statement::<BigInt>::new("SELECT relocate_end($1, $2, $3)");
        let resting = resting.bind(cx.viewer()?.tenant).bind(self.moved.path.as_str()).bind(self.path());
        let _rows: Vec<i64> = resting.load(&mut conn.get()).await?;
        Ok(())
    }

    /// Gives the organization the last number among the subordinates of the new superior, which is held by now. False when
    /// one of them stands at its place or behind it, who came while the move was under way.
    pub(super) async fn number(&self, cx: &Cx) -> Result<bool, Failure> {
        let conn = cx.session()?.conn().await?;
        let last: bool = Statement::<Bool>::new(
            "SELECT coalesce(max(tree_order) < $4 COLLATE \"C\", true) FROM organizations WHERE tenant_id = $1 AND parent_id = $2 AND id <> $3",
        )
        .bind(cx.viewer()?.tenant)
        .bind(self.superior.id)
        .bind(self.moved.id)
        .bind(self.place)
        .get_result(&mut conn.get())
        .await?;
        if !last {
            return Ok(false);
        }
        Statement::<Int4>::new(
            "UPDATE organizations SET sort_order = 1 + (
                 SELECT coalesce(max(s.sort_order), 0) FROM organizations s WHERE s.tenant_id = $1 AND s.parent_id = $2 AND s.id <> $3)
             WHERE tenant_id = $1 AND id = $3",
        )
        .bind(cx.viewer()?.tenant)
        .bind(self.superior.id)
        .bind(self.moved.id)
        .execute(&mut conn.get())
        .await?;
        Ok(true)
    }
}

/// The tables that go along in parts: the steps in which their keys are checked.
pub(super) async fn tables(cx: &Cx) -> Result<Vec<String>, Failure> {
    let conn = cx.session()?.conn().await?;
    let tables = Statement::<Text>::new("SELECT DISTINCT follower::text FROM path_keys() WHERE follower::text <> $1 ORDER BY 1");
    Ok(tables.bind(JOBS).load(&mut conn.get()).await?)
}

/// Checks the keys of some tables now rather than at the commit.
pub(super) async fn check_keys(cx: &Cx, tables: &[String]) -> Result<(), Failure> {
    let conn = cx.session()?.conn().await?;
    let checking = Statement::<Bool>::new("SELECT check_path_keys($1) IS NULL").bind(tables.to_vec());
    let _done: Vec<bool> = checking.load(&mut conn.get()).await?;
    Ok(())
}

/// The place behind the last subordinate of an organization, with room before it for those that come meanwhile.
pub(super) async fn last_place(cx: &Cx, superior: &OrganizationRow, except: Uuid) -> Result<Option<String>, Failure> {
    let conn = cx.session()?.conn().await?;
    let last = Statement::<diesel::sql_types::Nullable<Text>>::new(
        "SELECT max(tree_order) FROM organizations WHERE tenant_id = $1 AND parent_id = $2 AND id <> $3",
    );
    let last = last.bind(cx.viewer()?.tenant).bind(superior.id).bind(except);
    let last: Option<String> = last.get_result(&mut conn.get()).await?;
    Ok(order::far_behind(&superior.tree_order, last.as_deref()))
}
