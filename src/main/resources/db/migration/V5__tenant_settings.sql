-- What a tenant wants held and spent for it.
alter table tenant
    add column monthly_budget_nanos bigint,              -- null: no bound
    add column min_retention_millis bigint not null default 0,
    add column max_retention_millis bigint,              -- null: no bound
    add column settings_version     bigint not null default 1;

-- The ledger's sum by tenant and calendar month (UTC), and until when tasks ran, kept as charges are written: a cell that is
-- read back knows what its tenants have spent without adding up a month.
create table tenant_month (
    tenant_id      text   not null,
    month          text   not null,                      -- 2026-11
    amount_nanos   bigint not null,
    last_active_at timestamptz,
    primary key (tenant_id, month)
);
insert into tenant_month
select tenant_id, to_char(from_at at time zone 'UTC', 'YYYY-MM'), sum(amount_nanos), max(to_at) filter (where kind = 'ACTIVE')
from ledger
where tenant_id <> ''
group by 1, 2;
