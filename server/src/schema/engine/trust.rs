//! Which document a request means, and whether whoever asks may ask it.

use std::collections::BTreeSet;

use async_graphql::Request;
use async_graphql::parser::types::DocumentOperations;

use super::{Engine, Incoming};
use crate::access::Viewer;
use crate::base::db::Kind;
use crate::base::error::ErrorCode;

/// What a valid subscription is answered where nothing is streamed.
const NOT_HERE: &str = "Subscriptions are not supported on this transport.";

impl Engine {
    /// Finds the document on the list, by its id or by its whole text, or among the texts of before, and puts it into
    /// the request. Any other text stays what it is, where it may still turn out to be allowed.
    pub(super) fn recognize(&self, incoming: &mut Incoming) -> Result<(), ErrorCode> {
        let settings = &self.inner.settings;
        let listed = match &incoming.document_id {
            Some(id) => Some(settings.documents.with_id(id).ok_or(ErrorCode::UnknownDocument)?),
            None => settings.documents.with_text(&incoming.request.query),
        };
        incoming.is_listed = listed.is_some();
        if !incoming.is_listed && !settings.free_text.may_allow(incoming.token.is_some()) {
            return Err(ErrorCode::UntrustedDocument);
        }
        incoming.document = listed.or_else(|| self.inner.recent.with_text(&incoming.request.query));
        if let Some(document) = &incoming.document {
            incoming.request.query.clone_from(&document.text);
            incoming.request.set_parsed_query(document.parsed.clone());
        }
        Ok(())
    }

    /// Whether what was asked may be asked, now that it is known by whom.
    pub(super) fn is_allowed(&self, incoming: &Incoming, viewer: Option<&Viewer>) -> bool {
        incoming.is_listed || self.inner.settings.free_text.allows(viewer)
    }

    /// Whether the schema may be looked at: by those who may send what they make of it, and by a listed document.
    pub(super) fn may_introspect(&self, request: &Request, viewer: Option<&Viewer>) -> bool {
        let settings = &self.inner.settings;
        viewer.is_some() && (settings.free_text.allows(viewer) || settings.documents.with_text(&request.query).is_some())
    }

    /// Whether a token opens anything now and its holder may try documents of their own.
    pub async fn may_explore(&self, token: &str) -> bool {
        match self.authenticate(token, None, Kind::Read, false).await {
            Ok(Some((viewer, session))) => {
                session.finish(true).await.is_ok() && self.inner.settings.free_text.allows(Some(&viewer))
            }
            _ => false,
        }
    }

    /// The listed documents that are not valid by the schema, each with what is wrong.
    pub async fn invalid_documents(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (id, trusted) in self.inner.settings.documents.iter() {
            let names: Vec<Option<String>> = match &trusted.parsed.operations {
                DocumentOperations::Single(_) => vec![None],
                DocumentOperations::Multiple(operations) => operations.keys().map(|name| Some(name.to_string())).collect(),
            };
            for name in names {
                // Validated as any other, and nothing executed: all fields but those of introspection are left out.
                let mut request = Request::new(trusted.text.clone()).only_introspection();
                request.operation_name = name;
                let response = self.inner.schema.execute(request).await;
                let errors = response.errors.iter().filter(|error| error.path.is_empty());
                for error in errors.filter(|error| error.message != NOT_HERE) {
                    found.insert(format!("{id}: {}: {}", error.message, trusted.text));
                }
            }
        }
        found
    }
}
