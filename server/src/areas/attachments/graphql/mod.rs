//! Attachments in the schema.

mod mutations;
mod types;

pub use mutations::AttachmentMutation;
pub use types::{Attachment, attachments_of};
