-- A policy may have idle machines load environments ahead: what that would be where it is only listened to, and how long loads took.
alter table pool_advice
    add column loads integer not null default 0;   -- that it would have begun

alter table instance_event
    add column environment text;                   -- key, as JSON, of what the move begins to load, where it is one alone

create index instance_event_loads on instance_event (cell_id, at) where environment is not null;
