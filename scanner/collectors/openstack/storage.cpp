// SPDX-License-Identifier: Apache-2.0
// Nova, Glance, Cinder, Swift, Barbican and Manila: machines and what data lies in.
#include "evidence/tables/storage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "collectors/openstack/context.h"
#include "evidence/tables/backup.h"
#include "evidence/tables/compute.h"
#include "evidence/tables/inventory.h"
#include "evidence/tables/keys.h"

namespace ehdscan {
namespace {

constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

std::optional<std::string> project_of(const OsObject& object) {
  return object.text({"project_id", "tenant_id", "os-vol-tenant-attr:tenant_id",
                      "os-extended-snapshot-attributes:project_id", "os-backup-project-attr:project_id", "owner",
                      "Project ID", "Project"});
}

std::optional<std::int64_t> gibibytes(const OsObject& object) {
  const auto size = object.integer({"size", "Size"});
  return size ? std::optional(*size * kGibibyte) : std::nullopt;
}

std::optional<std::string> lower(std::optional<std::string> text) {
  return text ? std::optional(to_lower(*text)) : text;
}

}  // namespace

void write_os_asset(const OsObject& object, OsContext& context, std::string_view kind, const std::string& id,
                    const std::optional<std::string>& project, std::optional<std::int64_t> size_bytes,
                    bool holds_data) {
  Row<tables::asset> row(context.platform);
  row.set<"asset_kind">(kind).set<"asset_id">(id).set<"name">(object.text({"name", "Name"})).set<"project_id">(project);
  row.set<"size_bytes">(size_bytes)
      .set<"holds_data">(holds_data)
      .set<"zone">(object.text({"OS-EXT-AZ:availability_zone", "availability_zone"}));
  row.set<"created_at">(object.time({"created_at", "created", "Created At", "Created"}));
  const auto tags = object.object({"metadata", "properties", "Properties"});
  if (tags) {
    row.set<"owner">(tags->text({"owner"}))
        .set<"permit_label">(tags->text({"permit"}))
        .set<"dataset_id">(tags->text({"dataset"}));
    if (const auto data_class = tags->text({"class", "data_class"})) row.set<"data_class">(*data_class);
    Row<tables::asset_tag> tag(context.platform);
    for (std::size_t i = 0; i < tags->raw().size(); ++i) {
      const Node value = tags->raw()[i];
      tag.set<"asset_kind">(kind).set<"asset_id">(id).set<"tag">(tags->raw().key_at(i).scalar());
      if (!value.is(Node::Kind::null) && !value.is(Node::Kind::mapping)) tag.set<"value">(value.scalar());
      tag.write(context.sink, context.origin);
    }
  }
  row.write(context.sink, context.origin);
}

void write_os_server(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::instance> row(context.platform);
  const auto project = project_of(object);
  row.set<"instance_id">(*id).set<"name">(object.text({"name", "Name"})).set<"project_id">(project);
  row.set<"zone">(object.text({"OS-EXT-AZ:availability_zone", "Availability Zone"}));
  row.set<"hypervisor_host">(object.text({"OS-EXT-SRV-ATTR:hypervisor_hostname", "OS-EXT-SRV-ATTR:host", "Host"}));
  if (const auto image = object.object({"image"})) {
    row.set<"image_id">(image->text({"id"}));
  } else {
    row.set<"image_id">(object.text({"Image ID"}));
  }
  if (const auto status = object.text({"status", "Status"})) {
    const std::string_view word = *status == "ACTIVE" ? "running"
                                  : *status == "SHUTOFF" || *status == "SHELVED" || *status == "SHELVED_OFFLOADED"
                                      ? "stopped"
                                  : *status == "PAUSED" || *status == "SUSPENDED" ? "paused"
                                  : *status == "SOFT_DELETED"                     ? "soft_deleted"
                                  : *status == "BUILD"                            ? "building"
                                  : *status == "ERROR"                            ? "failed"
                                                                                  : std::string_view(*status);
    row.set<"state">(word);
  }
  row.set<"created_at">(object.time({"created", "Created At"})).set<"created_by">(object.text({"user_id", "User ID"}));
  row.set<"key_pair">(object.text({"key_name", "Key Name"}));
  if (object.has("OS-EXT-SRV-ATTR:user_data"))
    row.set<"user_data_present">(object.text({"OS-EXT-SRV-ATTR:user_data"}).has_value());
  // Nova's metadata service knows no tokens and no switch per machine (OS-META).
  row.set<"metadata_enabled">(true).set<"metadata_tokens">("unavailable").set<"identity_is_default">(false);
  if (object.has("trusted_image_certificates"))
    row.set<"image_signature_checked">(object.node({"trusted_image_certificates"}).has_value());
  row.write(context.sink, context.origin);
  write_os_asset(object, context, "instance", *id, project, std::nullopt, true);
  Row<tables::volume_attachment> attachment(context.platform);
  for (const OsObject& volume : object.objects({"os-extended-volumes:volumes_attached", "volumes_attached"})) {
    const auto volume_id = volume.text({"id"});
    if (!volume_id || !context.written.insert("attachment " + *volume_id + *id).second) continue;
    attachment.set<"volume_id">(*volume_id).set<"instance_id">(*id);
    attachment.write(context.sink, context.origin);
  }
}

void write_os_image(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::image> row(context.platform);
  const auto project = project_of(object);
  row.set<"image_id">(*id).set<"name">(object.text({"name", "Name"})).set<"project_id">(project);
  row.set<"visibility">(lower(object.text({"visibility", "Visibility"})));
  row.set<"kind">(object.text({"image_type"}) == std::optional<std::string>("snapshot") ? "snapshot" : "image");
  row.set<"hidden">(object.boolean({"os_hidden"}))
      .set<"protected_from_deletion">(object.boolean({"protected", "Protected"}));
  if (const auto status = object.text({"status", "Status"})) row.set<"active">(to_lower(*status) == "active");
  row.set<"created_at">(object.time({"created_at"})).set<"size_bytes">(object.integer({"size", "Size"}));
  row.set<"checksum_algorithm">(object.text({"os_hash_algo"}))
      .set<"os_product">(object.text({"os_distro"}))
      .set<"os_version">(object.text({"os_version"}));
  if (object.has("visibility")) {
    row.set<"signature_present">(object.text({"img_signature"}).has_value());
    row.set<"signature_hash">(object.text({"img_signature_hash_method"}));
    row.set<"uefi">(object.text({"hw_firmware_type"}) == std::optional<std::string>("uefi"));
    row.set<"secure_boot_required">(object.text({"os_secure_boot"}) == std::optional<std::string>("required"));
    row.set<"encrypted">(object.text({"os_encrypt_format", "cinder_encryption_key_id"}).has_value());
    row.set<"key_id">(object.text({"os_encrypt_key_id", "cinder_encryption_key_id"}));
  }
  row.write(context.sink, context.origin);
  write_os_asset(object, context, "image", *id, project, object.integer({"size", "Size"}), true);
}

void write_os_image_member(const OsObject& object, OsContext& context) {
  const auto image = object.text({"image_id", "Image ID"});
  const auto member = object.text({"member_id", "Member ID"});
  if (!image || !member) return;
  Row<tables::image_member> row(context.platform);
  row.set<"image_id">(*image).set<"member_id">(*member).set<"state">(lower(object.text({"status", "Status"})));
  row.write(context.sink, context.origin);
}

void write_os_volume(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::volume> row(context.platform);
  const auto project = project_of(object);
  row.set<"volume_id">(*id).set<"name">(object.text({"name", "Name"})).set<"project_id">(project);
  row.set<"zone">(object.text({"availability_zone"}));
  if (const auto type = object.text({"volume_type", "Type", "type"})) {
    const auto known = context.volume_type_ids.find(*type);
    row.set<"volume_type_id">(known == context.volume_type_ids.end() ? *type : known->second);
  }
  if (auto status = object.text({"status", "Status"})) {
    const std::string_view word = status->starts_with("error") ? "failed"
                                  : *status == "in-use"        ? "in_use"
                                  : *status == "creating"      ? "building"
                                                               : std::string_view(*status);
    row.set<"state">(word);
  }
  row.set<"size_bytes">(gibibytes(object));
  const auto encrypted = object.boolean({"encrypted", "Encrypted"});
  row.set<"encrypted">(encrypted);
  const auto key = object.text({"encryption_key_id"});
  if (encrypted) row.set<"encryption">(*encrypted ? "customer_key" : "none");
  row.set<"key_id">(key)
      .set<"multi_attach">(object.boolean({"multiattach"}))
      .set<"source_snapshot_id">(object.text({"snapshot_id"}));
  row.set<"created_at">(object.time({"created_at"}));
  row.write(context.sink, context.origin);
  write_os_asset(object, context, "volume", *id, project, gibibytes(object), true);
  Row<tables::volume_attachment> attachment(context.platform);
  for (const OsObject& use : object.objects({"attachments", "Attached to"})) {
    const auto server = use.text({"server_id"});
    if (!server || !context.written.insert("attachment " + *id + *server).second) continue;
    attachment.set<"volume_id">(*id)
        .set<"instance_id">(*server)
        .set<"device">(use.text({"device"}))
        .set<"attached_at">(use.time({"attached_at"}));
    attachment.write(context.sink, context.origin);
  }
}

void write_os_volume_type(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  const auto name = object.text({"name", "Name"});
  if (name) context.volume_type_ids[*name] = *id;
  Row<tables::volume_type> row(context.platform);
  row.set<"volume_type_id">(*id).set<"name">(name);
  row.set<"is_public">(
      object.boolean({"os-volume-type-access:is_public", "is_public", "access_is_public", "Is Public"}));
  if (const auto encryption = object.object({"encryption", "Encryption"})) {
    const auto provider = encryption->text({"provider"});
    row.set<"encrypted">(provider.has_value()).set<"provider">(provider).set<"cipher">(encryption->text({"cipher"}));
    row.set<"key_bits">(encryption->integer({"key_size"}));
    if (auto control = encryption->text({"control_location"}))
      row.set<"control_location">(*control == "front-end" ? "front_end" : "back_end");
  }
  row.write(context.sink, context.origin);
}

void write_os_snapshot(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::snapshot> row(context.platform);
  const auto project = project_of(object);
  row.set<"snapshot_id">(*id)
      .set<"name">(object.text({"name", "Name"}))
      .set<"project_id">(project)
      .set<"copied_kind">("volume");
  row.set<"copied_id">(object.text({"volume_id", "Volume ID", "Volume"}))
      .set<"size_bytes">(gibibytes(object))
      .set<"automatic">(false);
  row.set<"created_at">(object.time({"created_at", "Created At"}));
  row.write(context.sink, context.origin);
  write_os_asset(object, context, "snapshot", *id, project, gibibytes(object), true);
}

void write_os_backup(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::recovery_point> row(context.platform);
  row.set<"recovery_point_id">(*id).set<"project_id">(project_of(object)).set<"asset_kind">("volume");
  row.set<"asset_id">(object.text({"volume_id", "Volume"})).set<"taken_at">(object.time({"created_at", "Created At"}));
  if (const auto status = object.text({"status", "Status"})) {
    row.set<"state">(status->starts_with("error") ? "failed" : *status == "creating" ? "creating" : "available");
  }
  row.set<"size_bytes">(gibibytes(object)).set<"incremental">(object.boolean({"is_incremental"}));
  row.set<"key_id">(object.text({"encryption_key_id"})).set<"expires_kind">("never");
  row.write(context.sink, context.origin);
}

void write_os_volume_transfer(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  Row<tables::volume_transfer> row(context.platform);
  row.set<"transfer_id">(*id)
      .set<"volume_id">(object.text({"volume_id", "Volume"}))
      .set<"project_id">(object.text({"source_project_id"}));
  row.set<"accepted">(object.boolean({"accepted"}).value_or(false)).set<"created_at">(object.time({"created_at"}));
  row.write(context.sink, context.origin);
}

void write_os_container(const OsObject& object, OsContext& context) {
  const auto name = object.text({"container", "name", "Name"});
  if (!name) return;
  const auto account = object.text({"account", "project_id"});
  const std::string project =
      account && account->starts_with("AUTH_") ? account->substr(5) : account.value_or(context.of);
  const std::string id = project.empty() ? *name : project + "/" + *name;
  Row<tables::bucket> row(context.platform);
  row.set<"bucket_id">(id).set<"name">(*name);
  if (!project.empty()) row.set<"project_id">(project);
  row.set<"object_count">(object.integer({"object_count", "count"}));
  // Swift shows access lists only where the asker is an operator of the owner (SW-1): a missing one says nothing.
  if (object.has("versions_enabled") || object.has("history-location")) row.set<"versioning">("enabled");
  row.write(context.sink, context.origin);
  write_os_asset(object, context, "bucket", id, project.empty() ? std::nullopt : std::optional(project),
                 object.integer({"bytes_used", "bytes"}), true);
  Row<tables::resource_grant> grant(context.platform);
  const bool shows_lists = object.has("read_acl") || object.has("write_acl");
  for (const auto& [field, permission] : {std::pair{"read_acl", "read"}, std::pair{"write_acl", "write"}}) {
    for (const std::string& entry : object.texts({field}).value_or(std::vector<std::string>{})) {
      const bool listing = entry == ".rlistings";
      grant.set<"asset_kind">("bucket").set<"asset_id">(id).set<"grant_id">(entry).set<"permission">(
          listing ? "list" : permission);
      const std::size_t colon = entry.find(':');
      if (entry.starts_with(".r:")) {
        grant.set<"grantee_kind">(entry == ".r:*" ? "everyone" : "referrer").set<"grantee_id">(entry.substr(3));
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
  if (!shows_lists)
    context.partial(
        tables::resource_grant,
        fmt::format("the container {} is listed without its access lists (`openstack container show`)", id));
}

void write_os_secret(const OsObject& object, OsContext& context) {
  const auto reference = object.text({"secret_ref", "Secret href"});
  if (!reference) return;
  const std::string id = reference->substr(reference->rfind('/') + 1);
  Row<tables::secret> row(context.platform);
  row.set<"secret_id">(id)
      .set<"name">(object.text({"name", "Name"}))
      .set<"algorithm">(lower(object.text({"algorithm", "Algorithm"})));
  row.set<"project_id">(object.text({"project_id"}));
  row.set<"key_bits">(object.integer({"bit_length", "Bit length"}));
  if (const auto type = object.text({"secret_type", "Secret type"})) {
    row.set<"kind">(*type == "symmetric" ? "symmetric_key"
                    : *type == "private" ? "private_key"
                    : *type == "public"  ? "public_key"
                                         : std::string_view(*type));
  }
  if (const auto acl = object.object({"acl"})) {
    if (const auto read = acl->object({"read"})) row.set<"readable_by_project">(read->boolean({"project-access"}));
  }
  row.set<"rotation_enabled">(false).set<"created_at">(object.time({"created", "Created"}));
  if (const auto ends = object.time({"expiration", "Expiration"})) {
    row.set<"expires_kind">("at").set<"expires_at">(*ends);
  } else if (object.has("expiration") || object.has("Expiration")) {
    row.set<"expires_kind">("never");
  }
  row.write(context.sink, context.origin);
}

void write_os_share(const OsObject& object, OsContext& context) {
  const auto id = object.text({"id", "ID"});
  if (!id) return;
  const auto project = project_of(object);
  Row<tables::share> row(context.platform);
  row.set<"share_id">(*id).set<"name">(object.text({"name", "Name"})).set<"project_id">(project);
  row.set<"protocol">(lower(object.text({"share_proto", "Share Proto"}))).set<"size_bytes">(gibibytes(object));
  row.set<"is_public">(object.boolean({"is_public", "Is Public"})).set<"created_at">(object.time({"created_at"}));
  row.write(context.sink, context.origin);
  write_os_asset(object, context, "share", *id, project, gibibytes(object), true);
}

}  // namespace ehdscan
