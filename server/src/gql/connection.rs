//! Connections by the Relay specification: keyset pages with signed cursors, no offsets.

use std::sync::Arc;

use async_graphql::{Enum, SimpleObject};
use data_encoding::BASE64URL_NOPAD;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::base::db::{Key, KeyPart, Page};
use crate::base::error::Failure;
use crate::base::secret::Secrets;

const DEFAULT_PAGE: usize = 20;
const LARGEST_PAGE: i32 = 200;
/// Counting stops here: nobody reads further, and the count would cost more than the page.
pub const COUNT_LIMIT: i64 = 10_000;
const SIGNATURE: usize = 16;

/// How far below an organization a list reaches.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The organization itself.
    Own,
    /// Its direct subordinates.
    Children,
    /// Itself and everything below.
    Subtree,
}

/// Where a page stands in its list.
#[derive(SimpleObject, Clone, Debug)]
pub struct PageInfo {
    /// Whether more follows.
    pub has_next_page: bool,
    /// Whether something comes before.
    pub has_previous_page: bool,
    /// Cursor of the first item of the page.
    pub start_cursor: Option<String>,
    /// Cursor of the last item of the page.
    pub end_cursor: Option<String>,
}

/// The four arguments of a connection.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// At most so many from the beginning.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// At most so many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl Paging {
    /// What they mean for the list named `list`, whose cursors carry that name.
    ///
    /// # Errors
    /// `BAD_PAGE`, `BAD_CURSOR`.
    pub fn page(&self, secrets: &Secrets, list: &str) -> Result<Page, Failure> {
        let (backward, count) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Failure::BadPage),
            (None, Some(last)) => (true, Some(last)),
            (first, None) => (false, first),
        };
        let limit = match count {
            None => DEFAULT_PAGE,
            Some(count @ 1..=LARGEST_PAGE) => usize::try_from(count).map_err(|_| Failure::BadPage)?,
            Some(_) => return Err(Failure::BadPage),
        };
        let read = |cursor: &Option<String>| cursor.as_deref().map(|cursor| read_cursor(secrets, list, cursor)).transpose();
        Ok(Page { limit, backward, after: read(&self.after)?, before: read(&self.before)? })
    }
}

/// A page that was read: rows in list order with their cursors.
pub struct Listed<R> {
    /// The rows.
    pub rows: Vec<(String, R)>,
    /// Where they stand.
    pub page_info: PageInfo,
}

impl<R> Listed<R> {
    /// Cuts the extra row, restores the order and writes the cursors.
    #[must_use]
    pub fn of(mut rows: Vec<R>, page: &Page, secrets: &Secrets, list: &str, key: impl Fn(&R) -> Key) -> Self {
        let more = rows.len() > page.limit;
        rows.truncate(page.limit);
        if page.backward {
            rows.reverse();
        }
        let (has_next_page, has_previous_page) =
            if page.backward { (page.before.is_some(), more) } else { (more, page.after.is_some()) };
        let rows: Vec<(String, R)> = rows.into_iter().map(|row| (write_cursor(secrets, list, &key(&row)), row)).collect();
        let page_info = PageInfo {
            has_next_page,
            has_previous_page,
            start_cursor: rows.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: rows.last().map(|(cursor, _)| cursor.clone()),
        };
        Self { rows, page_info }
    }
}

/// How many items a list has, counted when it is asked for, and at most to [`COUNT_LIMIT`].
#[derive(Clone)]
pub struct Total {
    count: Arc<dyn Fn() -> BoxFuture<'static, Result<i64, Failure>> + Send + Sync>,
    counted: Arc<OnceCell<i64>>,
}

impl Total {
    /// Counts by this when asked; the count should stop one above [`COUNT_LIMIT`].
    pub fn by(count: impl Fn() -> BoxFuture<'static, Result<i64, Failure>> + Send + Sync + 'static) -> Self {
        Self { count: Arc::new(count), counted: Arc::new(OnceCell::new()) }
    }

    /// A number that is known.
    #[must_use]
    pub fn known(count: usize) -> Self {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        Self::by(move || Box::pin(async move { Ok(count) }))
    }

    async fn counted(&self) -> Result<i64, Failure> {
        self.counted.get_or_try_init(|| (self.count)()).await.copied()
    }

    /// The number shown.
    ///
    /// # Errors
    /// When counting fails.
    pub async fn shown(&self) -> Result<i32, Failure> {
        Ok(i32::try_from(self.counted().await?.min(COUNT_LIMIT)).unwrap_or(i32::MAX))
    }

    /// Whether there are more than shown.
    ///
    /// # Errors
    /// When counting fails.
    pub async fn capped(&self) -> Result<bool, Failure> {
        Ok(self.counted().await? > COUNT_LIMIT)
    }
}

const PART_END: u8 = 0x1f;

fn write_cursor(secrets: &Secrets, list: &str, key: &Key) -> String {
    let mut body = list.as_bytes().to_vec();
    for part in key {
        body.push(PART_END);
        match part {
            KeyPart::Text(text) => {
                body.push(b't');
                body.extend_from_slice(text.as_bytes());
            }
            KeyPart::Number(number) => {
                body.push(b'n');
                body.extend_from_slice(number.to_string().as_bytes());
            }
            KeyPart::Id(id) => {
                body.push(b'i');
                body.extend_from_slice(id.simple().to_string().as_bytes());
            }
        }
    }
    let mut signed = secrets.sign(&body).to_vec();
    signed.extend(body);
    BASE64URL_NOPAD.encode(&signed)
}

fn read_cursor(secrets: &Secrets, list: &str, cursor: &str) -> Result<Key, Failure> {
    let signed = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| Failure::BadCursor)?;
    let (signature, body) = signed.split_at_checked(SIGNATURE).ok_or(Failure::BadCursor)?;
    if !secrets.verify(body, signature) {
        return Err(Failure::BadCursor);
    }
    let body = std::str::from_utf8(body).map_err(|_| Failure::BadCursor)?;
    let mut parts = body.split(char::from(PART_END));
    // A cursor of another list or another order would point nowhere.
    if parts.next() != Some(list) {
        return Err(Failure::BadCursor);
    }
    parts
        .map(|part| match part.split_at_checked(1) {
            Some(("t", text)) => Ok(KeyPart::Text(text.to_owned())),
            Some(("n", number)) => number.parse().map(KeyPart::Number).map_err(|_| Failure::BadCursor),
            Some(("i", id)) => Uuid::parse_str(id).map(KeyPart::Id).map_err(|_| Failure::BadCursor),
            _ => Err(Failure::BadCursor),
        })
        .collect()
}

/// A connection type and its edge type.
macro_rules! connection {
    ($(#[doc = $doc:literal])* $connection:ident $edge:ident $node:ty) => {
        $(#[doc = $doc])*
        pub struct $connection {
            edges: Vec<$edge>,
            page_info: $crate::gql::PageInfo,
            total: $crate::gql::Total,
        }

        /// An item of a list with its cursor.
        #[derive(async_graphql::SimpleObject, Clone)]
        pub struct $edge {
            /// The item.
            node: $node,
            /// Where it stands in the list.
            cursor: String,
        }

        impl $connection {
            /// The connection of a page.
            pub fn of<R>(listed: $crate::gql::Listed<R>, total: $crate::gql::Total, node: impl Fn(R) -> $node) -> Self {
                let edges = listed.rows.into_iter().map(|(cursor, row)| $edge { node: node(row), cursor }).collect();
                Self { edges, page_info: listed.page_info, total }
            }
        }

        $(#[doc = $doc])*
        #[async_graphql::Object]
        impl $connection {
            /// The items of this page with their cursors.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// The items of this page.
            async fn nodes(&self) -> Vec<$node> {
                self.edges.iter().map(|edge| edge.node.clone()).collect()
            }

            /// Where this page stands in the list.
            async fn page_info(&self) -> &$crate::gql::PageInfo {
                &self.page_info
            }

            /// How many items the whole list has within the viewer's reach, counted to 10000 at most.
            async fn total_count(&self) -> async_graphql::Result<i32> {
                Ok(self.total.shown().await?)
            }

            /// Whether there are more than `totalCount` says.
            async fn total_count_capped(&self) -> async_graphql::Result<bool> {
                Ok(self.total.capped().await?)
            }
        }
    };
}

/// A payload type: the thing, or what stood in the way.
macro_rules! payload {
    ($(#[doc = $doc:literal])* $payload:ident $field:ident: $node:ty) => {
        $(#[doc = $doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $payload {
            /// The thing as it is now; null when the mutation was refused.
            $field: Option<$node>,
            /// The thing as it is now, when the write was prepared from an older version (`STALE_VERSION`): what is
            /// compared with what was to be written.
            current: Option<$node>,
            /// What stood in the way; empty when it was done.
            user_errors: Vec<$crate::gql::UserError>,
        }

        impl<T: Into<$node> + 'static> From<$crate::gql::Outcome<T>> for $payload {
            fn from(mut outcome: $crate::gql::Outcome<T>) -> Self {
                let current = outcome.current::<T>().map(Into::into);
                Self { $field: outcome.done.map(Into::into), current, user_errors: outcome.user_errors }
            }
        }
    };
}

pub(crate) use {connection, payload};

#[cfg(test)]
mod tests {
    use super::{Failure, Key, KeyPart, Paging, Secrets, read_cursor, write_cursor};
    use uuid::Uuid;

    fn key() -> Key {
        vec![KeyPart::Text("a01".into()), KeyPart::Number(-4), KeyPart::Id(Uuid::nil())]
    }

    /// covers: API07
    #[test]
    fn a_cursor_is_read_back_by_its_own_list_only_and_never_when_changed() {
        let secrets = Secrets::from_root(&[1; 32]).unwrap();
        let cursor = write_cursor(&secrets, "people/tree", &key());
        assert_eq!(read_cursor(&secrets, "people/tree", &cursor).unwrap(), key());
        assert!(matches!(read_cursor(&secrets, "people/name", &cursor), Err(Failure::BadCursor)));
        for position in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(matches!(read_cursor(&secrets, "people/tree", &changed), Err(Failure::BadCursor)), "{position}");
        }
        assert!(matches!(read_cursor(&secrets, "people/tree", "…"), Err(Failure::BadCursor)));
    }

    #[test]
    fn a_page_has_one_to_two_hundred_items() {
        let secrets = Secrets::from_root(&[1; 32]).unwrap();
        let page =
            |first, last| Paging { first, last, ..Paging::default() }.page(&secrets, "x").map(|page| (page.limit, page.backward));
        assert_eq!(page(None, None).unwrap(), (20, false));
        assert_eq!(page(Some(200), None).unwrap(), (200, false));
        assert_eq!(page(None, Some(1)).unwrap(), (1, true));
        for (first, last) in [(Some(0), None), (Some(201), None), (None, Some(-1)), (Some(1), Some(1))] {
            assert!(matches!(page(first, last), Err(Failure::BadPage)));
        }
    }
}
