-- All signatures of some shots, whosever.
FROM told WHERE shot_id IN (SELECT unnest(getvariable('shot_ids')));
