-- Every table begins with tenant_id or cell_id, so that it distributes on Citus-class engines.
-- Times are microseconds, PostgreSQL's grain; the cell truncates its clock to it, so that what is read back is what was decided.

create table cell (
    cell_id       text primary key,
    epoch         bigint      not null,           -- the fence: raised by each new owner, checked by each batch
    owner         text,
    owner_url     text,
    lease_until   timestamptz,
    next_sequence bigint      not null default 1,
    batches       bigint      not null default 0
);

create table tenant (
    tenant_id  text primary key,
    cell_id    text        not null references cell,
    name       text        not null,
    weight     integer     not null,
    isolation  text        not null,
    created_at timestamptz not null
);

create table api_key (
    tenant_id    text        not null,            -- '' for operators
    key_id       text        not null,
    key_hash     bytea       not null,            -- SHA-256 of the whole key: it is 256 random bits, so no salt, no stretching
    role         text        not null,
    name         text        not null,
    created_at   timestamptz not null,
    revoked_at   timestamptz,
    primary key (tenant_id, key_id)
);
create unique index api_key_hash on api_key (key_hash);

create table task_definition (
    tenant_id  text        not null references tenant,
    name       text        not null,
    body       jsonb       not null,
    version    bigint      not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, name)
);

create table environment (
    tenant_id      text        not null references tenant,
    environment_id text        not null,
    warm_up        jsonb       not null,
    variables      jsonb       not null,
    version        bigint      not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (tenant_id, environment_id)
);

create table workflow (
    tenant_id    text        not null,
    workflow_id  text        not null,
    cell_id      text        not null,
    name         text        not null,
    tasks        integer     not null,
    submitted_at timestamptz not null,
    primary key (tenant_id, workflow_id)
);
create index workflow_newest on workflow (tenant_id, submitted_at desc, workflow_id desc);

create table task (
    tenant_id         text        not null,
    task_id           text        not null,
    cell_id           text        not null,
    workflow_id       text,
    task_type         text        not null,
    name              text        not null,
    spec              text        not null,       -- the whole TaskSpec as JSON; never looked into here, so not jsonb
    state             text        not null,
    live              boolean     not null default true,  -- not final; apart from state, so that only the last update moves it
    attempt           integer     not null default 0,
    failures          integer     not null default 0,
    losses            integer     not null default 0,
    instance_id       text,
    submitted_at      timestamptz not null,
    eligible_at       timestamptz,
    not_before        timestamptz,
    assigned_at       timestamptz,
    started_at        timestamptz,
    finished_at       timestamptz,
    start_kind        text,
    result_end        text,
    exit_code         integer,
    result_detail     text,
    cpu_nanos         bigint,
    peak_memory_bytes bigint,
    read_bytes        bigint,
    written_bytes     bigint,
    network_bytes     bigint,
    wall_nanos        bigint,
    detail            text        not null default '',
    primary key (tenant_id, task_id)
) with (fillfactor = 70);                         -- a task's row is updated three times: leave room for it on its page
create index task_newest on task (tenant_id, submitted_at desc, task_id desc);
create index task_workflow on task (tenant_id, workflow_id) where workflow_id is not null;
create index task_live on task (cell_id) where live;

create table attempt (
    tenant_id   text        not null,
    task_id     text        not null,
    number      integer     not null,
    instance_id text        not null,
    assigned_at timestamptz not null,
    started_at  timestamptz,
    finished_at timestamptz,
    start_kind  text,
    result_end  text,                             -- as the agent reported; LOST when the machine ended under it
    exit_code   integer,
    detail      text        not null default '',
    primary key (tenant_id, task_id, number)
);

create table instance (
    cell_id             text        not null,
    instance_id         text        not null,
    provider_id         text        not null,
    offering_id         text        not null,
    offering            jsonb       not null,
    domain              text        not null,
    state               text        not null,
    state_since         timestamptz not null,
    ref                 text,
    warm                jsonb       not null,
    warming             jsonb       not null,
    allocations         jsonb       not null,
    standby_mode        text,
    woken_from          text        not null,
    hot_since           timestamptz,
    last_used_at        timestamptz not null,
    last_use            bigint      not null,
    cause_tenant        text,
    cause_task          text,
    rate_since          timestamptz,
    charged_until       timestamptz,
    cost_nanos          bigint      not null,
    launch_requested_at timestamptz not null,
    primary key (cell_id, instance_id)
) with (fillfactor = 50);
create index instance_live on instance (cell_id) where state not in ('TERMINATED', 'FAILED');

create table instance_event (
    cell_id     text        not null,
    instance_id text        not null,
    number      bigint generated always as identity,
    at          timestamptz not null,
    from_state  text,
    to_state    text        not null,
    trigger     text        not null,
    reason_code text        not null,
    reason      text        not null,
    primary key (cell_id, instance_id, number)
);

create table intent (
    cell_id      text        not null,
    token        text        not null,
    kind         text        not null,
    instance_id  text        not null,
    provider_id  text        not null,
    ref          text,
    standby_mode text,
    speculative  boolean     not null,
    issued_at    timestamptz not null,
    outcome      jsonb,                           -- null while open: dispatched again after a crash
    settled_at   timestamptz,
    primary key (cell_id, token)
);
create index intent_open on intent (cell_id) where outcome is null;

create table pool (
    cell_id  text  not null,
    pool_id  text  not null,                      -- '' for the default of pools without settings
    settings jsonb not null,
    primary key (cell_id, pool_id)
);

create table idempotency (
    tenant_id    text        not null,
    key          text        not null,
    request_hash bytea       not null,
    status       integer     not null,
    body         text        not null,
    created_at   timestamptz not null,
    primary key (tenant_id, key)
);

create table audit (
    tenant_id text        not null,               -- '' for what concerns no tenant
    number    bigint generated always as identity,
    at        timestamptz not null,
    actor     text        not null,
    action    text        not null,
    target    text        not null,
    detail    text        not null,
    primary key (tenant_id, number)
);

create table task_log (
    tenant_id    text    not null,
    task_id      text    not null,
    attempt      integer not null,
    stream       text    not null,
    offset_bytes bigint  not null,
    bytes        bytea   not null,
    primary key (tenant_id, task_id, attempt, stream, offset_bytes)
);

-- Partitioned by day and dropped by retention; the default partition takes what comes before its day's partition is made.
create table ledger (
    tenant_id    text        not null,            -- '' for what nobody caused
    cell_id      text        not null,
    instance_id  text        not null,
    kind         text        not null,
    amount_nanos bigint      not null,
    from_at      timestamptz not null,
    to_at        timestamptz not null,
    cause_task   text
) partition by range (from_at);
create table ledger_default partition of ledger default;
create index ledger_tenant on ledger (tenant_id, from_at);
create index ledger_instance on ledger (cell_id, instance_id);

create table usage_sample (
    tenant_id                text        not null,
    task_id                  text        not null,
    attempt                  integer     not null,
    at                       timestamptz not null,
    cpu_millis               bigint      not null,
    memory_bytes             bigint      not null,
    read_bytes_per_second    bigint      not null,
    written_bytes_per_second bigint      not null,
    network_bytes_per_second bigint      not null,
    primary key (tenant_id, task_id, attempt, at)
) partition by range (at);
create table usage_sample_default partition of usage_sample default;
-- Agents may bring a sample twice; the key keeps one.
