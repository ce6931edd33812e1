//! The live stream: what changes under an organization.
//!
//! An event says what changed; its subject is read in a transaction of the subscriber's own, so the
//! guard of the database decides what it shows. The right is looked up again for every event and every
//! few seconds between, so that a lost right or a subtree moved away ends the stream.

use std::time::Duration;

use async_graphql::{Context, ID, Result, SimpleObject, Subscription as GraphqlSubscription};
use async_stream::stream;
use chrono::{DateTime, Utc};
use futures_util::Stream;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::engine::Engine;
use super::node::{self, Node};
use crate::access::{Permission, Viewer};
use crate::areas::journal::graphql::global_id;
use crate::areas::journal::{ChangeKind, Notice, SubjectKind};
use crate::areas::organizations::OrganizationById;
use crate::base::error::Failure;
use crate::base::ids::OrganizationId;
use crate::base::path;
use crate::gql::{CurrentCx, Cx, parse_id};

/// How often the right is looked up while nothing happens: a lost one ends the stream within five seconds.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A change of something under the organization.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Change {
    /// What it does to lists.
    kind: ChangeKind,
    /// What kind of thing changed.
    subject_kind: SubjectKind,
    /// Which one.
    subject_id: ID,
    /// When.
    at: DateTime<Utc>,
}

#[async_graphql::ComplexObject]
impl Change {
    /// The thing as it is now; null when it left the viewer's reach.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>> {
        match node::find(ctx, &self.subject_id).await {
            Err(Failure::NotFound) => Ok(None),
            other => Ok(other?),
        }
    }
}

/// Live streams.
pub struct Subscription;

/// Everything that can be watched.
#[GraphqlSubscription]
impl Subscription {
    /// What changes under an organization, itself included, from now on.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organization.")] under: ID,
    ) -> Result<impl Stream<Item = Result<Change>> + use<>> {
        let id: OrganizationId = parse_id(&under)?;
        let engine = ctx.data::<Engine>()?.clone();
        let place = ctx.data::<CurrentCx>()?.clone();
        let token = ctx.data::<StreamToken>()?.0.clone();
        let mut notices = engine.changes().subscribe().await?;
        let first = place.get();
        first.viewer()?;
        let mut watched = engine.watch(&place, &token, id).await?.ok_or(Failure::NotFound)?;
        // Nothing is told yet: a stream that waits holds no connection.
        engine.rest(&place).await;
        let mut look_again = Instant::now() + LOOK_AGAIN;
        Ok(stream! {
            loop {
                let notice = match tokio::time::timeout_at(look_again, notices.recv()).await {
                    Err(_) => None,
                    Ok(Ok(notice)) => Some(notice),
                    // Too far behind, or the server was deaf for a while: the client reads anew and subscribes again.
                    Ok(Err(RecvError::Lagged(_) | RecvError::Closed)) => {
                        yield Err(Failure::Conflict.into());
                        break;
                    }
                };
                // What happens elsewhere is nobody's business here, and does not put off the next look at the right.
                let notice = notice.filter(|notice| concerns(notice, &watched.path));
                if notice.is_none() && Instant::now() < look_again {
                    continue;
                }
                look_again = Instant::now() + LOOK_AGAIN;
                match engine.watch(&place, &token, id).await {
                    Ok(Some(now)) => watched = now,
                    Ok(None) => break,
                    Err(failure) => {
                        yield Err(failure.into());
                        break;
                    }
                }
                if let Some(notice) = notice && may_know(&watched.viewer, &notice) {
                    yield Ok(Change {
                        kind: notice.change,
                        subject_kind: notice.kind,
                        subject_id: global_id(notice.kind, notice.id),
                        at: DateTime::from_timestamp_millis(notice.at).unwrap_or_default(),
                    });
                }
                // The event is answered: its transaction must not stay open until the next one.
                engine.rest(&place).await;
            }
            engine.rest(&place).await;
        })
    }
}

/// The secret of the stream's session, to look the right up again.
#[derive(Clone)]
pub struct StreamToken(pub String);

/// What a stream watches, as it stands now.
pub struct Watched {
    /// Where the organization stands.
    pub path: String,
    /// Who watches.
    pub viewer: Viewer,
}

fn concerns(notice: &Notice, watched: &str) -> bool {
    path::is_within(&notice.path, watched) || notice.moved_from.as_deref().is_some_and(|old| path::is_within(old, watched))
}

/// Someone who may not read people is not told that one changed.
fn may_know(viewer: &Viewer, notice: &Notice) -> bool {
    let permission = match notice.kind {
        SubjectKind::Organization | SubjectKind::PartyGroup | SubjectKind::Unit | SubjectKind::LeadershipTerm => {
            Permission::ReadOrganizations
        }
        SubjectKind::Person | SubjectKind::LeadershipPost => Permission::ReadPeople,
        SubjectKind::Grant | SubjectKind::Account => Permission::ReadGrants,
    };
    let scope = viewer.scope(permission);
    scope.covers(&notice.path) || notice.moved_from.as_deref().is_some_and(|old| scope.covers(old))
}

/// The organization of a stream, within the viewer's own scope.
pub(super) async fn find_watched(cx: &Cx, id: OrganizationId) -> Result<Option<Watched>, Failure> {
    let viewer = cx.viewer()?;
    let row = cx.load::<OrganizationById>(id).await?;
    Ok(row
        .filter(|row| viewer.may(Permission::ReadOrganizations, &row.path))
        .map(|row| Watched { path: row.path, viewer: viewer.clone() }))
}
