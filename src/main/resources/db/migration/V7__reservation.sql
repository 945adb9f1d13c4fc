-- Room that pools which reserve by curves set aside for tasks: one row a task, the last one of several.
create table reservation (
    tenant_id   text        not null,
    task_id     text        not null,
    cell_id     text        not null,
    instance_id text        not null,
    state       text        not null,
    trigger     text        not null,
    changed_at  timestamptz not null,
    image       jsonb       not null,
    primary key (tenant_id, task_id)
);

create index reservation_newest on reservation (tenant_id, changed_at desc, task_id desc);
