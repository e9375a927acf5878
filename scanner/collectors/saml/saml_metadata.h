// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/collector.h"

namespace ehdscan {

/// SAML 2.0 metadata (OASIS saml-metadata-2.0-os) of one entity or a whole federation, from a file, into saml_metadata,
/// saml_entity, saml_entity_attribute, saml_contact and saml_key. Options: a path, or
/// {file, own: [entityID …], accepted: all | [entityID …]}. The signature's algorithms are told; whether it verifies is
/// not known here (`signed_by_pinned_key` is NULL, or false where the document is not signed).
CollectorSpec saml_metadata_collector();

}  // namespace ehdscan
