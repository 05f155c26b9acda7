-- The refusals of some shots, at issuing and renewing. Variable: shot_ids.
SELECT shot_id, stage, reason, field, province, district, facility, campaign, version
FROM refused WHERE shot_id IN (SELECT unnest(getvariable('shot_ids')));
