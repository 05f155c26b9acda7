-- The shots that somebody corrects, one row a shot_id; `patch` is null in each field of which no correction was taken.
CREATE TEMP TABLE present AS
SELECT shot_id, count(*) > 1 AS repeated, false AS withdrawn, false AS touched, any_value(place) AS place,
    any_value(told) AS told, list_transform(any_value(told), lambda value: NULL::VARCHAR) AS patch
FROM found GROUP BY shot_id;
