//! What can be told of a request from its document, and of a response from its errors.

use async_graphql::parser::types::{OperationDefinition, Selection};
use async_graphql::{Request, Response, Variables};

use crate::base::error::Failure;
use crate::base::secret::hash;

/// Whether a mutation is one action: one field at its root, spelled out.
pub(super) fn is_one_action(operation: &OperationDefinition) -> bool {
    let fields: Option<Vec<_>> = operation
        .selection_set
        .node
        .items
        .iter()
        .map(|item| match &item.node {
            Selection::Field(field) => Some(field.node.name.node.as_str()),
            _ => None,
        })
        .collect();
    fields.is_some_and(|fields| fields.into_iter().filter(|field| *field != "__typename").count() <= 1)
}

/// Whether a query asks only what someone with an initial password may know: who they are, and of the server.
pub(super) fn is_about_oneself(operation: &OperationDefinition) -> bool {
    operation.selection_set.node.items.iter().all(|item| match &item.node {
        Selection::Field(field) => matches!(field.node.name.node.as_str(), "viewer" | "server" | "__typename"),
        _ => false,
    })
}

/// Whether an operation reads a list over a range of the tree at its root.
pub(super) fn browses(operation: &OperationDefinition) -> bool {
    operation.selection_set.node.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            matches!(
                field.node.name.node.as_str(),
                "people" | "organizations" | "journal" | "grants" | "accounts" | "securityEvents" | "invitations"
            )
        }
        // Whatever a fragment hides, planning anew is the safe side.
        _ => true,
    })
}

/// A digest of what a request asks for: document, operation and variables, in an order of their own.
pub(super) fn hash_of(request: &Request) -> Vec<u8> {
    let variables = serde_json::to_value(&request.variables).unwrap_or_default();
    hash(format!("{}\u{0}{}\u{0}{variables}", request.query, request.operation_name.as_deref().unwrap_or_default()).as_bytes())
}

/// The same request once more, with its document parsed already.
pub(super) fn copy(request: &mut Request) -> Request {
    let mut copy = Request::new(request.query.clone()).variables(Variables::from_value(request.variables.clone().into_value()));
    copy.operation_name.clone_from(&request.operation_name);
    if let Ok(document) = request.parsed_query() {
        copy.set_parsed_query(document.clone());
    }
    copy
}

/// Whether anything was executed: not where the document is wrong (no path), and not where an argument
/// could not be read (nothing of ours failed, and there is no data).
pub(super) fn was_executed(response: &Response) -> bool {
    let has_data = !matches!(response.data, async_graphql::Value::Null);
    response.errors.iter().all(|error| !error.path.is_empty() && (has_data || error.source::<Failure>().is_some()))
}
