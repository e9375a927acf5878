#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The rules that the recordings beside this file hold: run in a network namespace of its own, then the answers of
# IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES, one behind the other, are one recording (made on Linux 6.18, x86_64).
set -euo pipefail
iptables-legacy -P INPUT DROP
iptables-legacy -N ADMIN
iptables-legacy -A INPUT -i lo -j ACCEPT
iptables-legacy -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables-legacy -A INPUT -m state --state INVALID -j DROP
iptables-legacy -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ADMIN
iptables-legacy -A INPUT -p tcp -m multiport --dports 80,443,8000:8010 -j ACCEPT
iptables-legacy -A INPUT -p udp ! --dport 53 ! -s 192.0.2.0/24 -i eth+ -j ACCEPT
iptables-legacy -A INPUT -p icmp -m limit --limit 5/s -m comment --comment hello -j ACCEPT
iptables-legacy -A INPUT -p tcp -g ADMIN
iptables-legacy -A INPUT -j LOG
iptables-legacy -A INPUT -s 203.0.113.9
iptables-legacy -A INPUT -j REJECT
iptables-legacy -A ADMIN ! -i eth1 -m conntrack --ctstate NEW -j ACCEPT
iptables-legacy -A ADMIN -j RETURN
iptables-legacy -t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 80
ip6tables-legacy -P INPUT DROP
ip6tables-legacy -A INPUT -s fe80::/10 -p tcp --dport 22 -j ACCEPT
ip6tables-legacy -A INPUT ! -s 2001:db8::/32 -p tcp --dport 443 -j ACCEPT
