// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

// A part of the readiness baseline as it stood when the report writers were made: enough for a report that looks like a
// real one. It is a sample, not the profile; nothing follows from a difference.

namespace ehdscan::sample {

struct SampleDomain {
  const char* id;
  const char* title;
  int weight;
};
inline constexpr std::array kDomains{
    SampleDomain{"GOV", "governance and breach response", 8},
    SampleDomain{"IAM", "identity and access", 14},
    SampleDomain{"NET", "network isolation", 8},
    SampleDomain{"EGR", "egress and export airlock", 13},
    SampleDomain{"HST", "compute and host", 5},
    SampleDomain{"STO", "storage and encryption", 10},
    SampleDomain{"LOG", "logging and audit", 12},
    SampleDomain{"TLS", "endpoints and certificates", 7},
    SampleDomain{"VUL", "vulnerability, change, inventory", 5},
    SampleDomain{"BCK", "backup and continuity", 4},
    SampleDomain{"RES", "residency and sovereignty", 6},
    SampleDomain{"K8S", "clusters and containers", 3},
    SampleDomain{"SUP", "supply chain", 2},
    SampleDomain{"FED", "federated identity and federation", 3},
};

struct SampleControl {
  const char* id;
  const char* title;
  const char* severity;
  const char* basis;
  bool gates;
  const char* min_evidence;
  const char* evidence;
  const char* requirement;
  const char* testable_how;
  const char* ehds;
  const char* iso27001;
  const char* nist80053;
};
inline constexpr std::array kControls{
    SampleControl{"GOV-01", "Security policy approved, versioned and current", "high", "guideline", false, "E1",
                  "document",
                  "The operator has a management-approved, versioned security policy that covers the SPE, names the "
                  "law and baseline version it follows, and was reviewed within the last 12 months.",
                  "Pass: the record has version, approved_on, an approver other than the author, the node id in scope, "
                  "a baseline id, and a sha256 equal to that of the supplied file, and the later of approved_on and "
                  "reviewed_on lies 0 to 365 days before the as-of date. Fail: everything is readable and one rule is "
                  "broken (too old, approver is author, node not in scope, hash differs). Not assessed: record or file "
                  "missing, a date absent, malformed or in the future, or only a free-text claim.",
                  "73(1)(b)", "5.1", "PL-1"},
    SampleControl{"GOV-06", "Internal and third-party audits with follow-up", "critical", "law", true, "E1", "document",
                  "The SPE is audited internally at least yearly and by a third party at least every 3 years, and "
                  "critical findings are corrected in time.",
                  "Pass: the newest internal audit is at most 365 days old and its auditor holds no operator role and "
                  "no privileged account, the newest external audit is at most 1095 days old by a named third party, "
                  "scope is agreed with the access body, each serious incident or major change is followed by an audit "
                  "or a dated plan within 180 days, and no critical finding is past its due date. Fail: a date too "
                  "old, an auditor found in the privileged set, or an overdue critical finding; other overdue findings "
                  "are listed. Not assessed: date, auditor, scope or findings list missing; an empty findings list "
                  "counts only with findings_count 0 and the hash of the report.",
                  "59(1)(d),73(3)", "5.35", "CA-2,CA-5"},
    SampleControl{
        "GOV-08", "Notification clocks in the plan", "critical", "law", false, "E1", "document",
        "The breach plan states zero point, limit and recipient for each applicable reporting regime, none looser than "
        "the regime itself.",
        "Pass: each regime in force at the as-of date has an entry whose zero point is not later and whose limits are "
        "not above thresholds.yaml notification_clocks; a clock started at detection also satisfies an awareness clock "
        "but not the reverse, and \"one month\" is met only by a calendar month or 28 days or less. Fail: a regime "
        "without entry, a later zero point, a longer limit, or a missing recipient class. Not assessed: limits only in "
        "prose, or applicability of NIS2 or CRA undeclared; the GDPR and access-body clocks always apply.",
        "", "6.8", "IR-6"},
    SampleControl{"IAM-01", "Accounts are a subset of permits", "critical", "law", true, "E2",
                  "keystone,keycloak,ldap,aws,azure,gcp,kubernetes,linux,permit_register",
                  "Every enabled human account with workspace or data rights belongs to a person listed in an active "
                  "permit for that project or to a declared staff member.",
                  "Pass: in every identity source the manifest lists, each enabled human principal resolves by exact "
                  "issuer and subject (or the register's keyed hash of both) to a person not removed from an active "
                  "permit for that same project, or to a staff entry with role, approver and an end date not passed. "
                  "Fail: any other enabled principal, however it gets its right (nested group, inherited or implied "
                  "role, federated shadow user, guest, authorized_keys line, cloud-local user); principals of unknown "
                  "type count as human, and names, e-mail prefixes or undeclared case folding never make a match. Not "
                  "assessed: a listed source or the register is missing, denied, truncated, stale or invalid.",
                  "61(2),67(2)(a),68(10)(d),73(1)(a)", "5.18", "AC-2"},
    SampleControl{"IAM-02", "No grant outlives its permit", "critical", "law", true, "E2",
                  "keystone,keycloak,ldap,aws,azure,gcp,kubernetes,linux,permit_register",
                  "No account, grant, session, key or visa stays usable after the end or revocation of the permit, or "
                  "after the person was taken off it.",
                  "Pass: after the effective end (earliest of revoked_at and extended_to or valid_to; per person also "
                  "removed_at) no live grant for that project remains, and before it every artefact type that can "
                  "carry an expiry (application credential, trust, SSH certificate, static token, SAS, visa) has one "
                  "not later than that end. Fail: a live grant, session or credential after the end, or an expiry that "
                  "is later than the end or null on such a type; a grant is covered only by an active permit for the "
                  "same project, never by the same person's other permit. Not assessed: end dates, expiry fields or "
                  "time zones missing, sessions not exported, or the register absent or invalid.",
                  "63(3),68(10)(e),68(12),73(1)(a),73(1)(d)", "5.18", "AC-2(3)"},
    SampleControl{
        "IAM-03", "Permits stay separated for one and many persons", "critical", "law", true, "E2",
        "keystone,keycloak,ldap,aws,azure,gcp,kubernetes,linux,permit_register",
        "No identity, group, role or shared resource reaches the data of two projects except through separate contexts "
        "per permit.",
        "Pass: in the full graph of principals, nested groups, roles, trusts and shared networks or volumes, every "
        "non-staff path ends in one project only, and a person on several permits holds one direct, project-scoped "
        "grant per permit. Fail: a group or role that spans two projects, a domain-wide or inherited assignment, a "
        "cross-account trust, an unscoped token or application credential, or a shared network or volume that joins "
        "them; a path counts even if nobody uses it today. Not assessed: membership, role inference or inheritance not "
        "exported, recursion cut off, or project-to-permit mapping missing.",
        "73(1)(d)", "8.3", "AC-4,AC-6"},
    SampleControl{
        "IAM-04", "One person per identity", "critical", "law", true, "E2",
        "keystone,keycloak,ldap,aws,azure,gcp,linux,permit_register",
        "There are no shared, generic, duplicate or guest identities, and every alias resolves to exactly one person.",
        "Pass: every enabled human identity maps to exactly one person in register or staff list; several identities "
        "of one person are fine. Fail: one identity claimed by two persons, equal UID numbers or a second UID 0, the "
        "same SSH key in the authorized_keys of two persons, an enabled guest or anonymous account, or an alias that "
        "resolves to nobody; a generic-looking name alone only raises a note. Not assessed: no person mapping, or a "
        "source that hides its members (unexpanded group, external directory not supplied).",
        "73(1)(d)", "5.16", "IA-2,IA-4"},
    SampleControl{
        "IAM-05", "Multi-factor sign-in on every human path", "critical", "guideline", true, "E2",
        "aws,azure,gcp,keystone,keycloak,ldap,saml,linux",
        "Every interactive path of every person (console, API, remote desktop, VPN, SSH gateway) demands more than one "
        "factor.",
        "Pass: each path in the manifest is bound to a flow that demands a second factor from every enabled human and "
        "no parallel path skips it. Fail: anyone who can enter with one factor: AWS password_enabled true and "
        "mfa_active false, an Entra policy in report-only state or with excluded users (AZ-CA-1), a Keystone rule that "
        "shrinks to one method (KS-1), Keycloak OTP asked only of enrolled users or an enabled direct grant (KC-2, "
        "KC-3), sshd accepting publickey or password alone unless the key is an sk- key with verify-required or a "
        "short-lived certificate issued after MFA. Not assessed: federated users unless FED-02 passes for them, the "
        "Keystone enabled flag unset, unknown authenticator types, or a path without evidence.",
        "73(1)(b),73(1)(d)", "8.5", "IA-2(1),IA-2(2)"},
    SampleControl{
        "IAM-07", "Few, named, time-boxed privileged persons", "high", "law", true, "E2",
        "aws,azure,gcp,keystone,kubernetes,linux,keycloak,document",
        "The set of persons with privileged or data-manager rights is small, named, approved and time-limited.",
        "Pass: the effective set (computed from rights, not role names: identity write, key admin, host root or sudo, "
        "cluster-admin, log or backup delete, dataset write or delete) is a subset of the declared list, its size is "
        "within the declared cap, every entry has approver, reason and an end date not passed, and standing rights "
        "without justification are zero. Fail: an unlisted holder, a set above the cap, an expired entry, or standing "
        "admin where only eligible assignments are declared. Not assessed: no declared list or cap, or rights that "
        "could not be expanded (eligible assignments, sudo includes, aggregated roles not exported).",
        "73(1)(c)", "8.2", "AC-6(5)"},
    SampleControl{"IAM-09", "Root and break-glass sealed", "high", "guideline", false, "E2",
                  "aws,azure,gcp,keystone,kubernetes,linux",
                  "Root and break-glass identities have MFA, no standing keys, no routine use, an alarm on use and a "
                  "sealed procedure.",
                  "Pass: the root row of the AWS report shows mfa_active true (or root credentials are removed by the "
                  "organisation), both access keys inactive and no use in the last 90 days (the same for Entra "
                  "emergency accounts, the Keystone bootstrap admin, cluster client certificates of system:masters and "
                  "host root), and an alarm on their use has an action and an owner. Fail: a live root key, no MFA, "
                  "routine use, or an alarm without a target. Not assessed: last-use data missing; AWS "
                  "\"no_information\" means never used since tracking began and passes, \"not_supported\" does not.",
                  "", "8.2", "AC-2,IA-5"},
    SampleControl{"IAM-14", "Separation of duties", "high", "law", true, "E2",
                  "keystone,keycloak,aws,azure,gcp,ldap,permit_register,document",
                  "No person combines the roles of researcher, output checker, dataset preparer and log administrator.",
                  "Pass: the person-by-role matrix built from effective rights of all sources has no person with two "
                  "roles of the conflict list. Fail: any such person, including one who can grant the second role to "
                  "themself or who holds it in another identity source. Not assessed: a role of the list is not mapped "
                  "to concrete rights, or identities do not resolve to persons.",
                  "55(3),73(1)(c),73(2)", "5.3", "AC-5"},
    SampleControl{
        "IAM-15", "Re-identification keys kept apart", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,keystone,kubernetes,ldap,permit_register",
        "No identity that can read project data can read the key, salt or table that reverses the pseudonyms, which "
        "only the access body or a trusted third party holds.",
        "Pass: the declared reversal objects (KMS keys, secrets, tables, files) are found in evidence, and the set of "
        "principals who can read or decrypt them, or change who may, does not meet the set with project data access. "
        "Fail: one principal in both sets, directly or by group, role chain, key grant, restore of a backup or admin "
        "of both; or a reversal object located in a project account. Not assessed: reversal objects undeclared or not "
        "found (unknown location is not absence), or key policies and grants not exported.",
        "66(3)", "8.11,8.24", "SC-12,AC-5"},
    SampleControl{
        "NET-01", "No sensitive port open to the internet", "critical", "guideline", true, "E2",
        "aws,azure,gcp,openstack,linux,tls",
        "No administration, database, cluster or hypervisor port can be reached from the internet over IPv4 or IPv6.",
        "Pass: with all layers evaluated in platform order (NEU-*, AWS-NET-*, AZ-NET-*, GCP-NET-1, LX-4), the union of "
        "allowed sources for each port in network.sensitive_ports on every addressable resource lies inside the "
        "declared admin prefixes, IPv4 and IPv6 judged apart. Fail: the union contains internet-like space "
        "(network.internet_like), including 0.0.0.0/1 + 128.0.0.0/1, null protocol, port or remote, protocol \"6\", a "
        "port range that contains the port, an address group or prefix list with 0.0.0.0/0, port_security_enabled "
        "false, no NSG; a live connect that succeeds overrules any configuration. Not assessed: rules, routes, "
        "addresses or load balancers not read to the last page, unresolved prefix lists, or interface types that may "
        "bypass filtering (NEU-6).",
        "73(1)(b)", "8.20", "SC-7"},
    SampleControl{
        "NET-02", "Projects cannot reach each other", "critical", "guideline", true, "E2",
        "aws,azure,gcp,openstack,kubernetes,linux",
        "Traffic between the networks of two projects is blocked at layers 3 and 4.",
        "Pass: the graph of routers, peerings, transit gateways, shared or RBAC-shared networks, VPNs, load balancers "
        "and rules holds no path between workloads of different permits, except to declared shared services that do "
        "not forward. Fail: any path in either direction or family, e.g. one router with two projects' subnets, a "
        "network shared with \"*\", Azure AllowVnetInBound across a peering, a security group that names another "
        "project's group, or one layer-2 segment with port security off. Not assessed: routing or peering data "
        "missing, projects not mapped to permits, or a firewall appliance between them whose rules were not supplied.",
        "73(1)(b),73(1)(d)", "8.22", "SC-7(21)"},
    SampleControl{
        "NET-03", "Default deny with owned rules", "high", "guideline", false, "E2",
        "aws,azure,gcp,openstack,linux,document",
        "Default groups allow nothing and every allow rule has an owner, a purpose and an expiry.",
        "Pass: AWS and Neutron groups named default have no rules and no members, GCP default network and its rules "
        "are gone, subnets carry an NSG that overrides the built-in outbound allow, and each allow rule matches a "
        "rule-list entry with owner, purpose and unexpired date. Fail: an unmatched or expired rule, or reliance on a "
        "platform default that allows (NEU-1, AWS-NET-1, AZ-NET-1, GCP-NET-1); \"no rule\" counts as deny only where "
        "the platform denies by default in that direction. Not assessed: rule list or rules missing; listed rules "
        "absent on the platform are reported as stale paper.",
        "", "8.20", "SC-7(5),CM-7"},
    SampleControl{
        "NET-05", "Data and compute without public address", "critical", "law", true, "E2", "aws,azure,gcp,openstack",
        "Data stores, databases, key services, registries and compute have no public address and are reached through "
        "private endpoints inside the SPE only.",
        "Pass: no workload port has a floating, elastic or public address or a routed public IPv6 address, no database "
        "is publicly accessible, and storage, key, registry and database services accept private endpoints only "
        "(publicNetworkAccess Disabled, endpoint-bound policy, no authorised network wider than the SPE). Fail: any "
        "public address or service endpoint open to other networks, null settings that default to open (AZ-ST-1), or a "
        "data service behind an internet-facing balancer; declared entry gateways are exempt if they hold no data. Not "
        "assessed: addresses, balancers or service network settings not read for every region and project.",
        "73(1),73(1)(b)", "8.20", "SC-7,AC-3"},
    SampleControl{
        "EGR-01", "Workspaces cannot open outbound connections", "critical", "guideline", true, "E2",
        "aws,azure,gcp,openstack,kubernetes,linux",
        "Project workspaces cannot open a connection to any destination outside the SPE, over any protocol, address "
        "family or service endpoint.",
        "Pass: for every workspace subnet and port, IPv4 and IPv6 apart, the product of egress rules and routes "
        "reaches declared internal prefixes only, and service endpoints carry policies that name the node's own "
        "resources. Fail: an open rule (automatic allow-all egress of Neutron and AWS groups NEU-1, AWS-NET-1, "
        "built-in AllowInternetOutBound in Azure, implied GCP egress allow, no filtering at all) that meets a way out "
        "(router gateway with SNAT, NAT or egress-only gateway, public or routed IPv6 address, implicit outbound "
        "access, peering or VPN onward, an endpoint whose default policy allows foreign buckets AWS-NET-4, a proxy "
        "that accepts CONNECT), or a probe log entry that succeeded. Not assessed: routes, endpoint policies or IPv6 "
        "data missing, or an appliance in the path with unknown rules; a failed probe alone never passes, and an open "
        "rule without a way out is left to NET-03.",
        "73(1)(b),73(2)", "8.12", "SC-7(5),SC-7(10)"},
    SampleControl{
        "EGR-02", "Redirection off by default", "critical", "guideline", true, "E2", "export,linux,azure,aws",
        "Clipboard, drive, printer, USB and file transfer of the remote session are off by default, and each exception "
        "carries a reference of the access body.",
        "Pass: the effective setting of every gateway, pool and connection profile (after inheritance) disables "
        "clipboard out, drive, printer, port, USB and file transfer, and each enabling profile maps to an unexpired "
        "exception with an access-body reference and direction. Fail: any channel enabled without that, a client-side "
        "setting as the only control, or a setting left unset where the product default is on (Guacamole copy and SFTP "
        "flags, RDP device redirection, desktop-streaming policies). Not assessed: profile inheritance or product "
        "version unknown, or a second gateway listed in the manifest without export.",
        "73(1)(b),73(2)", "8.12", "AC-4,AC-20"},
    SampleControl{"EGR-03", "Airlock: submit is not release", "critical", "law", true, "E2",
                  "aws,azure,gcp,openstack,keycloak,export",
                  "Researchers can submit results but only the checker role can move them out, and nothing else can "
                  "write to the outbox.",
                  "Pass: effective rights on the outbox (bucket, queue, share, API) give write or copy only to the "
                  "checker role and the release service, submitters lack read-back from the outbox side, and no holder "
                  "of the checker role is a submitter in the same project. Fail: any other writer, including account "
                  "owner keys, shared keys, pre-signed upload, replication or lifecycle rules, backup restore and "
                  "wildcard policies. Not assessed: outbox undeclared or not found, policies partly unreadable, or an "
                  "application-level airlock whose role export is missing.",
                  "61(4),73(2)", "8.12,5.3", "AC-3(2),AC-4"},
    SampleControl{
        "EGR-04", "Every release approved and logged", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,export,permit_register",
        "Every object that left the SPE has a request, a hash, criteria, a reviewer other than the requester and a "
        "kept copy, and the release record agrees with the access log.",
        "Pass: in the window under test each outbound read, copy or download in the storage or gateway log joins by "
        "object, version or hash and time to exactly one approval dated before it, with reviewer other than requester, "
        "reviewer in the checker role at that time, criteria filled and copy present. Fail: an unmatched transfer, an "
        "approval after the fact, self-approval through two identities of one person, or a hash that differs; "
        "approvals without transfer are only listed. Not assessed: data-access logging off (see LOG-01), gaps in "
        "either source, clocks unsynchronised beyond the join tolerance, or fewer than 30 days of overlap.",
        "73(1)(e),73(2)", "8.15", "AU-10"},
    SampleControl{
        "EGR-06", "No anonymous, public or long-lived links", "critical", "guideline", true, "E2",
        "aws,azure,gcp,openstack",
        "Data is not shared through anonymous access, public links, long pre-signed URLs or tokens for other tenants.",
        "Pass: no grant to everyone or to all signed-in users of the platform, and a preventive rule bounds signed "
        "links (S3 policy on signature age or VPC endpoint, Azure shared key off with SAS policy, GCS signer rights "
        "absent, Swift without temp-URL keys). Fail: Swift .r:* or *:* or a referrer ACL, S3 Principal \"*\" without a "
        "binding condition, allUsers or allAuthenticatedUsers, a Swift temp-URL key readable by users, shared-key "
        "access left at its null default (AZ-ST-1). Not assessed: signed links cannot be listed on any platform "
        "(AWS-S3-3, AZ-ST-2), so without the preventive rule the absence of links is never a pass.",
        "73(1)(b),73(2)", "8.3,5.14", "AC-3,AC-21"},
    SampleControl{
        "EGR-08", "Copies are not shared outside", "critical", "guideline", true, "E2", "aws,azure,gcp,openstack",
        "Volume snapshots, images, replicas and database exports are not shared with or copied to accounts outside the "
        "node.",
        "Pass: share attributes of every snapshot, image, AMI, file share and database export are private or name "
        "declared node accounts, image visibility is private, replication targets are node accounts, and public "
        "sharing is blocked at account level where the platform can. Fail: public or community images, launch or "
        "create-volume permission for all or for an undeclared account, accepted image members, volume transfers "
        "pending, replication to a foreign account or to a country outside RES-01. Not assessed: any region, project "
        "or copy type not listed to the end, or owner ids that cannot be mapped to declared accounts.",
        "73(1)(b)", "8.12", "AC-21,SC-7"},
    SampleControl{
        "HST-01", "Systems within vendor support", "high", "guideline", false, "E2",
        "linux,kubernetes,openstack,aws,azure,gcp",
        "Operating systems, hypervisors, cluster and platform versions are within vendor support at the as-of date.",
        "Pass: each host, image, node, cluster and control-plane component reports product and version, and the "
        "end-of-support table (dated data) gives a date not before the as-of date for that channel. Fail: the date has "
        "passed, with extended support counted only when a valid entitlement is in evidence. Not assessed: product or "
        "version unknown to the table, rolling releases without build date, or hosts in the inventory without "
        "evidence; an unknown version is never taken as current.",
        "", "8.8", "SI-2,SA-22"},
    SampleControl{"HST-02", "SSH daemon hardened", "high", "guideline", false, "E2", "linux,tls",
                  "The SSH daemon refuses root and password sign-in, forbids forwarding for users and offers approved "
                  "algorithms only.",
                  "Pass: sshd -T evaluated per connection class (LX-1) gives permitrootlogin no or prohibit-password "
                  "on staff-only hosts, passwordauthentication no and kbdinteractiveauthentication no unless bound to "
                  "MFA, allowtcpforwarding, allowagentforwarding, permittunnel and x11forwarding no for users, and the "
                  "KEXINIT seen on the wire offers nothing from the fail list of thresholds.yaml ssh. Fail: any of "
                  "these weaker, keyboard-interactive left on with plain PAM (LX-3), or a listed algorithm offered "
                  "even if not preferred. Not assessed: configuration file text without effective output (ehdscan's "
                  "own evaluator counts as effective output only for directives that golden tests pin against sshd -T "
                  "-C), Match blocks not exercised, or host unreachable.",
                  "", "8.9", "AC-17,CM-6"},
    SampleControl{
        "HST-03", "Host firewall, listeners and malware defence", "medium", "guideline", false, "E2", "linux,document",
        "The host firewall drops by default, listening services are a subset of the declared list, and malware or "
        "intrusion detection is current.",
        "Pass: input and forward base chains drop by default in both families (LX-4), every socket of ss -lntu bound "
        "to a non-loopback address is in the declared list, and the agent reports a signature or rule date at most 7 "
        "days old and a running state. Fail: policy accept with no final drop, an IPv6 table left open, container port "
        "mappings that bypass the chain, an undeclared listener, or an agent stopped or stale. Not assessed: rules "
        "read without privilege, listener list without process owners, or no declared list.",
        "", "8.7,8.20", "CM-7,SI-3,SI-4"},
    SampleControl{"HST-05", "Boot and image integrity", "medium", "practice", false, "E2",
                  "aws,azure,gcp,openstack,linux",
                  "Machines start with secure boot or a virtual TPM, and images are verified by signature.",
                  "Pass: secure boot is on as seen by the host or instance metadata (Nova image property "
                  "os_secure_boot required, Azure securityProfile, GCP shieldedInstanceConfig, AWS UEFI data), and "
                  "images carry a signature that the launch path verifies (verify_glance_signatures true). Fail: off, "
                  "or properties present but verification not enforced. Not assessed: bare-metal firmware state or "
                  "image properties missing; a signature property by itself proves nothing.",
                  "", "8.9", "SI-7"},
    SampleControl{
        "STO-01", "Encryption at rest everywhere", "critical", "guideline", true, "E2", "aws,azure,gcp,openstack,linux",
        "Every volume, bucket, database, snapshot, backup, swap and temporary area that can hold project data is "
        "encrypted at rest.",
        "Pass: each item in the complete listing has its encryption flag true with an identified key (Cinder volume "
        "type with LUKS provider and encrypted true, EBS and snapshot Encrypted, database StorageEncrypted, disk "
        "encryption type at host), and on hosts every data filesystem, swap and scratch device sits on a dm-crypt "
        "parent. Fail: one item without it, including snapshots of formerly plain volumes, ephemeral and local scratch "
        "disks, swap files, and objects written before a bucket default existed (AWS-S3-2). Not assessed: any region, "
        "project or type not listed to the end, objects without per-object data where the default is younger than the "
        "data, or back-end encryption claimed by a document only.",
        "73(1)(b)", "8.24", "SC-28"},
    SampleControl{
        "STO-02", "Customer keys in a key service", "high", "guideline", false, "E2", "aws,azure,gcp,openstack,linux",
        "Project data is encrypted with keys per project held in a key management service or HSM, clear keys are never "
        "kept on the data system, and custody matches the declaration.",
        "Pass: each encrypted resource names a customer-managed key whose project tag equals its own, the key lives in "
        "a key service (KMS, Key Vault, Barbican, Vault) outside the data account or project, and origin, location and "
        "external custody equal the declaration. Fail: provider-default keys where project keys are declared, one key "
        "for several permits, a key file or passphrase on the data host or in instance metadata, or a custody "
        "mismatch. Not assessed: key metadata or tags missing, or a key id that the key listing does not contain.",
        "", "8.24", "SC-12"},
    SampleControl{
        "STO-04", "Public access blocked", "critical", "guideline", true, "E2", "aws,azure,gcp,openstack",
        "Public and anonymous access to object storage is blocked at account level and absent at bucket, object and "
        "access-point level.",
        "Pass: the account or organisation guard is on (all four S3 flags, allowBlobPublicAccess false, "
        "publicAccessPrevention enforced) and no bucket, container, object or access-point policy or ACL grants "
        "everyone or every signed-in platform user; Swift containers have no .r: or *:* entry and no account ACL "
        "beyond the project. Fail: any such grant, a null setting that defaults to open (AZ-ST-1), or a missing guard "
        "with public policies possible. Not assessed: policies or ACLs unreadable for one container, object ACLs not "
        "disabled and not sampled, or accounts not listed to the end.",
        "73(1)(b)", "8.3", "AC-3"},
    SampleControl{
        "STO-05", "Nothing survives permit end plus six months", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,linux,permit_register",
        "No data tied to a permit exists later than six months after its effective end, in any copy.",
        "Pass: for each permit whose effective end plus six calendar months lies before the as-of date, the complete "
        "inventory (volumes, snapshots, images, buckets with all versions, databases, replicas, caches, soft-deleted "
        "items, scratch; backups and recovery points are judged by BCK-05) holds nothing with its project id, and key "
        "destruction counts when the key's deletion is proved and no plain copy existed. Fail: any remaining item, "
        "including soft-deleted and versioned objects; a disabled but present project and items between end and "
        "deadline are listed with days left. Not assessed: inventory incomplete, untagged data-bearing resources "
        "present, or project-to-permit mapping missing.",
        "68(12)", "8.10", "MP-6,SI-12"},
    SampleControl{
        "STO-06", "Mounted datasets are in the permit", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,kubernetes,linux,permit_register",
        "Every dataset reachable in a project is listed in that project's permit, and its pseudonymised flag matches.",
        "Pass: each mount, volume attachment, bucket grant or database grant of a project resolves by dataset id tag "
        "or path rule to a dataset of the active permit for that project, with equal pseudonymised or anonymised flag; "
        "user-brought data (Art. 67(2)(f)) appears in the register as such. Fail: an unlisted dataset, a grant to a "
        "project whose permit ended, a flag that differs, or one dataset id resolved from two different contents "
        "hashes. Not assessed: dataset tags or path rules missing, wildcard grants that cannot be expanded, or the "
        "register without datasets.",
        "66(1),66(2),68(10)(a),73(1)(d)", "8.3", "AC-3,AC-4"},
    SampleControl{
        "LOG-01", "Access and activity logging complete", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,keystone,keycloak,kubernetes,linux",
        "Access and activity logging is on for every data store, gateway, identity provider, key service, airlock and "
        "administration plane.",
        "Pass: every asset of these classes in the inventory has a sink that records success and failure of sign-in, "
        "data read and write, import and export, and administration, e.g. S3 data events or server access logs, GCP "
        "Data Access logs, Azure diagnostic categories, CADF middleware per OpenStack service, Keycloak eventsEnabled "
        "and adminEventsEnabled with a persistent sink, Kubernetes audit policy, and a record younger than 24 hours "
        "exists. Fail: one asset without it, or a platform default mistaken for logging (AWS-LOG-1, GCP-LOG-1, KC-1). "
        "Not assessed: inventory or sink configuration missing, or no sample record; keystroke or screen capture is "
        "not required and its absence never fails.",
        "73(1)(e)", "8.15", "AU-2,AU-12"},
    SampleControl{"LOG-02", "Access logs kept at least one year", "critical", "law", true, "E2",
                  "aws,azure,gcp,openstack,keystone,keycloak,kubernetes,linux",
                  "The effective retention of access logs is at least 365 days, with 90 days readily available; 5 "
                  "years is recommended.",
                  "Pass: for each access-log sink the minimum over all limits in its path (log group, lifecycle expiry "
                  "including noncurrent versions, index policy, table retention, logrotate count times period, "
                  "journald, quota) is at least 365 days and at least 90 days stay searchable; null in an AWS log "
                  "group and absent Keycloak expiry mean unlimited. Fail: any limit below 365, e.g. GCP _Default 30 "
                  "days, Azure workspace default, Keycloak eventsExpiration, logrotate rotate 4 weekly. Not assessed: "
                  "size-bound retention (journald SystemMaxUse, auditd num_logs), where only LOG-03 can answer, or a "
                  "sink without policy data; 1825 days is reported as the recommended level, not required.",
                  "73(1)(e)", "8.15,5.33", "AU-11"},
    SampleControl{
        "LOG-03", "Retention is real and gapless", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,keystone,keycloak,kubernetes,linux",
        "The oldest available record is as old as the rule claims or as the node itself, and no gap exceeds 24 hours.",
        "Pass: for each access-log source first_record is not later than the later of as-of minus 365 days and the "
        "asset's first use, last_record is at most 24 hours old, and no interval between consecutive records or "
        "heartbeats is longer than 24 hours. Fail: a younger first record although the asset is older, a longer gap "
        "(quiet systems need heartbeats or sequence numbers), or sequence or digest breaks. Not assessed: index "
        "samples without bounds per day, asset age unknown, or time zone missing.",
        "73(1)(e)", "8.15", "AU-11,AU-5"},
    SampleControl{
        "LOG-04", "Actors resolve to persons", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,keystone,keycloak,ldap,kubernetes,linux,permit_register",
        "The actor in each access record resolves to exactly one person at the time of the event.",
        "Pass: in a seeded random sample of at least 1000 records or all, every human actor id maps through identity "
        "history (creation, rename, deletion, assumed-role session name with enforced source identity) to one person, "
        "and every service actor to an owner. Fail: an actor that maps to nobody or to two persons, a recycled id, a "
        "shared role session without source identity, an address or node name as the only actor. Not assessed: no "
        "identity history back to the sampled time, or sample smaller than required without being complete.",
        "73(1)(e)", "8.15", "AU-3"},
    SampleControl{"LOG-05", "Logs cannot be altered", "high", "guideline", true, "E2", "aws,azure,gcp,openstack,linux",
                  "Logs are protected against change and deletion for at least their retention period.",
                  "Pass: the archive has a write-once lock in a mode that administrators cannot lift (S3 Object Lock "
                  "COMPLIANCE, locked Azure immutability policy, locked GCS bucket policy) for at least the LOG-02 "
                  "period, or remote append-only storage under another administration plus verified digest chains. "
                  "Fail: no lock, governance mode or unlocked policy bypassable by a node admin, lock shorter than 365 "
                  "days, versioning alone, or digest validation off or broken. Not assessed: lock configuration "
                  "unreadable; host-only logs without remote copy fail rather than stay open.",
                  "73(1)(e)", "8.15,5.33", "AU-9"},
    SampleControl{
        "LOG-07", "Alerts with owners for security events", "high", "guideline", true, "E2",
        "aws,azure,gcp,openstack,keycloak,kubernetes,linux",
        "Alerts with a responsible owner exist for failed sign-in, unusual export, privilege change, log stop, key "
        "deletion and root use, fed by intrusion detection.",
        "Pass: for each event class of the profile at least one enabled rule matches the class, has an action whose "
        "target is confirmed and owned, and shows a firing or a recorded test at most 180 days old. Fail: a class "
        "without enabled rule, an action that is unconfirmed or points to nobody (pending topic subscription, empty "
        "action group), or a rule whose filter cannot match the logs actually collected. Not assessed: rules or "
        "targets not exported, or log collection itself not assessed for the class.",
        "73(1)(f)", "8.16", "SI-4,AU-5"},
    SampleControl{
        "LOG-09", "Clocks synchronised", "medium", "guideline", false, "E2", "linux,aws,azure,gcp",
        "All log sources use at least two trusted time sources, stay within one second and record UTC or the offset.",
        "Pass: chronyc tracking or timedatectl on each host shows synchronised state, at least two reachable sources "
        "(a cloud link-local service counts as one trusted pair), absolute offset below 1 s and records carry UTC or "
        "an offset. Fail: unsynchronised, one source, larger offset, or local time without offset. Not assessed: host "
        "without output; managed services inherit the provider's clock and are listed as such.",
        "", "8.17", "AU-8"},
    SampleControl{"TLS-01", "No obsolete protocol versions", "critical", "guideline", false, "E3", "tls",
                  "No endpoint accepts SSL 2.0, SSL 3.0, TLS 1.0 or TLS 1.1.",
                  "Pass: for each listed address (every A and AAAA record, each STARTTLS protocol) own handshakes "
                  "limited to each old version are refused by an alert or close, and a control handshake with a "
                  "current version succeeds before and after. Fail: a ServerHello with an old version, even if only "
                  "without SNI or on one address. Not assessed: timeout, reset by a filter, rate limiting, or the "
                  "control handshake failing; a version our own library cannot offer is never a pass.",
                  "73(1)(b)", "8.24", "SC-8,SC-13"},
    SampleControl{
        "TLS-02", "TLS 1.3 offered", "high", "guideline", false, "E3", "tls", "Every TLS endpoint negotiates TLS 1.3.",
        "Pass: the server selects 0x0304 in supported_versions on each address. Fail: it completes TLS 1.2 but not 1.3 "
        "with the full group and suite offer, after a retry with a HelloRetryRequest group and with an older-sized "
        "hello. Not assessed: endpoint unreachable, or refusal that may come from hello size or group set.",
        "", "8.24", "SC-8"},
    SampleControl{
        "TLS-05", "Strong groups only", "high", "guideline", false, "E3", "tls",
        "Key agreement uses strong named groups; weak curves, small or self-made Diffie-Hellman groups are refused.",
        "Pass: each group is offered alone per version and only groups of verdict pass are accepted; for TLS 1.2 DHE "
        "the prime from ServerKeyExchange equals a known safe group of at least 3072 bits (then warn). Fail: a curve "
        "below 250 bits, ffdhe2048, a prime below 2048 bits or an unknown prime. Not assessed: group not offerable by "
        "the prober or handshake cut; under overlays the overlay's list decides.",
        "", "8.24", "SC-12,SC-13"},
    SampleControl{"VUL-01", "Patch and disclosure policy with limits", "medium", "guideline", false, "E1",
                  "document,tls",
                  "A policy sets patch limits in days per severity and a disclosure process, and a valid security.txt "
                  "is reachable.",
                  "Pass: numeric days per severity are not above thresholds.yaml patching, a contact and process for "
                  "reports are named, and /.well-known/security.txt answers over HTTPS with Contact and an Expires in "
                  "the future. Fail: a limit missing or longer, or the file absent, expired or in contradiction to the "
                  "policy. Not assessed: policy record missing, or host not reachable.",
                  "", "8.8", "SI-2"},
    SampleControl{"VUL-02", "No overdue vulnerabilities", "critical", "guideline", true, "E2",
                  "export,linux,kubernetes",
                  "No critical or known-exploited vulnerability is open for more than 14 days and no high one for more "
                  "than 30 days on assets in scope.",
                  "Pass: in scanner exports that satisfy VUL-03 every open finding's age since first seen (earliest "
                  "over all exports supplied) or since publication of the fix, whichever is later, is within its "
                  "limit, or a valid VUL-05 exception or signed VEX \"not affected\" with reason covers it. Fail: one "
                  "finding over its limit; severity is the higher of scanner and vendor rating, known exploitation "
                  "lifts to critical. Not assessed: coverage or freshness of VUL-03 not met, severity or dates "
                  "missing, or results truncated; zero findings from an uncredentialed or failed scan are not clean.",
                  "73(1)(b),73(1)(f)", "8.8", "SI-2,RA-5"},
    SampleControl{
        "VUL-03", "Vulnerability scans fresh and complete", "high", "guideline", true, "E2",
        "export,openstack,aws,azure,gcp,kubernetes,linux",
        "Vulnerability scans are at most 30 days old and cover at least 95 % of the inventory with sufficient access.",
        "Pass: for at least 95 % of scannable assets, and all of those holding project data, a credentialed or agent "
        "scan with status complete and a feed at most 7 days older than the scan lies 0 to 30 days before the as-of "
        "date; the denominator is the observed inventory, not the scanner's own target list. Fail: lower coverage, an "
        "older scan, or data-bearing assets missed. Not assessed: inventory incomplete or scan status, feed date or "
        "credential flag missing.",
        "73(1)(f)", "8.8", "RA-5"},
    SampleControl{"VUL-05", "Exceptions documented and expiring", "medium", "guideline", false, "E1", "document",
                  "Every exception to patching or to a control is documented, owned, compensated and expires.",
                  "Pass: each exception has id, object, reason, owner, approver other than owner, compensating "
                  "measure, start and an end not passed and at most 365 days after the start. Fail: a missing field or "
                  "an expired one still used by another control. Not assessed: no exception record while other "
                  "controls show accepted risks; an empty list with count 0 passes when none is used.",
                  "", "8.8", "RA-7"},
    SampleControl{"BCK-01", "All assets backed up in time", "high", "guideline", false, "E2",
                  "openstack,aws,azure,gcp,kubernetes,linux,export",
                  "All assets in scope of the backup plan have a successful backup within the declared recovery point.",
                  "Pass: each inventory asset whose class requires backup has a job whose last result is success with "
                  "size above zero and age not above the declared RPO. Fail: no job, last success older than the RPO, "
                  "or success with warnings that skipped data. Not assessed: inventory or job results missing, or RPO "
                  "undeclared; assets excluded by permit rule are listed with their reason.",
                  "", "8.13", "CP-9"},
    SampleControl{"BCK-05", "Backup retention cannot outlive the permit", "critical", "law", true, "E2",
                  "openstack,aws,azure,gcp,linux,permit_register",
                  "Backup retention can never keep project data longer than six months after the permit's effective "
                  "end, unless cryptographic erasure is shown.",
                  "Pass: for each plan covering project data either its maximum retention, including locks, copies and "
                  "soft delete, is at most 181 days, or a per-project key is destroyed by the deadline (recorded "
                  "procedure, key separate per permit, deletion tested), or the latest expiry of every existing and "
                  "still possible copy is not later than the deadline. Fail: a plan that guarantees a breach (a copy "
                  "taken on the last permitted day outlives the deadline), a legal hold or compliance lock beyond it, "
                  "or recovery points of ended permits past it. Not assessed: retention in generations without a time "
                  "bound, copies in accounts not supplied, or project mapping missing.",
                  "68(12)", "8.10,8.13", "SI-12,MP-6"},
    SampleControl{
        "RES-01", "Data stays in the allowed countries", "critical", "law", true, "E2",
        "aws,azure,gcp,openstack,kubernetes,linux,document",
        "Every data-bearing resource lies in the allowed country set of the profile (Union, Union plus EEA, or Union "
        "plus adequacy).",
        "Pass: each storage, compute, database, cache and queue resource has a location that the dated region table "
        "maps to a country of the set, multi-region codes being expanded to all their members. Fail: one resource "
        "outside, including regions whose name suggests the Union but lie elsewhere (eu-west-2, eu-central-2, "
        "europe-west2, europe-west6, uksouth, switzerlandnorth, norwayeast under the Union-only option). Not assessed: "
        "a region code unknown to the table, on-site location without declared and evidenced site data, or an account "
        "or project whose regions were not all listed; prefixes never decide.",
        "87(1)", "5.23", "SA-9(5)"},
    SampleControl{"RES-03", "Replicas, logs, keys and telemetry stay too", "critical", "law", true, "E2",
                  "aws,azure,gcp,openstack,linux,document",
                  "Replicas, logs, keys, backups and support telemetry go only to the allowed countries.",
                  "Pass: every replication rule, geo-redundant setting, log sink, multi-region key, backup copy and "
                  "crash, metrics or support channel has a destination mapped to the set, and the destination's own "
                  "replication was followed too. Fail: any destination outside, e.g. paired-region redundancy that "
                  "leaves the set, a global log sink, multi-region key with an outside replica, or telemetry to an "
                  "undeclared host. Not assessed: destinations in accounts not supplied, vendor telemetry endpoints "
                  "unknown, or a chain that could not be followed.",
                  "87(1)", "5.23", "SA-9(5),SC-7"},
    SampleControl{
        "RES-05", "Adequacy decision for any place outside the Union", "high", "law", true, "E1",
        "document,aws,azure,gcp,openstack",
        "Any storage or processing outside the Union is covered by a named adequacy decision that is valid at the "
        "as-of date and for that sector.",
        "Pass: each outside location found by RES-01 and RES-03 has a declaration that names a decision contained in "
        "the dated adequacy table, in force at the as-of date, whose sector scope covers the recipient (e.g. "
        "commercial organisations only, certified organisations only). Fail: no entry, decision lapsed or not yet in "
        "force, or sector not covered. Not assessed: recipient's certification or sector status not evidenced, or the "
        "table older than 180 days; EEA states outside the Union pass only when the profile option says so.",
        "87(2)", "", "SA-9(5)"},
    SampleControl{"RES-06", "Country, foreign law and key custody declared", "medium", "guideline", false, "E1",
                  "document,aws,azure,gcp,openstack",
                  "The node's declared country equals what is observed, and exposure to foreign law and key custody "
                  "are declared.",
                  "Pass: declared country equals the set of observed locations, the declaration names the parent "
                  "companies of providers with their seat, the foreign laws that may reach data, the mitigation and "
                  "who holds the keys, and key custody agrees with STO-02. Fail: declared and observed differ (also "
                  "raises the integrity flag), or custody declared external while keys are provider-held. Not "
                  "assessed: declaration missing or RES-01 not assessed.",
                  "89(1)", "5.31", "SA-9(5)"},
    SampleControl{
        "K8S-01", "Control plane private and authenticated", "critical", "guideline", false, "E2",
        "kubernetes,aws,azure,gcp,linux,tls",
        "The cluster API is private, anonymous access is off, and kubelet and etcd require authentication over TLS.",
        "Pass: the API endpoint is private or its authorised networks lie inside the admin prefixes (K8-7), "
        "anonymous-auth is false or anonymous callers hold nothing beyond health and version paths "
        "(system:public-info-viewer), kubelets have anonymous false, mode Webhook and read-only port 0, and etcd "
        "demands client certificates. Fail: a public endpoint, anonymous-auth at its default true together with any "
        "further binding to system:anonymous or system:unauthenticated, authorization AlwaysAllow, port 10255 or "
        "unauthenticated 2379 answering. Not assessed: control-plane flags of a managed service not exposed and no "
        "wire evidence, or a node without kubelet configuration.",
        "73(1)(b)", "8.20", "SC-7,IA-3"},
    SampleControl{"K8S-02", "Cluster rights minimal", "high", "practice", false, "E2", "kubernetes",
                  "No cluster-admin or wildcard role is bound to users, nobody can escalate, bind or impersonate, and "
                  "token mounting is off by default.",
                  "Pass: after resolving aggregated roles and group subjects no non-staff subject has \"*\" verbs, "
                  "resources or groups, secrets list cluster-wide, escalate, bind, impersonate, pods/exec, "
                  "nodes/proxy, webhook write or token create on others' accounts, and automountServiceAccountToken is "
                  "false unless declared. Fail: any such binding, including to system:authenticated or to a namespace "
                  "default account; null automount means true (K8-5). Not assessed: an authoriser other than RBAC or "
                  "Node is active, or external group membership is unknown.",
                  "", "8.2", "AC-6"},
    SampleControl{
        "K8S-04", "Network policies default deny", "critical", "guideline", true, "E2", "kubernetes",
        "Each project namespace denies ingress and egress by default and the network plugin enforces it.",
        "Pass: in each project namespace a policy with empty podSelector, policyTypes Ingress and Egress and no rules "
        "exists, the union of all further policies (they add up) allows only the own namespace and declared services "
        "in both families, no workload uses hostNetwork, and the plugin is on the list of enforcing ones with its "
        "agent healthy. Fail: no policy selects a pod in one direction (then all is allowed), policyTypes without "
        "Egress, egress [{}], empty namespaceSelector, ipBlock with an internet-like range, or a plugin that ignores "
        "policies. Not assessed: plugin or cluster-wide policies unknown, or policy objects unread.",
        "73(1)(b)", "8.22", "SC-7(5)"},
    SampleControl{
        "K8S-08", "Namespace and permit one to one", "high", "guideline", true, "E2", "kubernetes,permit_register",
        "Each project namespace belongs to exactly one permit, and untrusted user code runs under a sandboxed runtime.",
        "Pass: every namespace with user workloads carries one permit or project label that the register knows as "
        "active, no permit label repeats over unrelated tenants, users cannot edit that label, and pods running "
        "user-supplied code name a runtimeClass from the sandbox list that exists on their nodes. Fail: no label, an "
        "unknown or ended permit, two permits in one namespace, persistent volumes bound across namespaces, or user "
        "code on the default runtime. Not assessed: labels or runtime classes not exported, register missing.",
        "73(1)(d)", "8.22", "SC-7(21)"},
    SampleControl{"SUP-01", "Software bill of materials per service", "medium", "guideline", false, "E2",
                  "export,kubernetes",
                  "Each service has a software bill of materials not older than its running release.",
                  "Pass: each catalogue service maps to a CycloneDX or SPDX file that parses, names the running "
                  "version or image digest and lists components with versions and identifiers. Fail: none, another "
                  "version, or an empty component list. Not assessed: running version unknown or file unparsable.",
                  "", "8.25", "SR-4"},
    SampleControl{"SUP-02", "Supplier register", "medium", "guideline", false, "E1", "document",
                  "A supplier register states criticality, security clauses and a review within 12 months.",
                  "Pass: each supplier has contact, services, criticality, clause flags for incident notice, audit, "
                  "vulnerability handling, sub-contracting and exit, and a review 0 to 365 days old for critical ones. "
                  "Fail: a critical supplier with a missing clause, an empty field, or a review too old. Not assessed: "
                  "no register; whether it is complete is asked by GOV-03 and RES-04.",
                  "", "5.19,5.20,5.21,5.22", "SR-3"},
    SampleControl{
        "FED-01", "SIRTFI asserted with security contact", "high", "guideline", false, "E2", "saml",
        "The node's own entities and every identity provider it relies on assert SIRTFI, preferably version 2, with a "
        "security contact.",
        "Pass: each entity's assurance-certification attribute holds the SIRTFI value (version 2 noted) in metadata "
        "whose signature was verified, and a contactPerson of the REFEDS security type with address exists. Fail: "
        "attribute or contact missing for the node's own entity or for an accepted provider. Not assessed: metadata "
        "unsigned, expired or not supplied, or accepted providers not enumerable (proxy that hides them).",
        "", "5.5,5.24", "IR-6,IA-8"},
    SampleControl{
        "FED-07", "Visas and entitlements are a subset of permits", "critical", "law", true, "E2",
        "export,keycloak,permit_register",
        "Every controlled-access visa or entitlement has a live permit for the same person and dataset and does not "
        "outlive it.",
        "Pass: each active visa or entitlement value resolves to person, dataset and source, and the register holds an "
        "active permit naming that person and that dataset whose effective end is not before the visa's expiry. Fail: "
        "no such permit, another dataset (prefix or parent collection is not equal), or expiry after the effective "
        "end. Not assessed: visa listing incomplete, opaque values without mapping, or register missing.",
        "68(10)(a),68(10)(d),68(10)(e),73(1)(a),73(1)(d)", "5.18", "AC-2,AC-3"},
};

struct SampleArticle {
  const char* point;
  const char* addressee;
  bool gate;
  const char* gating;
  const char* supporting;
  const char* applies_from;
  const char* evidence;
  const char* duty;
};
inline constexpr std::array kArticles{
    SampleArticle{"58(1)(b)", "access body", false, "", "GOV-01", "2029-03-26", "document",
                  "Publish the technical and organisational measures that protect people."},
    SampleArticle{"61(1)", "data user", false, "", "IAM-01,STO-06,FED-07,FED-10", "2029-03-26", "reconciliation",
                  "Process only as the permit, approved request or access approval allows."},
    SampleArticle{"63(2)", "access body", false, "", "GOV-07,GOV-08", "2029-03-26", "document",
                  "On suspected breach of data protection law inform the supervisory authority at once; hear the user "
                  "or holder within at most four weeks."},
    SampleArticle{"66(2)", "access body", false, "", "STO-06", "2029-03-26", "reconciliation",
                  "Provide anonymised data where the purpose can be met with them."},
    SampleArticle{"66(3)", "access body, trusted third party", true, "IAM-15", "STO-06", "2029-03-26", "reconciliation",
                  "Provide pseudonymised data only if anonymised data do not suffice; only the access body or a "
                  "trusted third party under national law holds what reverses the pseudonyms."},
    SampleArticle{"68(1)(e)", "applicant", false, "", "GOV-12,FED-08", "2029-03-26", "document",
                  "Show sufficient technical and organisational measures against misuse."},
    SampleArticle{"68(10)(f)", "access body", false, "", "EGR-10,FED-10", "2029-03-26", "reconciliation",
                  "The permit describes technical characteristics and tools available in the SPE."},
    SampleArticle{"68(12) deletion", "access body, SPE operator", true, "STO-05,BCK-05", "IAM-02", "2029-03-26",
                  "reconciliation", "Six months after a permit expires at the latest, its data are gone from the SPE."},
    SampleArticle{"73(1)", "access body", false, "", "NET-05,NET-06,EGR-01,STO-04", "2029-03-26", "machine",
                  "Permit-based access happens only inside an SPE with technical and organisational safeguards that "
                  "meets security and interoperability rules."},
    SampleArticle{"73(1)(a)", "SPE", true, "IAM-01,IAM-02,FED-07", "IAM-10", "2029-03-26", "reconciliation",
                  "Only natural persons listed in the data permit get in."},
    SampleArticle{"73(1)(b)", "SPE", true, "EGR-01,EGR-02,EGR-06,EGR-08,STO-01,STO-04,NET-01,NET-02,NET-05,K8S-04",
                  "EGR-05,EGR-07,EGR-10,IAM-05,IAM-08,NET-03,NET-04,NET-06,HST-01,HST-02,TLS-01,TLS-04,TLS-07,TLS-12,"
                  "TLS-14,K8S-01,VUL-02,GOV-01",
                  "2029-03-26", "machine",
                  "State-of-the-art measures keep the risk of unauthorised reading, copying, changing or removing of "
                  "hosted data minimal."},
    SampleArticle{"73(1)(c)", "SPE", true, "IAM-07,IAM-14", "IAM-16,IAM-13,EGR-03", "2029-03-26", "reconciliation",
                  "Only a limited number of authorised, identifiable individuals can input, inspect, modify or delete "
                  "hosted data."},
    SampleArticle{"73(1)(d)", "SPE", true, "IAM-03,IAM-04,IAM-05,STO-06,K8S-08", "HST-06,FED-02,FED-03,NET-02",
                  "2029-03-26", "reconciliation",
                  "Users reach only the data of their own permit, through individual unique identities and "
                  "confidential access modes."},
    SampleArticle{"73(1)(e)", "SPE", true, "LOG-01,LOG-02,LOG-03,LOG-04,LOG-05", "LOG-06,EGR-04,K8S-06", "2029-03-26",
                  "machine",
                  "Identifiable logs of access and activities are kept as long as needed to verify and audit all "
                  "processing, access logs at least one year."},
    SampleArticle{"73(1)(f)", "SPE", true, "LOG-07,VUL-02,VUL-03", "LOG-08,HST-03", "2029-03-26", "machine",
                  "Compliance is ensured and the measures are monitored against threats."},
    SampleArticle{"73(2) second", "access body", true, "EGR-03,EGR-04", "EGR-02,EGR-09,IAM-14", "2029-03-26",
                  "reconciliation",
                  "Every download request is reviewed so that users take out non-personal data only, including "
                  "anonymised statistics."},
    SampleArticle{"73(3)", "access body", true, "GOV-06", "GOV-05,VUL-04", "2029-03-26", "document",
                  "SPEs are audited regularly, also by third parties, and shortcomings, risks and vulnerabilities "
                  "found are corrected."},
    SampleArticle{"74(2)", "trusted data holder", false, "", "GOV-03", "2029-03-26", "document",
                  "The trusted holder is controller for providing data and processor for the user inside the SPE."},
    SampleArticle{"75(12)", "Commission", false, "", "", "2027-03-26", "outside",
                  "Set by 2027-03-26 architecture, security and compliance checks for joining, staying in and leaving "
                  "HealthData@EU."},
    SampleArticle{
        "87(1)", "access body, trusted holder, Union service and anyone acting for them", true, "RES-01,RES-03",
        "RES-02,BCK-02,RES-04", "2027-03-26", "machine",
        "Personal health data stay inside the Union, at rest and in every step from pseudonymisation and anonymisation "
        "to work under Art. 67 to 72, which runs in SPEs or HealthData@EU; contractors are bound too."},
    SampleArticle{"87(2)", "same", true, "RES-05", "", "2027-03-26", "reconciliation",
                  "By exception the data may be in a third country, territory or sector with a valid GDPR Art. 45 "
                  "adequacy decision."},
};

}  // namespace ehdscan::sample
