// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "collectors/collector.h"
#include "collectors/linux_host/host_context.h"

namespace ehdscan {

/// Reads one Linux machine from its files, /proc, /sys and netlink; starts no process.
///
///     linux_host: local                        # the machine we run on
///     linux_host: {root: /mnt/image}           # a mounted image or a chroot
///     linux_host: {root: /mnt/image, name: login01}
///
/// The host is named by `name`, else by /etc/hostname.
const CollectorSpec& linux_host_collector();

/// Its parts in the order they run. The only list.
std::span<const HostSection* const> linux_host_sections();

}  // namespace ehdscan
