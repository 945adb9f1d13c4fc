-- Which machines a tenant's tasks may run on.
alter table tenant
    add column placements     jsonb   not null default '[]',      -- of text: provider, provider/region or provider/region/zone; empty: anywhere
    add column spot_share_ppm integer not null default 1000000;   -- of what runs at a time, in millionths
