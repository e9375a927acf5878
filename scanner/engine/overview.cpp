// SPDX-License-Identifier: Apache-2.0
#include "engine/overview.h"

#include <algorithm>
#include <functional>

#include "evidence/sqlite.h"

namespace ehdscan {
namespace {

/// The query for access has the same number.
constexpr std::size_t kMostRows = 2000;

// Grouped before joined, never a subquery per row: SQLite builds no index for those, and a register has 10,000 permits.
constexpr std::string_view kPermits = R"(
select p.permit_id, p.starts_at, p.ends_at, p.delete_by_at, coalesce(n.persons, 0)
from data_permit p
left join (select permit_id, count(*) as persons from permit_person where starts_at <= as_of() and ends_at >= as_of()
           group by permit_id) n on n.permit_id = p.permit_id
order by 1)";

// Roles and path only for the rows that are shown: a node can have 200,000 others.
constexpr std::string_view kAccess = R"(
with permit_of as materialized (select project_id, min(permit_id) as permit_id from data_project group by project_id),
now_in as materialized (
  select distinct d.project_id, n.person_id from data_project d join permit_person n on n.permit_id = d.permit_id
  where n.starts_at <= as_of() and n.ends_at >= as_of()),
others as materialized (
  select 'staff' as holder_kind, staff_id as holder_id from staff_member where ends_at >= as_of()
  union select 'service', service_id from service_principal where owner_id is not null),
reach as (select distinct account_id, project_id, platform from effective_access where project_id is not null),
every as materialized (
  select coalesce(p.permit_id, '') as permit, e.project_id, e.platform, e.account_id,
         coalesce(h.shown_as, e.account_id) as holder, coalesce(h.holder_kind, '') as holder_kind,
         (i.person_id is not null or o.holder_id is not null) as within
  from reach e
  left join account_holder h on h.platform = e.platform and h.account_id = e.account_id
  left join account a on a.platform = e.platform and a.account_id = e.account_id
  left join permit_of p on p.project_id = e.project_id
  left join now_in i on h.holder_kind = 'person' and i.project_id = e.project_id and i.person_id = h.holder_id
  left join others o on o.holder_kind = h.holder_kind and o.holder_id = h.holder_id
  where coalesce(a.enabled, 1)),
shown as materialized (select * from every order by permit, project_id, within, holder, platform, account_id limit 2000),
ways as materialized (
  select account_id, project_id, platform, group_concat(distinct coalesce(role_name, role_id)) as roles, min(path) as path
  from effective_access where (account_id, project_id, platform) in (select account_id, project_id, platform from shown)
  group by account_id, project_id, platform)
select s.permit, s.project_id, s.platform, s.holder, s.holder_kind, w.roles, w.path, s.within, (select count(*) from every)
from shown s join ways w on w.account_id = s.account_id and w.project_id = s.project_id and w.platform = s.platform
order by s.permit, s.project_id, s.within, s.holder, s.platform, s.account_id)";

constexpr std::string_view kClocks = R"(
with due as (
  select i.incident_id, c.regime, c.stage, c.recipient, c.max_hours, c.max_months, n.required, n.notified_at,
         case c.clock_from when 'zero-point' then case c.zero_point when 'detection' then i.detected_at else i.aware_at end
                           when 'incident' then i.detected_at when 'end-of-handling' then i.handled_at
                           when 'corrective-measure-available' then i.contained_at
                           else (select min(p.notified_at) from incident_notice p
                                 where p.incident_id = i.incident_id and p.regime = c.regime and p.stage = c.clock_from) end as zero_at
  from incident i join threshold_notification_clock c on c.max_hours is not null or c.max_months is not null
  left join declared_regime r on r.regime = c.regime
  left join incident_notice n on n.incident_id = i.incident_id and n.regime = c.regime and n.stage = c.stage
  where (c.applies = 'always' or (c.applies = 'declared' and r.applies)) and coalesce(n.required, 1)),
ends as (
  select *, case when max_hours is not null then strftime('%Y-%m-%dT%H:%M:%SZ', zero_at, '+' || max_hours || ' hours')
                 else add_months(substr(zero_at, 1, 10), max_months) || substr(zero_at, 11) end as due_at from due)
select incident_id, regime, stage, coalesce(recipient, ''), coalesce(zero_at, ''), coalesce(due_at, ''), coalesce(notified_at, ''),
       case when due_at is null then 'unknown' when notified_at is null then case when due_at < as_of() then 'missing' else 'running' end
            when notified_at <= due_at then 'in_time' else 'late' end
from ends order by incident_id, coalesce(due_at, '9'), regime, stage)";

/// Rows of a query; nothing if a table of it is not there.
void each(const Evidence& evidence, std::string_view sql, const std::function<void(const sqlite::Statement&)>& take) {
  Result<sqlite::Statement> rows = sqlite::Statement::prepare(evidence.handle(), sql);
  if (!rows) return;
  while (true) {
    const Result<bool> more = rows->step();
    if (!more || !*more) return;
    take(*rows);
  }
}

std::string text(const sqlite::Statement& row, int column) { return std::string(row.text(column)); }

/// The texts of a stored list: `["a","b"]`.
std::vector<std::string> list(std::string_view stored) {
  std::vector<std::string> texts;
  std::string current;
  bool inside = false;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const char c = stored[i];
    if (!inside) {
      inside = c == '"';
      continue;
    }
    if (c == '"') {
      texts.push_back(std::move(current));
      current.clear();
      inside = false;
    } else if (c == '\\' && i + 1 < stored.size()) {
      current += stored[++i];
    } else {
      current += c;
    }
  }
  return texts;
}

std::vector<std::string> parts(std::string_view joined) {
  std::vector<std::string> words;
  while (!joined.empty()) {
    const std::size_t comma = joined.find(',');
    words.emplace_back(joined.substr(0, comma));
    joined = comma == std::string_view::npos ? std::string_view() : joined.substr(comma + 1);
  }
  std::ranges::sort(words);
  return words;
}

}  // namespace

Overview make_overview(const Evidence& evidence) {
  Overview overview;
  each(evidence, kPermits, [&](const sqlite::Statement& row) {
    overview.permits.push_back({text(row, 0), text(row, 1), text(row, 2), text(row, 3), row.integer(4)});
  });
  each(evidence, kAccess, [&](const sqlite::Statement& row) {
    overview.access_total = row.integer(8);
    overview.access.push_back({text(row, 0), text(row, 1), text(row, 2), text(row, 3), text(row, 4), parts(row.text(5)),
                               list(row.text(6)), row.integer(7) != 0});
  });
  each(evidence, kClocks, [&](const sqlite::Statement& row) {
    if (++overview.clocks_total > static_cast<std::int64_t>(kMostRows)) return;
    overview.clocks.push_back({text(row, 0), text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5),
                               text(row, 6), text(row, 7)});
  });
  return overview;
}

}  // namespace ehdscan
