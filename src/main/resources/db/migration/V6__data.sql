-- What tenants' tasks read, and what they call. A task keeps what it was submitted with: changing these changes no task.
create table dataset (
    tenant_id  text        not null references tenant,
    name       text        not null,
    url        text        not null,
    sha256     text        not null,
    bytes      bigint      not null,
    created_at timestamptz not null,
    primary key (tenant_id, name)
);

create table service (
    tenant_id  text        not null references tenant,
    name       text        not null,
    endpoints  jsonb       not null,
    created_at timestamptz not null,
    primary key (tenant_id, name)
);

-- The files that a task left for others, by name; null where it left none, as all did before.
alter table task
    add column outputs text;
