-- How much a tenant minds waiting.
alter table tenant
    add column p95_wait_millis             bigint,       -- null: no target
    add column wait_price_nanos_per_hour   bigint;       -- null: no price
