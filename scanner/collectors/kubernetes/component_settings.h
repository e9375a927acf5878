// SPDX-License-Identifier: Apache-2.0
// Settings of control plane and nodes that controls ask for, with what holds where they are not set. None holds a
// secret.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace ehdscan::kube {

struct KnownSetting {
  std::string_view name;        ///< flag without dashes; path in the configuration file for kubelets
  std::string_view unless_set;  ///< documented default; empty text where unset means that there is none
};

/// Source: command line reference of kube-apiserver, kube-controller-manager and kube-scheduler 1.25 to 1.34, etcd 3.5.
inline constexpr std::array kApiServerSettings{
    KnownSetting{"anonymous-auth", "true"},
    KnownSetting{"authorization-mode", "AlwaysAllow"},
    KnownSetting{"authorization-config", ""},
    KnownSetting{"authentication-config", ""},
    KnownSetting{"token-auth-file", ""},
    KnownSetting{"basic-auth-file", ""},
    KnownSetting{"client-ca-file", ""},
    KnownSetting{"etcd-cafile", ""},
    KnownSetting{"etcd-certfile", ""},
    KnownSetting{"kubelet-client-certificate", ""},
    KnownSetting{"kubelet-certificate-authority", ""},
    KnownSetting{"encryption-provider-config", ""},
    KnownSetting{"audit-policy-file", ""},
    KnownSetting{"audit-log-path", ""},
    KnownSetting{"audit-log-maxage", "0"},
    KnownSetting{"audit-log-maxbackup", "0"},
    KnownSetting{"audit-log-maxsize", "100"},
    KnownSetting{"audit-webhook-config-file", ""},
    KnownSetting{"enable-admission-plugins", ""},
    KnownSetting{"disable-admission-plugins", ""},
    KnownSetting{"admission-control-config-file", ""},
    KnownSetting{"tls-min-version", "VersionTLS12"},
    KnownSetting{"tls-cipher-suites", ""},
    KnownSetting{"profiling", "true"},
    KnownSetting{"service-account-extend-token-expiration", "true"},
    KnownSetting{"insecure-port", "0"},
};
inline constexpr std::array kEtcdSettings{
    KnownSetting{"client-cert-auth", "false"},
    KnownSetting{"peer-client-cert-auth", "false"},
    KnownSetting{"auto-tls", "false"},
    KnownSetting{"peer-auto-tls", "false"},
    KnownSetting{"trusted-ca-file", ""},
    KnownSetting{"cert-file", ""},
    KnownSetting{"listen-client-urls", "http://localhost:2379"},
};
inline constexpr std::array kManagerSettings{KnownSetting{"profiling", "true"},
                                             KnownSetting{"use-service-account-credentials", "false"},
                                             KnownSetting{"bind-address", "0.0.0.0"}};
inline constexpr std::array kSchedulerSettings{KnownSetting{"profiling", "true"},
                                               KnownSetting{"bind-address", "0.0.0.0"}};
/// KubeletConfiguration, kubelet.config.k8s.io/v1beta1: defaults of the file, which differ from those of the flags.
inline constexpr std::array kKubeletSettings{
    KnownSetting{"authentication.anonymous.enabled", "false"},
    KnownSetting{"authentication.webhook.enabled", "true"},
    KnownSetting{"authentication.x509.clientCAFile", ""},
    KnownSetting{"authorization.mode", "Webhook"},
    KnownSetting{"readOnlyPort", "0"},
    KnownSetting{"protectKernelDefaults", "false"},
    KnownSetting{"rotateCertificates", "false"},
    KnownSetting{"serverTLSBootstrap", "false"},
    KnownSetting{"tlsCipherSuites", ""},
    KnownSetting{"tlsMinVersion", "VersionTLS12"},
};

constexpr std::span<const KnownSetting> known_settings(std::string_view component) {
  if (component == "kube-apiserver") return kApiServerSettings;
  if (component == "etcd") return kEtcdSettings;
  if (component == "kube-controller-manager") return kManagerSettings;
  if (component == "kube-scheduler") return kSchedulerSettings;
  if (component == "kubelet") return kKubeletSettings;
  return {};
}

}  // namespace ehdscan::kube
