//! The database: the pool, the session of one request, its replicas, migrations.

mod kept;
mod migrate;
mod page;
mod pool;
mod replica;
mod session;
mod span;
mod statement;
mod upkeep;

pub use migrate::migrate;
pub use page::{Key, KeyPart, Page};
pub(crate) use pool::on_the_wire;
pub use pool::{Db, Way, connect};
pub use replica::{Line, Reach, Replicas, Source};
pub use session::{Kind, Plans, Session, Settings};
pub use span::{Span, char_length};
pub use statement::Statement;
pub use upkeep::{begin_upkeep, end_upkeep};

/// What diesel needs to run a statement on a shared connection.
pub mod prelude {
    pub use super::kept::Keep;
    pub use diesel::prelude::{
        BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper, TextExpressionMethods,
    };
    pub use diesel_async::RunQueryDsl;
}
