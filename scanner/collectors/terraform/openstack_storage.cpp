// SPDX-License-Identifier: Apache-2.0
// Nova, Glance, Cinder, Swift, Barbican and Manila in Terraform: terraform-provider-openstack.
#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "collectors/terraform/kinds.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/keys.h"
#include "evidence/tables/network.h"
#include "evidence/tables/network_filter.h"
#include "evidence/tables/storage.h"

namespace ehdscan {
namespace {

constexpr std::string_view kInstance = "openstack_compute_instance_v2";
constexpr std::string_view kPort = "openstack_networking_port_v2";
constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

std::optional<std::int64_t> gibibytes(const TfValue& value) {
  const auto size = value.integer();
  return size && *size >= 0 && *size < (std::int64_t{1} << 32) ? std::optional(*size * kGibibyte) : std::nullopt;
}

void prepare_instance(const TfResource& resource, TfContext& context) {
  const auto networks = resource["network"].blocks();
  for (std::size_t i = 0; networks && i < networks->size(); ++i) {
    if (const auto port = context.ref(resource, {"network", std::to_string(i), "port"}, {kPort}))
      context.use(*port, resource.address());
  }
}

/// Nova makes a port for every network that is named without one, with the groups of the machine.
void write_own_port(const TfResource& resource, std::size_t number, TfContext& context) {
  const std::string id = fmt::format("{}/network[{}]", resource.address(), number);
  Row<tables::port> row(context.platform);
  const auto network =
      context.ref(resource, {"network", std::to_string(number), "uuid"}, {"openstack_networking_network_v2"});
  row.set<"port_id">(id).set<"network_id">(network).set<"device_kind">("instance").set<"device_id">(resource.address());
  row.set<"port_security">(network ? context.network_filters(*network) : std::nullopt)
      .set<"vnic_type">("normal")
      .set<"active">(true);
  row.write(context.sink, context.origin);
  Row<tables::port_group> group(context.platform);
  std::optional<std::vector<std::string>> groups = context.refs(
      resource, {"security_groups"}, {"openstack_networking_secgroup_v2", "openstack_compute_secgroup_v2"});
  if (context.left_out(resource, "security_groups")) groups = std::vector<std::string>{"default"};
  if (!groups)
    return context.partial(tables::port_group, fmt::format("the security groups of {} are not known before apply", id));
  for (const std::string& one : *groups) {
    group.set<"port_id">(id).set<"group_id">(one == "default" ? "default security group of the project" : one);
    group.write(context.sink, context.origin);
  }
}

void write_instance(const TfResource& resource, TfContext& context) {
  Row<tables::instance> row(context.platform);
  row.set<"instance_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(resource["region"].text());
  row.set<"zone">(resource["availability_zone"].text())
      .set<"image_id">(context.ref(resource, {"image_id"}, {"openstack_images_image_v2"}));
  row.set<"key_pair">(resource["key_pair"].text());
  if (resource["user_data"].unset()) row.set<"user_data_present">(false);
  if (resource["user_data"].is_set()) row.set<"user_data_present">(true);
  // Nova's metadata service knows no tokens and no switch per machine (OS-META).
  row.set<"metadata_enabled">(true).set<"metadata_tokens">("unavailable").set<"identity_is_default">(false);
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "instance", true, {}, "metadata");
  const auto networks = resource["network"].blocks();
  if (!networks)
    return context.partial(tables::port,
                           fmt::format("the networks of {} are not known before apply", resource.address()));
  for (std::size_t i = 0; i < networks->size(); ++i) {
    if ((*networks)[i]["port"].unset() || ((*networks)[i]["uuid"].known() && !(*networks)[i]["port"].known())) {
      write_own_port(resource, i, context);
    }
  }
}

void write_volume_attach(const TfResource& resource, TfContext& context) {
  const auto volume = context.ref(resource, {"volume_id"}, {"openstack_blockstorage_volume_v3"});
  const auto instance = context.ref(resource, {"instance_id"}, {kInstance});
  if (!volume || !instance) {
    return context.partial(tables::volume_attachment,
                           fmt::format("what {} joins is not known before apply", resource.address()));
  }
  Row<tables::volume_attachment> row(context.platform);
  row.set<"volume_id">(*volume).set<"instance_id">(*instance);
  row.write(context.sink, context.origin);
}

void write_volume(const TfResource& resource, TfContext& context) {
  Row<tables::volume> row(context.platform);
  row.set<"volume_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(resource["region"].text());
  row.set<"zone">(resource["availability_zone"].text()).set<"size_bytes">(gibibytes(resource["size"]));
  row.set<"volume_type_id">(context.ref(resource, {"volume_type"}, {"openstack_blockstorage_volume_type_v3"}));
  row.set<"multi_attach">(context.boolean(resource, "multiattach", false));
  row.set<"source_snapshot_id">(resource["snapshot_id"].text());
  // Whether it is encrypted is a matter of its type, which a plan does not show.
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "volume", true, gibibytes(resource["size"]), "metadata");
}

void write_volume_type(const TfResource& resource, TfContext& context) {
  Row<tables::volume_type> row(context.platform);
  row.set<"volume_type_id">(resource.address()).set<"name">(resource["name"].text());
  row.set<"is_public">(context.boolean(resource, "is_public", true));
  row.write(context.sink, context.origin);
}

/// Entries of a container's access list, as the live API shows them.
void write_acl(const TfResource& resource, std::string_view attribute, std::string_view permission,
               TfContext& context) {
  if (context.left_out(resource, attribute)) return;
  Row<tables::resource_grant> grant(context.platform);
  const auto list = resource[attribute].text();
  if (!list) {
    grant.set<"asset_kind">("bucket")
        .set<"asset_id">(resource.address())
        .set<"grant_id">(attribute)
        .set<"permission">(permission);
    grant.set<"has_condition">(false).set<"condition_binds">(false);
    grant.write(context.sink, context.origin);
    return;
  }
  for (const std::string_view part : split(*list, ',')) {
    const std::string entry(trim(part));
    if (entry.empty()) continue;
    const bool listing = entry == ".rlistings";
    const std::size_t colon = entry.find(':');
    grant.set<"asset_kind">("bucket")
        .set<"asset_id">(resource.address())
        .set<"grant_id">(entry)
        .set<"permission">(listing ? "list" : permission);
    if (entry.starts_with(".r:") || entry.starts_with(".referrer:")) {
      const std::string who = entry.substr(colon + 1);
      grant.set<"grantee_kind">(who == "*" ? "everyone" : "referrer").set<"grantee_id">(who);
    } else if (listing) {
      grant.set<"grantee_kind">("everyone").set<"grantee_id">("*");
    } else if (entry == "*:*" || entry == "*") {
      grant.set<"grantee_kind">("every_platform_user").set<"grantee_id">("*");
    } else if (colon != std::string::npos && entry.substr(colon + 1) == "*") {
      grant.set<"grantee_kind">("project").set<"grantee_id">(entry.substr(0, colon));
    } else {
      grant.set<"grantee_kind">("account").set<"grantee_id">(colon == std::string::npos ? entry
                                                                                        : entry.substr(colon + 1));
    }
    grant.set<"origin">("acl").set<"has_condition">(false).set<"condition_binds">(false).set<"denies">(false);
    grant.write(context.sink, context.origin);
  }
}

void write_container(const TfResource& resource, TfContext& context) {
  Row<tables::bucket> row(context.platform);
  row.set<"bucket_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(resource["region"].text());
  if (resource["versioning"].blocks() && !resource["versioning"].blocks()->empty()) {
    row.set<"versioning">("enabled");
  } else if (resource["versioning"].unset()) {
    row.set<"versioning">("off");
  }
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "bucket", true, {}, "metadata");
  write_acl(resource, "container_read", "read", context);
  write_acl(resource, "container_write", "write", context);
}

void write_image(const TfResource& resource, TfContext& context) {
  Row<tables::image> row(context.platform);
  row.set<"image_id">(resource.address()).set<"name">(resource["name"].text()).set<"region">(resource["region"].text());
  row.set<"visibility">(context.text(resource, "visibility", "private")).set<"kind">("image").set<"active">(true);
  row.set<"hidden">(context.boolean(resource, "hidden", false))
      .set<"protected_from_deletion">(context.boolean(resource, "protected", false));
  const TfValue properties = resource["properties"];
  if (properties.known() || context.left_out(resource, "properties")) {
    row.set<"signature_present">(properties["img_signature"].text().has_value());
    row.set<"uefi">(properties["hw_firmware_type"].text() == std::optional<std::string>("uefi"));
    row.set<"secure_boot_required">(properties["os_secure_boot"].text() == std::optional<std::string>("required"));
    row.set<"os_product">(properties["os_distro"].text()).set<"os_version">(properties["os_version"].text());
  }
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "image", true);
}

void write_image_access(const TfResource& resource, TfContext& context) {
  const auto image = context.ref(resource, {"image_id"}, {"openstack_images_image_v2"});
  if (!image)
    return context.partial(tables::image_member,
                           fmt::format("which image {} shares is not known before apply", resource.address()));
  Row<tables::image_member> row(context.platform);
  row.set<"image_id">(*image).set<"member_id">(resource["member_id"].text().value_or("not known before apply"));
  row.write(context.sink, context.origin);
}

void write_secret(const TfResource& resource, TfContext& context) {
  Row<tables::secret> row(context.platform);
  row.set<"secret_id">(resource.address())
      .set<"name">(resource["name"].text())
      .set<"region">(resource["region"].text());
  if (const auto algorithm = resource["algorithm"].text()) row.set<"algorithm">(to_lower(*algorithm));
  if (const auto bits = resource["bit_length"].integer(); bits && *bits > 0) row.set<"key_bits">(*bits);
  if (const auto type = context.text(resource, "secret_type", "opaque")) {
    row.set<"kind">(*type == "symmetric" ? "symmetric_key"
                    : *type == "private" ? "private_key"
                    : *type == "public"  ? "public_key"
                                         : std::string_view(*type));
  }
  row.set<"rotation_enabled">(false);
  if (context.left_out(resource, "expiration")) {
    row.set<"expires_kind">("never");
  } else if (const auto text = resource["expiration"].text()) {
    row.set<"expires_kind">("at");
    if (const auto ends = parse_instant(*text)) row.set<"expires_at">(*ends);
  }
  row.write(context.sink, context.origin);
}

void write_share(const TfResource& resource, TfContext& context) {
  Row<tables::share> row(context.platform);
  row.set<"share_id">(resource.address()).set<"name">(resource["name"].text()).set<"region">(resource["region"].text());
  if (const auto protocol = resource["share_proto"].text()) row.set<"protocol">(to_lower(*protocol));
  row.set<"size_bytes">(gibibytes(resource["size"])).set<"is_public">(context.boolean(resource, "is_public", false));
  row.write(context.sink, context.origin);
  write_tf_asset(resource, context, "share", true, gibibytes(resource["size"]), "metadata");
}

void write_share_access(const TfResource& resource, TfContext& context) {
  const auto share = context.ref(resource, {"share_id"}, {"openstack_sharedfilesystem_share_v2"});
  const auto to = resource["access_to"].text();
  const auto kind = resource["access_type"].text();
  Row<tables::resource_grant> row(context.platform);
  row.set<"asset_kind">("share")
      .set<"asset_id">(share.value_or("not known before apply"))
      .set<"grant_id">(resource.address());
  row.set<"permission">(resource["access_level"].text() == std::optional<std::string>("ro") ? "read" : "write")
      .set<"origin">("share_access");
  if (to && kind) {
    const bool everyone = *kind == "ip" && (*to == "0.0.0.0/0" || *to == "::/0");
    row.set<"grantee_kind">(everyone ? "everyone" : *kind == "ip" ? "network" : "account").set<"grantee_id">(*to);
  }
  row.set<"has_condition">(false).set<"condition_binds">(false).set<"denies">(false);
  row.write(context.sink, context.origin);
}

}  // namespace

void add_openstack_storage_kinds(std::vector<TfKind>& kinds) {
  kinds.insert(kinds.end(),
               {
                   {.type = kInstance, .write = &write_instance, .prepare = &prepare_instance},
                   {.type = "openstack_compute_volume_attach_v2", .write = &write_volume_attach},
                   {.type = "openstack_compute_keypair_v2"},
                   {.type = "openstack_compute_flavor_v2"},
                   {.type = "openstack_compute_servergroup_v2"},
                   {.type = "openstack_blockstorage_volume_v3", .write = &write_volume},
                   {.type = "openstack_blockstorage_volume_v2", .write = &write_volume},
                   {.type = "openstack_blockstorage_volume_type_v3", .write = &write_volume_type, .alias = "name"},
                   {.type = "openstack_objectstorage_container_v1", .write = &write_container},
                   {.type = "openstack_objectstorage_object_v1"},
                   {.type = "openstack_images_image_v2", .write = &write_image},
                   {.type = "openstack_images_image_access_v2", .write = &write_image_access},
                   {.type = "openstack_keymanager_secret_v1", .write = &write_secret},
                   {.type = "openstack_sharedfilesystem_share_v2", .write = &write_share},
                   {.type = "openstack_sharedfilesystem_share_access_v2", .write = &write_share_access},
               });
}

}  // namespace ehdscan
