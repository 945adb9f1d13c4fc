-- What the learner reads in the order of time. Rows come nearly in that order, so a summary of each range of pages is enough.
create index task_submitted on task using brin (submitted_at) with (pages_per_range = 16, autosummarize = on);
create index task_finished on task using brin (finished_at) with (pages_per_range = 16, autosummarize = on);

-- What ran elsewhere before, as a tenant tells it. Only learned from.
create table history (
    tenant_id    text        not null,
    task_id      text        not null,            -- the tenant's own; importing it again changes nothing
    cell_id      text        not null,
    workflow_id  text,
    task_type    text        not null,
    signature    text        not null,
    input_bytes  bigint      not null,            -- -1: unknown
    submitted_at timestamptz not null,
    started_at   timestamptz,
    finished_at  timestamptz,
    parents      jsonb       not null,
    primary key (tenant_id, task_id)
);
create index history_submitted on history using brin (submitted_at) with (pages_per_range = 16, autosummarize = on);
create index history_finished on history using brin (finished_at) with (pages_per_range = 16, autosummarize = on);

-- What was learned, with the place in time up to which it was. Where it cannot be read, it is learned anew.
create table learned (
    cell_id  text        not null,
    part     integer     not null,
    body     bytea       not null,
    saved_at timestamptz not null,
    primary key (cell_id, part)
);
