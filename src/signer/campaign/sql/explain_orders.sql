-- The orders about some certificates; each has a row for every signature. Variable: uvcis.
SELECT DISTINCT uvci, action, reason, ordered_by, epoch_us(ordered_at) // 1000000 AS ordered_at, version
FROM revocations WHERE uvci IN (SELECT unnest(getvariable('uvcis')));
