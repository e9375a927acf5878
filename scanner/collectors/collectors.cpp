// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "collectors/collector.h"
#include "collectors/declarations.h"
#include "collectors/documents/documents.h"
#include "collectors/kubernetes/kubernetes.h"
#include "collectors/linux_host/linux_host.h"
#include "collectors/openstack/openstack.h"
#include "collectors/openstack/openstack_export.h"
#include "collectors/permit_register/permit_register.h"
#include "collectors/rows/exec.h"
#include "collectors/rows/rows.h"
#include "collectors/saml/saml_metadata.h"
#include "collectors/terraform/terraform.h"
#include "collectors/tls/tls.h"

namespace ehdscan {

std::span<const CollectorSpec> all_collectors() {
  static const std::vector<CollectorSpec> all{
      arm_template_collector(),
      cloudformation_collector(),
      declarations_collector(),
      documents_collector(),
      exec_collector(),
      kubernetes_collector(),
      linux_host_collector(),
      openstack_collector(),
      openstack_export_collector(),
      permit_register_collector(),
      rows_collector(),
      saml_metadata_collector(),
      terraform_collector(),
      tls_collector(),
  };
  return all;
}

const CollectorSpec* find_collector(std::string_view name) {
  const std::span<const CollectorSpec> all = all_collectors();
  const auto found = std::ranges::find(all, name, &CollectorSpec::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace ehdscan
