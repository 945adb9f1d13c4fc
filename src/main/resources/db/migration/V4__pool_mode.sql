-- How far a pool may act by itself: two words could not say three things.
update pool set settings = (settings - 'paused')
    || jsonb_build_object('mode', case when settings ->> 'paused' = 'true' then 'PAUSED' else 'ACTIVE' end);

-- What a policy that is only listened to would do with its pool. The row stays when the pool is run by it again; its mode tells.
create table pool_advice (
    cell_id  text    not null,
    pool_id  text    not null,
    policy   text    not null,
    launches integer not null,
    starts   integer not null,
    stops    integer not null,
    ends     integer not null,
    reason   text    not null,
    primary key (cell_id, pool_id)
);
