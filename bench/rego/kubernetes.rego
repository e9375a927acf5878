# SPDX-License-Identifier: Apache-2.0
# What ehdscan's checks ask of pods, services, roles and policies, as far as Rego rules that see one object can ask it.
package main

import rego.v1

pod := input.spec.template.spec if input.kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}

pod := input.spec if input.kind == "Pod"

pod := input.spec.jobTemplate.spec.template.spec if input.kind == "CronJob"

name := sprintf("%s %s/%s", [input.kind, object.get(input.metadata, "namespace", "default"), input.metadata.name])

containers contains c if some c in pod.containers

containers contains c if some c in pod.initContainers

deny contains sprintf("%s: host network", [name]) if pod.hostNetwork

deny contains sprintf("%s: host PIDs", [name]) if pod.hostPID

deny contains sprintf("%s: host IPC", [name]) if pod.hostIPC

deny contains sprintf("%s: host path", [name]) if {
	some v in pod.volumes
	v.hostPath
}

deny contains sprintf("%s: token mounted", [name]) if {
	pod
	not pod.automountServiceAccountToken == false
}

deny contains sprintf("%s: privileged", [name]) if {
	some c in containers
	c.securityContext.privileged
}

deny contains sprintf("%s: escalation", [name]) if {
	some c in containers
	not c.securityContext.allowPrivilegeEscalation == false
}

deny contains sprintf("%s: root", [name]) if {
	some c in containers
	not c.securityContext.runAsNonRoot
	not pod.securityContext.runAsNonRoot
}

deny contains sprintf("%s: user 0", [name]) if {
	some c in containers
	c.securityContext.runAsUser == 0
}

deny contains sprintf("%s: writable root", [name]) if {
	some c in containers
	not c.securityContext.readOnlyRootFilesystem
}

deny contains sprintf("%s: capabilities kept", [name]) if {
	some c in containers
	not "ALL" in c.securityContext.capabilities.drop
}

deny contains sprintf("%s: capabilities added", [name]) if {
	some c in containers
	some a in c.securityContext.capabilities.add
	a != "NET_BIND_SERVICE"
}

deny contains sprintf("%s: seccomp", [name]) if {
	some c in containers
	not c.securityContext.seccompProfile.type in {"RuntimeDefault", "Localhost"}
	not pod.securityContext.seccompProfile.type in {"RuntimeDefault", "Localhost"}
}

deny contains sprintf("%s: proc mount", [name]) if {
	some c in containers
	c.securityContext.procMount == "Unmasked"
}

deny contains sprintf("%s: image without digest", [name]) if {
	some c in containers
	not contains(c.image, "@sha256:")
}

deny contains sprintf("%s: registry", [name]) if {
	some c in containers
	not startswith(c.image, "registry.node.example/")
}

deny contains sprintf("%s: host port", [name]) if {
	some c in containers
	some p in c.ports
	p.hostPort
}

deny contains sprintf("%s: limits", [name]) if {
	some c in containers
	not c.resources.limits.memory
}

deny contains sprintf("%s: secret in environment", [name]) if {
	some c in containers
	some e in c.env
	e.valueFrom.secretKeyRef
}

deny contains sprintf("%s: sysctl", [name]) if {
	some s in pod.securityContext.sysctls
	not startswith(s.name, "net.ipv4.ip_local_port_range")
}

deny contains sprintf("%s: open service", [name]) if {
	input.kind == "Service"
	input.spec.type in {"LoadBalancer", "NodePort"}
}

deny contains sprintf("%s: wildcard", [name]) if {
	input.kind in {"Role", "ClusterRole"}
	some r in input.rules
	some word in array.concat(r.verbs, r.resources)
	word == "*"
}

deny contains sprintf("%s: reads secrets", [name]) if {
	input.kind in {"Role", "ClusterRole"}
	some r in input.rules
	"secrets" in r.resources
}

deny contains sprintf("%s: binds everyone", [name]) if {
	input.kind in {"RoleBinding", "ClusterRoleBinding"}
	some s in input.subjects
	s.name in {"system:anonymous", "system:unauthenticated", "system:authenticated"}
}

deny contains sprintf("%s: open policy", [name]) if {
	input.kind == "NetworkPolicy"
	some rule in input.spec.ingress
	not rule.from
}

deny contains sprintf("%s: open to every address", [name]) if {
	input.kind == "NetworkPolicy"
	some rule in input.spec.egress
	some to in rule.to
	to.ipBlock.cidr == "0.0.0.0/0"
}

deny contains sprintf("%s: value in manifest", [name]) if {
	input.kind == "Secret"
	input.data
}
