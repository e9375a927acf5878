// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/kubernetes/context.h"

namespace ehdscan::kube {

void add_network_policy(const Object& object, Context& context);
void add_service(const Object& object, Context& context);
void add_ingress(const Object& object, Context& context);
/// Of the Gateway API (gateway.networking.k8s.io).
void add_gateway(const Object& object, Context& context);

}  // namespace ehdscan::kube
