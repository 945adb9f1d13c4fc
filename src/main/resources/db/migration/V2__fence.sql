-- The fence of a batch. It raises instead of counting, so that the statements pipelined behind it fail with it: a process that
-- has lost the cell cannot write, whatever it has already sent.
create function cell_fence(the_cell text, the_epoch bigint, the_next_sequence bigint) returns void
    language plpgsql as
$$
begin
    update cell
       set batches       = batches + 1,
           next_sequence = greatest(next_sequence, the_next_sequence)
     where cell_id = the_cell
       and epoch = the_epoch;
    if not found then
        raise exception 'cell % is not owned at epoch %', the_cell, the_epoch using errcode = 'WF001';
    end if;
end
$$;
